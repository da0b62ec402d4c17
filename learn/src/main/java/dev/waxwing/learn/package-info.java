/// Trainers and metrics: data in, model out. No tables, no clock, no network; the same input gives the same bits.
///
/// Start at [FeatureSpaceFitter] (raw rows to a feature space), [GbdtLr] (the click model of two layers, which is
/// made of [GbdtTrainer] and [LrTrainer]), [ItemCf] and [UserCf] (neighbours), [Evaluation] (every metric of one model)
/// and [PairedBootstrap] (whether a difference between two models is one). Each trainer has a record of
/// parameters with its defaults, its ranges and the names that PAI gives them: [GbdtParams], [LrParams],
/// [GbdtLrParams], [NeighbourParams].
///
/// Files of xLearn: [XlearnData] reads rows, [XlearnModel] reads and writes models, [XlearnDoctor] looks at rows for what trains badly.
///
/// A [RankerModel] writes all files of its bundle and scores golden rows with the trainer's own arithmetic, never with
/// the serving scorer's. What cannot be learnt from is refused by a [TrainingException] that names the column, label or
/// parameter.
package dev.waxwing.learn;
