package dev.waxwing.model;

import java.util.Locale;

/// A linear model, alone or with factors: a weight a feature, and for pairs of features the product of their factors. Immutable; serves all threads.
///
/// A row is a list of features with their values (and, for FFM, their fields). With `x` its values, its margin is
///
///     linear   b + Σ wᵢxᵢ
///     fm       b + Σ wᵢxᵢ + Σ i<j ⟨vᵢ, vⱼ⟩ xᵢxⱼ                        Rendle 2010
///     ffm      b + Σ wᵢxᵢ + Σ i<j ⟨vᵢ[field of j], vⱼ[field of i]⟩ xᵢxⱼ   Juan et al. 2016
///
/// and under [Scaling#XLEARN], with n = 1/Σx²: √n at each wᵢxᵢ of fm and ffm, n at each vᵢxᵢ of fm (so n² at a pair), n at a pair of ffm.
/// Everything is added up in double, in the order of the row, so the same row gives the same bits wherever it is scored.
public final class FactorModel {
    /// What a model is made of.
    public enum Kind {
        LINEAR,
        FM,
        FFM;

        /// The word that files use: `linear`, `fm`, `ffm`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How a row's length counts.
    public enum Scaling {
        /// Not at all: the textbook's formula.
        NONE,
        /// As xLearn does unless told `--no-norm`. A row whose values are all 0 has nothing to scale and scores the bias.
        XLEARN
    }

    private final Kind kind;
    private final int features;
    private final int fields;
    private final int k;
    private final float bias;
    private final float[] linear;
    private final float[] factors;

    private FactorModel(
            Kind kind,
            int features,
            int fields,
            int k,
            float bias,
            float[] linear,
            float[] factors) {
        long wanted = (long) features * fields * k;
        if (features < 0 || linear.length != features || factors.length != wanted) {
            throw new IllegalArgumentException(
                    kind.word()
                            + " of "
                            + features
                            + " features, "
                            + fields
                            + " fields, "
                            + k
                            + " factors needs "
                            + features
                            + " weights and "
                            + wanted
                            + " factors, got "
                            + linear.length
                            + " and "
                            + factors.length);
        }
        this.kind = kind;
        this.features = features;
        this.fields = fields;
        this.k = k;
        this.bias = bias;
        this.linear = linear;
        this.factors = factors;
    }

    /// @param linear a weight a feature; handed over, not copied
    public static FactorModel linear(float bias, float[] linear) {
        return new FactorModel(Kind.LINEAR, linear.length, 1, 0, bias, linear, new float[0]);
    }

    /// @param factors by feature, `k` each; handed over, not copied
    public static FactorModel fm(float bias, float[] linear, int k, float[] factors) {
        return new FactorModel(Kind.FM, linear.length, 1, k, bias, linear, factors);
    }

    /// @param factors by feature, then by field, `k` each; handed over, not copied
    public static FactorModel ffm(float bias, float[] linear, int fields, int k, float[] factors) {
        return new FactorModel(Kind.FFM, linear.length, fields, k, bias, linear, factors);
    }

    public Kind kind() {
        return kind;
    }

    /// Features from 0 to `features - 1` have weights; others in a row were not learnt and add nothing.
    public int features() {
        return features;
    }

    /// Fields from 0 to `fields - 1`; 1 unless it is an FFM.
    public int fields() {
        return fields;
    }

    /// Factors a feature (FFM: a feature and field); 0 if linear.
    public int k() {
        return k;
    }

    public float bias() {
        return bias;
    }

    public float weight(int feature) {
        return linear[feature];
    }

    /// Factor `f` of a feature towards a field (0 unless it is an FFM).
    public float factor(int feature, int field, int f) {
        return factors[(feature * fields + field) * k + f];
    }

    /// The margin (log-odds, or the value of a regression) of the row that lies in `index[from … to - 1]`.
    ///
    /// @param field the fields of the features; read for FFM alone; null if all are 0
    /// @param value the values of the features; null if all are 1
    public double margin(
            int[] index, int[] field, float[] value, int from, int to, Scaling scaling) {
        double n = 1;
        if (scaling == Scaling.XLEARN && kind != Kind.LINEAR) {
            double squares = 0;
            for (int i = from; i < to; i++) {
                double x = value == null ? 1 : value[i];
                squares += x * x;
            }
            if (squares == 0) {
                return bias;
            }
            n = 1 / squares;
        }
        double root = Math.sqrt(n);
        double sum = bias;
        for (int i = from; i < to; i++) {
            if (index[i] < features) {
                double x = value == null ? 1 : value[i];
                sum += linear[index[i]] * x * root;
            }
        }
        return switch (kind) {
            case LINEAR -> sum;
            case FM -> sum + fmPairs(index, value, from, to, n);
            case FFM -> sum + ffmPairs(index, field, value, from, to, n);
        };
    }

    private double fmPairs(int[] index, float[] value, int from, int to, double n) {
        double twice = 0;
        for (int f = 0; f < k; f++) {
            double sum = 0;
            double squares = 0;
            for (int i = from; i < to; i++) {
                if (index[i] < features) {
                    double x = value == null ? 1 : value[i];
                    double vx = factors[index[i] * k + f] * x * n;
                    sum += vx;
                    squares += vx * vx;
                }
            }
            twice += sum * sum - squares;
        }
        return twice / 2;
    }

    private double ffmPairs(int[] index, int[] field, float[] value, int from, int to, double n) {
        double all = 0;
        for (int i = from; i < to; i++) {
            for (int j = i + 1; j < to; j++) {
                int fieldOfI = field == null ? 0 : field[i];
                int fieldOfJ = field == null ? 0 : field[j];
                if (index[i] >= features
                        || index[j] >= features
                        || fieldOfI >= fields
                        || fieldOfJ >= fields) {
                    continue;
                }
                int a = (index[i] * fields + fieldOfJ) * k;
                int b = (index[j] * fields + fieldOfI) * k;
                double dot = 0;
                for (int f = 0; f < k; f++) {
                    dot += (double) factors[a + f] * factors[b + f];
                }
                double xx = value == null ? 1 : (double) value[i] * value[j];
                all += dot * xx * n;
            }
        }
        return all;
    }
}
