package dev.waxwing.learn;

import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Learns boosted trees that predict clicks: XGBoost, logistic loss, histograms of at most `bins` values a column.
///
/// Same rows, parameters and seed, same bytes. Rows may lack values (NaN); a split learns where those go.
/// Infinite values, and columns that hold one value or none, are refused by name before any training, because
/// each of them means that something upstream is broken.
///
/// Columns of categories ([GbdtParams#categorical]) are split by sets. A category that a node's training rows never had goes where all that are not
/// in the set go, which is XGBoost's way; missing values go where the split learnt.
///
/// The variable `OMP_WAIT_POLICY=passive` has to be set for the process when `threads` is above 1: without it
/// XGBoost's threads spin while they wait and a busy machine trains ten times longer.
///
/// Source: Chen & Guestrin, "XGBoost: A Scalable Tree Boosting System", KDD 2016.
public final class GbdtTrainer {
    private static final Logger LOG = LoggerFactory.getLogger(GbdtTrainer.class);

    /// A bit a category and a line in PMML are kept up to the greatest, so it is not to be an id.
    private static final int GREATEST_CATEGORY = 65_535;

    private GbdtTrainer() {}

    /// @param labels one a row; 1 = clicked, 0 = shown and passed over
    /// @throws TrainingException if labels or columns cannot be learnt from; names them
    public static GbdtModel train(FloatMatrix rows, float[] labels, GbdtParams params) {
        if (params.earlyStopRounds() > 0) {
            throw new TrainingException(
                    "gbdt: early-stop-rounds is "
                            + params.earlyStopRounds()
                            + ", which needs validation rows; give some or set it to 0");
        }
        return boost(rows, labels, params, null, new float[0]);
    }

    /// As [#train(FloatMatrix, float[], GbdtParams)], watching the log loss of validation rows. With
    /// `early-stop-rounds` the trees after the best round are left out.
    public static GbdtModel train(
            FloatMatrix rows,
            float[] labels,
            GbdtParams params,
            FloatMatrix validation,
            float[] validationLabels) {
        if (!validation.columns().equals(rows.columns())) {
            throw new TrainingException(
                    "gbdt: training rows have the columns "
                            + rows.columns()
                            + ", validation rows "
                            + validation.columns());
        }
        Labels.positivesOfBothClasses(validationLabels, validation.rows(), "gbdt, validation rows");
        requireFinite(validation.facts(), "gbdt, validation rows");
        requireCategories(validation, params, "gbdt, validation rows");
        return boost(rows, labels, params, validation, validationLabels);
    }

    private static GbdtModel boost(
            FloatMatrix rows,
            float[] labels,
            GbdtParams params,
            FloatMatrix validation,
            float[] validationLabels) {
        int positives = Labels.positivesOfBothClasses(labels, rows.rows(), "gbdt");
        requireLearnable(rows);
        requireCategories(rows, params, "gbdt");
        if (params.threads() > 1 && !"passive".equalsIgnoreCase(System.getenv("OMP_WAIT_POLICY"))) {
            LOG.warn(
                    "OMP_WAIT_POLICY is not \"passive\": on a busy machine training with {} threads"
                            + " may take ten times as long",
                    params.threads());
        }
        double share = (double) positives / rows.rows();
        boolean watching = validation != null && params.earlyStopRounds() > 0;
        List<String> categorical = params.categorical();
        BinnedMatrix train = null;
        DMatrix watch = null;
        try {
            train =
                    BinnedMatrix.of(
                            rows, labels, categorical, params.bins(), params.threads(), null);
            Map<String, DMatrix> watches = new LinkedHashMap<>();
            if (watching) {
                watch =
                        categorical.isEmpty()
                                ? BinnedMatrix.of(
                                        validation,
                                        validationLabels,
                                        categorical,
                                        params.bins(),
                                        params.threads(),
                                        train)
                                : unbinned(validation, validationLabels);
                watches.put("validation", watch);
            }
            float[][] losses = new float[watches.size()][params.trees()];
            Booster booster =
                    XGBoost.train(
                            train,
                            xgboostParams(params, share, rows.columns()),
                            params.trees(),
                            watches,
                            losses,
                            null,
                            null,
                            params.earlyStopRounds());
            int grown = booster.getNumBoostedRound();
            int trees = watching ? bestRound(losses[0], grown) + 1 : grown;
            if (trees < params.trees()) {
                LOG.info("kept {} trees of {} grown, {} asked for", trees, grown, params.trees());
            }
            return new GbdtModel(rows.columns(), booster, trees);
        } catch (XGBoostError e) {
            throw new TrainingException("gbdt: XGBoost gave up: " + e.getMessage(), e);
        } finally {
            dispose(train);
            dispose(watch);
        }
    }

    /// Rows whose categories may be beyond those of the training rows: these have no bin, and XGBoost would take them for the last one that has.
    /// Costs 8 bytes a value where bins take 1.
    private static DMatrix unbinned(FloatMatrix rows, float[] labels) throws XGBoostError {
        int width = rows.columnCount();
        float[] values = new float[Math.multiplyExact(rows.rows(), width)];
        rows.copy(0, rows.rows(), values);
        DMatrix matrix = new DMatrix(values, rows.rows(), width, Float.NaN);
        matrix.setLabel(labels);
        return matrix;
    }

