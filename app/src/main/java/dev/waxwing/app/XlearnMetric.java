package dev.waxwing.app;

import dev.waxwing.learn.FactorRows;
import dev.waxwing.learn.Metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What xLearn's `-x` measures. A row is taken for a positive one where its margin is above 0.
enum XlearnMetric {
    ACC,
    PREC,
    RECALL,
    F1,
    AUC,
    MAE,
    MAPE,
    RMSD,
    RMSE;

    static Optional<XlearnMetric> named(String name) {
        return Arrays.stream(values()).filter(each -> each.word().equals(name)).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(XlearnMetric::word).collect(Collectors.joining(", "));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean ofClasses() {
        return compareTo(AUC) <= 0;
    }

    double of(double[] margins, FactorRows rows) {
        return switch (this) {
            case ACC, PREC, RECALL, F1 -> ofCounts(margins, rows);
            case AUC -> auc(margins, rows);
            case MAE, MAPE, RMSD, RMSE -> ofErrors(margins, rows);
        };
    }

    /// NaN where it has no meaning: no row was taken for positive, or none is.
    private double ofCounts(double[] margins, FactorRows rows) {
        double hits = 0;
        double rejected = 0;
        double taken = 0;
        double positive = 0;
        for (int row = 0; row < margins.length; row++) {
            boolean is = rows.label(row) > 0;
            boolean told = margins[row] > 0;
            hits += is && told ? 1 : 0;
            rejected += !is && !told ? 1 : 0;
            taken += told ? 1 : 0;
            positive += is ? 1 : 0;
        }
        return switch (this) {
            case ACC -> (hits + rejected) / margins.length;
            case PREC -> hits / taken;
            case RECALL -> hits / positive;
            default -> 2 * hits / (taken + positive);
        };
    }

    private static double auc(double[] margins, FactorRows rows) {
        float[] labels = new float[margins.length];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = rows.label(row) > 0 ? 1 : 0;
        }
        return Metrics.auc(margins, labels);
    }

    private double ofErrors(double[] margins, FactorRows rows) {
        double sum = 0;
        for (int row = 0; row < margins.length; row++) {
            double off = Math.abs(margins[row] - rows.label(row));
            sum += this == MAE ? off : this == MAPE ? off / Math.abs(rows.label(row)) : off * off;
        }
        double mean = sum / margins.length;
        return this == RMSD || this == RMSE ? Math.sqrt(mean) : mean;
    }
}
