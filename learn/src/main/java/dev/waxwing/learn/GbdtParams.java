package dev.waxwing.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How boosted trees are grown. The defaults are ours and stand in [#DEFAULTS], nowhere else: those of PAI's
/// `gbdt_lr` component (500 trees, shrinkage 0.05, …) are not taken over, only its names.
///
/// | ours | PAI's name | range |
/// | --- | --- | --- |
/// | `trees` | `treeCount` | 1–10000 |
/// | `depth` | `maxDepth` | 1–16 |
/// | `learning-rate` | `shrinkage` | (0, 1] |
/// | `max-leaves` | `maxLeafCount` | 0 = as many as the depth allows, or 2–65536 |
/// | `min-leaf-rows` | `minLeafSampleCount` | 0–1000000 |
/// | `row-sample` | `sampleRatio` | (0, 1] |
/// | `column-sample` | `featureRatio` | (0, 1] |
/// | `bins` | `featureSplitValueMaxSize` | 2–65536 |
/// | `seed` | `randSeed` | from 0 |
/// | `l2`, `min-gain` | | from 0 |
/// | `threads` | | 1–256 |
/// | `early-stop-rounds` | | 0 = off |
/// | `positive-weight` | | (0, 1000000] |
/// | `increasing`, `decreasing` | | names of encoded number columns |
/// | `categorical` | | names of encoded columns of whole numbers from 0 to 65535 |
/// | `max-cat-to-onehot`, `max-cat-threshold` | | 1–65536 |
///
/// @param trees boosting rounds, one tree each
/// @param depth levels of splits in a tree
/// @param learningRate what each tree's leaf values are multiplied with
/// @param maxLeaves if not 0, trees grow where the loss falls most until they have this many leaves
/// @param minLeafRows rows that a leaf needs. XGBoost counts a leaf's second derivatives, not its rows, so this
///     is handed over as `rows · p(1 − p)` with `p` the share of clicks: exact in the first tree, and in later
///     trees leaves of rows that are already well told apart need more rows
/// @param rowSample share of rows drawn for each tree
/// @param columnSample share of columns drawn for each tree
/// @param l2 penalty on leaf values
/// @param minGain loss that a split must save
/// @param bins candidate splits a column
/// @param seed of the draws of rows and columns
/// @param threads that XGBoost may use
/// @param earlyStopRounds stop when the validation log loss has not fallen for so many rounds, and keep the trees
///     up to the best round; needs validation rows
/// @param positiveWeight how often a clicked row counts. Other than 1, scores are no probabilities of the rows as they are
/// @param increasing columns in which the score never falls when the value rises, the rest of the row being the same
/// @param decreasing columns in which the score never rises when the value rises. Both hold for the trees; a regression over their leaves
///     weighs these anew and does not keep to it
/// @param categorical columns whose values are names and no amounts: a split sends any set of them one way, all others the other way, those that
///     training never met among the others
/// @param maxCatToOnehot columns of at most so many categories are split by one category against all others; XGBoost's parameter
/// @param maxCatThreshold categories that a set may have; XGBoost's parameter
public record GbdtParams(
        int trees,
        int depth,
        double learningRate,
        int maxLeaves,
        int minLeafRows,
        double rowSample,
        double columnSample,
        double l2,
        double minGain,
        int bins,
        int seed,
        int threads,
        int earlyStopRounds,
        double positiveWeight,
        List<String> increasing,
        List<String> decreasing,
        List<String> categorical,
        int maxCatToOnehot,
        int maxCatThreshold) {

    /// What is used where nothing is said.
    public static final GbdtParams DEFAULTS =
            new GbdtParams(
                    200, 6, 0.1, 0, 20, 1.0, 1.0, 1.0, 0.0, 256, 0, 2, 0, 1.0, List.of(), List.of(),
                    List.of(), 4, 64);

    static final Map<String, String> PAI_NAMES =
            Map.of(
                    "treeCount", "trees",
                    "maxDepth", "depth",
                    "shrinkage", "learning-rate",
                    "maxLeafCount", "max-leaves",
                    "minLeafSampleCount", "min-leaf-rows",
                    "sampleRatio", "row-sample",
                    "featureRatio", "column-sample",
                    "featureSplitValueMaxSize", "bins",
                    "randSeed", "seed");

    public GbdtParams {
        increasing = List.copyOf(increasing);
        decreasing = List.copyOf(decreasing);
        List<String> both = new ArrayList<>(increasing);
        both.retainAll(decreasing);
        categorical = List.copyOf(categorical);
        List<String> ordered = new ArrayList<>(increasing);
        ordered.addAll(decreasing);
        ordered.retainAll(categorical);
        new Ranges("gbdt")
                .whole("trees", trees, 1, 10_000)
                .whole("depth", depth, 1, 16)
                .above("learning-rate", learningRate, 0, 1)
                .whole("max-leaves", maxLeaves, 0, 65_536)
                .require(maxLeaves != 1, "max-leaves is 1, but a tree of 1 leaf tells nothing")
                .whole("min-leaf-rows", minLeafRows, 0, 1_000_000)
                .above("row-sample", rowSample, 0, 1)
                .above("column-sample", columnSample, 0, 1)
                .within("l2", l2, 0, 1e12)
                .within("min-gain", minGain, 0, 1e12)
                .whole("bins", bins, 2, 65_536)
                .whole("seed", seed, 0, Integer.MAX_VALUE)
                .whole("threads", threads, 1, 256)
                .whole("early-stop-rounds", earlyStopRounds, 0, 10_000)
                .above("positive-weight", positiveWeight, 0, 1e6)
                .require(both.isEmpty(), both + " cannot be increasing and decreasing at once")
                .require(
                        ordered.isEmpty(),
                        ordered
                                + " cannot be categorical and increasing or decreasing at once:"
                                + " categories have no order")
                .whole("max-cat-to-onehot", maxCatToOnehot, 1, 65_536)
                .whole("max-cat-threshold", maxCatThreshold, 1, 65_536)
                .done();
    }

    /// Reads parameters by name, ours or PAI's; values are numbers or their text.
    /// @throws TrainingException naming every unknown name, ill-typed value and value out of range
    public static GbdtParams of(Map<String, ?> named) {
        NamedValues values = new NamedValues("gbdt", named, PAI_NAMES);
        GbdtParams params = from(values);
        values.done();
        return params;
    }

    /// Takes its own out of named values; the caller says when all have been asked for.
    static GbdtParams from(NamedValues values) {
        GbdtParams d = DEFAULTS;
        int trees = values.whole("trees", d.trees);
        int depth = values.whole("depth", d.depth);
        double learningRate = values.number("learning-rate", d.learningRate);
        int maxLeaves = values.whole("max-leaves", d.maxLeaves);
        int minLeafRows = values.whole("min-leaf-rows", d.minLeafRows);
        double rowSample = values.number("row-sample", d.rowSample);
        double columnSample = values.number("column-sample", d.columnSample);
        double l2 = values.number("l2", d.l2);
        double minGain = values.number("min-gain", d.minGain);
        int bins = values.whole("bins", d.bins);
        int seed = values.whole("seed", d.seed);
        int threads = values.whole("threads", d.threads);
        int earlyStopRounds = values.whole("early-stop-rounds", d.earlyStopRounds);
        double positiveWeight = values.number("positive-weight", d.positiveWeight);
        List<String> increasing = values.list("increasing");
        List<String> decreasing = values.list("decreasing");
        List<String> categorical = values.list("categorical");
        int maxCatToOnehot = values.whole("max-cat-to-onehot", d.maxCatToOnehot);
        int maxCatThreshold = values.whole("max-cat-threshold", d.maxCatThreshold);
        return new GbdtParams(
                trees,
                depth,
                learningRate,
                maxLeaves,
                minLeafRows,
                rowSample,
                columnSample,
                l2,
                minGain,
                bins,
                seed,
                threads,
                earlyStopRounds,
                positiveWeight,
                increasing,
                decreasing,
                categorical,
                maxCatToOnehot,
                maxCatThreshold);
    }

    /// The same with other columns of categories.
    GbdtParams withCategorical(List<String> others) {
        return new GbdtParams(
                trees,
                depth,
                learningRate,
                maxLeaves,
                minLeafRows,
                rowSample,
                columnSample,
                l2,
                minGain,
                bins,
                seed,
                threads,
                earlyStopRounds,
                positiveWeight,
                increasing,
                decreasing,
                others,
                maxCatToOnehot,
                maxCatThreshold);
    }
}
