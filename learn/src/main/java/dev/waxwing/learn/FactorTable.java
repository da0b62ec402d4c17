package dev.waxwing.learn;

import dev.waxwing.model.FactorModel;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/// The weights while they are learnt, each beside what its optimiser remembers, so that one visit of a feature touches little memory.
///
/// With `n` numbers a weight: `bias[n]`; `linear[feature · n …]`; and for a feature and field one record of `width` factors, then as many
/// first numbers, then as many second ones. `width` is `k` rounded up to whole vectors;
/// factors beyond `k` are 0 and stay so.
final class FactorTable {
    final FactorModel.Kind kind;
    final int features;
    final int fields;
    final int k;
    final int numbers;
    final int width;
    final int record; // floats of a feature and field
    final int stride; // floats of a feature
    final float[] bias;
    final float[] linear;
    final float[] factors;

    private FactorTable(FactorParams params, int features, int fields) {
        this.kind = params.kind();
        this.features = features;
        this.fields = kind == FactorModel.Kind.FFM ? fields : 1;
        this.k = kind == FactorModel.Kind.LINEAR ? 0 : params.k();
        this.numbers = params.optimizer().numbers;
        int lanes = kind == FactorModel.Kind.FFM ? FactorVectors.FFM_LANES : FactorVectors.FM_LANES;
        this.width = (k + lanes - 1) / lanes * lanes;
        this.record = width * numbers;
        this.stride = this.fields * record;
        long floats = (long) features * stride;
        if (Math.max(floats, (long) features * numbers) > Integer.MAX_VALUE - 16) {
            throw new TrainingException(
                    kind.word()
                            + ": "
                            + features
                            + " features, "
                            + this.fields
                            + " fields and "
                            + k
                            + " factors need "
                            + floats
                            + " numbers, more than an array holds; hash the features to fewer, or"
                            + " take fewer factors");
        }
        this.bias = new float[numbers];
        this.linear = new float[features * numbers];
        this.factors = new float[(int) floats];
    }

    /// Weights 0, factors drawn.
    static FactorTable fresh(FactorParams params, int features, int fields) {
        FactorTable table = new FactorTable(params, features, fields);
        table.forget(params);
        if (params.compat()) {
            table.drawAsXlearn(params.init());
        } else {
            table.draw(params.init(), params.seed());
        }
        return table;
    }

    /// What optimisers know before the first row.
    private void forget(FactorParams params) {
        float first = params.optimizer() == FactorOptimizer.FTRL && !params.compat() ? 0 : 1;
        if (numbers > 1) {
            for (int i = 0; i < linear.length; i += numbers) {
                Arrays.fill(linear, i + 1, i + numbers, first);
            }
            for (int i = 0; i < factors.length; i += record) {
                Arrays.fill(factors, i + width, i + record, first);
            }
            Arrays.fill(bias, 1, numbers, first);
        }
    }

    private void draw(double init, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float spread = (float) (init / Math.sqrt(Math.max(k, 1)));
        for (int i = 0; i < factors.length; i += record) {
            for (int f = 0; f < k; f++) {
                factors[i + f] = spread * (2 * random.nextFloat() - 1);
            }
        }
    }

    /// xLearn draws from C++'s minimal standard generator (Park and Miller: 16807 · x mod 2³¹ − 1) as it is, unseeded.
    private void drawAsXlearn(double init) {
        float spread = (float) (1 / Math.sqrt(Math.max(k, 1)) * init);
        long x = 1;
        for (int i = 0; i < factors.length; i += record) {
            for (int f = 0; f < k; f++) {
                x = x * 16807 % Integer.MAX_VALUE;
                factors[i + f] = spread * ((x - 1) / (float) (Integer.MAX_VALUE - 1));
            }
        }
    }

    /// Takes the drawn factors from features that no row has: nobody would ever learn them, and each would add noise to a row that has it
    /// one day, such as one with a value that was never seen.
    void forgetAllBut(BitSet seen) {
        for (int feature = seen.nextClearBit(0);
                feature < features;
                feature = seen.nextClearBit(feature + 1)) {
            for (int field = 0; field < fields; field++) {
                int at = at(feature) + field * record;
                Arrays.fill(factors, at, at + k, 0);
            }
        }
    }

    /// Where the factors of a feature begin.
    int at(int feature) {
        return feature * stride;
    }

    /// Features and fields of an earlier model begin where it ended; others stay fresh.
    /// @param state what its optimiser remembered; null if that is not known
    void goOnFrom(FactorModel model, FactorState state) {
        bias[0] = model.bias();
        for (int number = 1; number < numbers && state != null; number++) {
            bias[number] = state.bias(number - 1);
        }
        for (int feature = 0; feature < model.features(); feature++) {
            linear[feature * numbers] = model.weight(feature);
            for (int number = 1; number < numbers && state != null; number++) {
                linear[feature * numbers + number] = state.weight(number - 1, feature);
            }
            for (int field = 0; field < model.fields() && k > 0; field++) {
                for (int f = 0; f < k; f++) {
                    int at = at(feature) + field * record + f;
                    factors[at] = model.factor(feature, field, f);
                    int theirs = (feature * model.fields() + field) * k + f;
                    for (int number = 1; number < numbers && state != null; number++) {
                        factors[at + number * width] = state.factor(number - 1, theirs);
                    }
                }
            }
        }
    }

    FactorModel model() {
        float[] weights = linear(0);
        return switch (kind) {
            case LINEAR -> FactorModel.linear(bias[0], weights);
            case FM -> FactorModel.fm(bias[0], weights, k, factors(0));
            case FFM -> FactorModel.ffm(bias[0], weights, fields, k, factors(0));
        };
    }

    FactorState state(FactorOptimizer optimizer) {
        float[][] weights = new float[numbers - 1][];
        float[][] pairs = new float[numbers - 1][];
        for (int number = 1; number < numbers; number++) {
            weights[number - 1] = linear(number);
            pairs[number - 1] = factors(number);
        }
        return new FactorState(optimizer, Arrays.copyOfRange(bias, 1, numbers), weights, pairs);
    }

    private float[] linear(int number) {
        float[] some = new float[features];
        for (int i = 0; i < features; i++) {
            some[i] = linear[i * numbers + number];
        }
        return some;
    }

    private float[] factors(int number) {
        float[] some = new float[features * fields * k];
        for (int to = 0, from = number * width; to < some.length; to += k, from += record) {
            System.arraycopy(factors, from, some, to, k);
        }
        return some;
    }
}