    private static Map<String, Object> xgboostParams(
            GbdtParams params, double share, List<String> columns) {
        Map<String, Object> xgb = new LinkedHashMap<>();
        xgb.put("objective", "binary:logistic");
        xgb.put("eval_metric", "logloss");
        xgb.put("tree_method", "hist");
        xgb.put("max_depth", params.depth());
        xgb.put("eta", params.learningRate());
        if (params.maxLeaves() > 0) {
            xgb.put("grow_policy", "lossguide");
            xgb.put("max_leaves", params.maxLeaves());
        }
        xgb.put("min_child_weight", params.minLeafRows() * share * (1 - share));
        xgb.put("subsample", params.rowSample());
        xgb.put("colsample_bytree", params.columnSample());
        xgb.put("lambda", params.l2());
        xgb.put("gamma", params.minGain());
        xgb.put("max_bin", params.bins());
        xgb.put("seed", params.seed());
        xgb.put("nthread", params.threads());
        xgb.put("base_score", (float) share); // what XGBoost would estimate, but said
        if (params.positiveWeight() != 1) {
            xgb.put("scale_pos_weight", params.positiveWeight());
        }
        if (!params.increasing().isEmpty() || !params.decreasing().isEmpty()) {
            xgb.put("monotone_constraints", monotone(params, columns));
        }
        if (!params.categorical().isEmpty()) {
            xgb.put("max_cat_to_onehot", params.maxCatToOnehot());
            xgb.put("max_cat_threshold", params.maxCatThreshold());
        }
        xgb.put("verbosity", 0);
        xgb.put("verbose_eval", 0);
        return xgb;
    }

    /// `(1,0,-1)`, one number a column.
    private static String monotone(GbdtParams params, List<String> columns) {
        List<String> named = new ArrayList<>(params.increasing());
        named.addAll(params.decreasing());
        requireKnown("increasing and decreasing name ", named, columns);
        return columns.stream()
                .map(
                        column ->
                                params.increasing().contains(column)
                                        ? "1"
                                        : params.decreasing().contains(column) ? "-1" : "0")
                .collect(Collectors.joining(",", "(", ")"));
    }

    private static void requireKnown(String what, List<String> named, List<String> columns) {
        List<String> unknown = new ArrayList<>(named);
        unknown.removeAll(columns);
        if (!unknown.isEmpty()) {
            throw new TrainingException(
                    "gbdt: "
                            + what
                            + unknown
                            + ", which the trees are not given; their columns are "
                            + ColumnFacts.listed(columns));
        }
    }

    /// Every value of a column of categories is a whole number from 0 to the greatest, or missing.
    private static void requireCategories(FloatMatrix rows, GbdtParams params, String who) {
        List<String> names = params.categorical();
        if (names.isEmpty()) {
            return;
        }
        requireKnown("categorical names ", names, rows.columns());
        int width = names.size();
        int[] wrong = new int[width];
        String[] first = new String[width];
        rows.select(names)
                .read(
                        (from, n, values) -> {
                            for (int i = 0; i < n * width; i++) {
                                float value = values[i];
                                boolean category =
                                        value >= 0
                                                && value <= GREATEST_CATEGORY
                                                && value == (int) value;
                                if (!category && !Float.isNaN(value) && wrong[i % width]++ == 0) {
                                    first[i % width] = value + " in row " + (from + i / width);
                                }
                            }
                        });
        List<String> problems = new ArrayList<>();
        for (int c = 0; c < width; c++) {
            if (wrong[c] > 0) {
                problems.add(
                        "column "
                                + names.get(c)
                                + " is categorical and holds "
                                + first[c]
                                + (wrong[c] > 1
                                        ? ", and " + (wrong[c] - 1) + " such rows more"
                                        : ""));
            }
        }
        if (!problems.isEmpty()) {
            throw new TrainingException(
                    who
                            + ": "
                            + ColumnFacts.listed(problems)
                            + "; categories are whole numbers from 0 to "
                            + GREATEST_CATEGORY
                            + ", and NaN where there is none");
        }
    }

    private static int bestRound(float[] losses, int grown) {
        int best = 0;
        for (int round = 1; round < grown; round++) {
            if (losses[round] < losses[best]) {
                best = round;
            }
        }
        return best;
    }

    private static void dispose(DMatrix matrix) {
        if (matrix != null) {
            matrix.dispose();
        }
    }

    private static void requireLearnable(FloatMatrix rows) {
        List<ColumnFacts> all = rows.facts();
        requireFinite(all, "gbdt");
        List<String> problems = new ArrayList<>();
        for (ColumnFacts facts : all) {
            if (facts.present() == 0) {
                problems.add("column " + facts.name() + " has no value in any row");
            } else if (facts.constant()) {
                problems.add("column " + facts.name() + " is " + facts.min() + " in all rows");
            }
        }
        if (!problems.isEmpty()) {
            throw new TrainingException(
                    "gbdt: "
                            + ColumnFacts.listed(problems)
                            + "; a column without difference teaches nothing, leave it out");
        }
    }

    private static void requireFinite(List<ColumnFacts> all, String who) {
        List<String> problems = new ArrayList<>();
        for (ColumnFacts facts : all) {
            if (facts.infinite() > 0) {
                problems.add(
                        "column "
                                + facts.name()
                                + " is infinite in "
                                + facts.infinite()
                                + " rows, first in row "
                                + facts.firstInfinite());
            }
        }
        if (!problems.isEmpty()) {
            throw new TrainingException(
                    who
                            + ": "
                            + ColumnFacts.listed(problems)
                            + "; give finite numbers, or NaN where there is none");
        }
    }
}
