package dev.waxwing.learn;

import dev.waxwing.model.FeatureSpace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Learns click probabilities in two layers: boosted trees turn a row into one leaf a tree, and a logistic regression
/// over these leaves and the feature space's one-hot columns weighs them.
///
/// Columns that are the same in all training rows (a code that never occurred) are given to neither; the model
/// names them, see [GbdtLrModel#unusedColumns].
///
/// Source: He et al., "Practical Lessons from Predicting Clicks on Ads at Facebook", ADKDD 2014.
public final class GbdtLr {
    private GbdtLr() {}

    /// @param rows encoded by `space`; in order of time if `lr-rows` is above 0
    /// @param labels one a row; 1 = clicked, 0 = shown and passed over
    /// @throws TrainingException if rows or labels cannot be learnt from; names the column or label
    public static GbdtLrModel train(
            FeatureSpace space, FloatMatrix rows, float[] labels, GbdtLrParams params) {
        Split split = new Split(space, rows, labels, params);
        GbdtModel gbdt = GbdtTrainer.train(split.treeRows, split.treeLabels, split.gbdt);
        return regress(space, split, gbdt, params);
    }

    /// As above, watching validation rows; with `early-stop-rounds` the trees after the best round are left out.
    public static GbdtLrModel train(
            FeatureSpace space,
            FloatMatrix rows,
            float[] labels,
            GbdtLrParams params,
            FloatMatrix validation,
            float[] validationLabels) {
        requireSpace(space, validation);
        Split split = new Split(space, rows, labels, params);
        FloatMatrix watched = validation.select(split.treeRows.columns());
        GbdtModel gbdt =
                GbdtTrainer.train(
                        split.treeRows, split.treeLabels, split.gbdt, watched, validationLabels);
        return regress(space, split, gbdt, params);
    }

    /// Trees alone, on the same columns as the first layer.
    public static GbdtOnlyModel trainTreesOnly(
            FeatureSpace space, FloatMatrix rows, float[] labels, GbdtParams params) {
        Split split = new Split(space, rows, labels, treesOnly(params));
        GbdtModel gbdt = GbdtTrainer.train(split.treeRows, split.treeLabels, split.gbdt);
        return new GbdtOnlyModel(space, gbdt, split.unusedByTrees);
    }

    /// Trees alone, watching validation rows.
    public static GbdtOnlyModel trainTreesOnly(
            FeatureSpace space,
            FloatMatrix rows,
            float[] labels,
            GbdtParams params,
            FloatMatrix validation,
            float[] validationLabels) {
        requireSpace(space, validation);
        Split split = new Split(space, rows, labels, treesOnly(params));
        FloatMatrix watched = validation.select(split.treeRows.columns());
        GbdtModel gbdt =
                GbdtTrainer.train(
                        split.treeRows, split.treeLabels, split.gbdt, watched, validationLabels);
        return new GbdtOnlyModel(space, gbdt, split.unusedByTrees);
    }

    private static GbdtLrParams treesOnly(GbdtParams params) {
        return new GbdtLrParams(params, LrParams.DEFAULTS, 0, LeafPrior.ZERO);
    }

    private static GbdtLrModel regress(
            FeatureSpace space, Split split, GbdtModel gbdt, GbdtLrParams params) {
        LeafCodes leaves =
                gbdt.leaves(split.sameRows ? split.treeRows : split.lrRows.select(gbdt.columns()));
        SparseRows plain = GbdtLrModel.plainColumns(split.lrRows, split.lrColumns);
        LeafRows both = new LeafRows(leaves, plain);
        LrModel lr =
                switch (params.leafPrior()) {
                    case ZERO -> LrTrainer.train(both, split.lrLabels, params.lr());
                    case TREES ->
                            LrTrainer.train(
                                    both,
                                    split.lrLabels,
                                    params.lr(),
                                    gbdt.toDoc().baseMargin(),
                                    Arrays.copyOf(gbdt.leafValues(), both.features()));
                };
        return new GbdtLrModel(space, gbdt, split.lrColumns, lr, split.unused);
    }

    static void requireSpace(FeatureSpace space, FloatMatrix rows) {
        if (!rows.columns().equals(space.columns())) {
            throw new IllegalArgumentException(
                    "rows are not encoded by this feature space: it has "
                            + space.width()
                            + " columns, the rows have "
                            + rows.columnCount()
                            + ", or their names differ");
        }
    }

    /// Which rows and columns go to the trees and which to the regression.
    private static final class Split {
        final GbdtParams gbdt; // of columns that differ between the rows
        final FloatMatrix treeRows;
        final float[] treeLabels;
        final boolean sameRows;
        final FloatMatrix lrRows;
        final float[] lrLabels;
        final List<String> lrColumns;
        final List<String> unusedByTrees;
        final List<String> unused;

        Split(FeatureSpace space, FloatMatrix rows, float[] labels, GbdtLrParams params) {
            requireSpace(space, rows);
            int positives = Labels.positivesOfBothClasses(labels, rows.rows(), "gbdt_lr");
            int forTrees = rows.rows() - (int) (rows.rows() * params.lrRows());
            sameRows = forTrees == rows.rows();
            FloatMatrix first = sameRows ? rows : rows.rows(0, forTrees);
            lrRows = sameRows ? rows : rows.rows(forTrees, rows.rows());
            treeLabels = Arrays.copyOf(labels, forTrees);
            lrLabels = sameRows ? labels : Arrays.copyOfRange(labels, forTrees, labels.length);
            if (!sameRows) {
                String of = " of " + positives + " clicked rows";
                Labels.positivesOfBothClasses(treeLabels, forTrees, "gbdt_lr, rows for trees" + of);
                Labels.positivesOfBothClasses(lrLabels, lrRows.rows(), "gbdt_lr, lr-rows" + of);
            }
            Set<String> left = new TreeSet<>();
            List<String> treeColumns = varied(first, space, space.gbdtColumns(), left);
            unusedByTrees = List.copyOf(left);
            lrColumns = varied(lrRows, space, space.lrColumns(), left);
            if (treeColumns.isEmpty()) {
                throw new TrainingException(
                        "gbdt_lr: none of the "
                                + space.gbdtColumns().length
                                + " columns for trees differs between the rows, there is nothing to"
                                + " learn");
            }
            unused = List.copyOf(left);
            treeRows = first.select(treeColumns);
            List<String> categorical = new ArrayList<>(params.gbdt().categorical());
            categorical.removeAll(unusedByTrees);
            gbdt = params.gbdt().withCategorical(categorical);
        }

        private static List<String> varied(
                FloatMatrix rows, FeatureSpace space, int[] columns, Set<String> left) {
            List<ColumnFacts> facts = rows.facts();
            List<String> names = space.columns();
            List<String> varied = new ArrayList<>();
            for (int column : columns) {
                if (facts.get(column).teachesNothing()) {
                    left.add(names.get(column));
                } else {
                    varied.add(names.get(column));
                }
            }
            return varied;
        }
    }
}
