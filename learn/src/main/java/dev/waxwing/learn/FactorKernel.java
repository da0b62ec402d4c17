package dev.waxwing.learn;

import dev.waxwing.model.FactorModel;

import java.util.Arrays;

/// One thread's arithmetic on the shared weights: the margin of a row, and the step that learns from it.
///
/// The formulas are those of [FactorModel]; a feature or field that the table does not have adds nothing.
abstract sealed class FactorKernel {
    final FactorTable table;
    final FactorRows rows;
    final StepRule rule;
    private final boolean norm;
    private final boolean regular; // no row names a feature or field that the table does not have

    // of the row at hand
    int from;
    int to;
    float n = 1; // 1/Σx² under norm
    float root = 1;

    FactorKernel(FactorTable table, FactorRows rows, FactorParams params) {
        this.table = table;
        this.rows = rows;
        this.rule = StepRule.of(params);
        this.norm = params.norm() && params.kind() != FactorModel.Kind.LINEAR;
        this.regular =
                rows.features() <= table.features
                        && (rows.fields() <= table.fields || table.fields == 1);
    }

    static FactorKernel of(FactorTable table, FactorRows rows, FactorParams params) {
        return switch (params.kind()) {
            case LINEAR -> new Linear(table, rows, params);
            case FM -> new Fm(table, rows, params);
            case FFM -> new Ffm(table, rows, params);
        };
    }

    /// The margin of a row; what [#step] needs of it is kept.
    final float margin(int row) {
        from = rows.starts[row];
        to = rows.starts[row + 1];
        if (norm) {
            float squares = 0;
            for (int e = from; e < to; e++) {
                squares += x(e) * x(e);
            }
            if (squares == 0) { // nothing to scale: the bias alone speaks and learns
                to = from;
            }
            n = squares == 0 ? 1 : 1 / squares;
            root = (float) Math.sqrt(n);
        }
        float sum = 0;
        for (int e = from; e < to; e++) {
            if (known(e)) {
                sum += table.linear[rows.index[e] * table.numbers] * x(e);
            }
        }
        return table.bias[0] + sum * root + pairs();
    }

    /// Moves the weights of the row of the last margin.
    /// @param slope the loss's derivative by that margin
    final void step(float slope) {
        for (int e = from; e < to; e++) {
            rule.move(table.linear, rows.index[e] * table.numbers, 1, slope * root * x(e));
        }
        rule.move(table.bias, 0, 1, slope);
        stepPairs(slope);
    }

    /// What pairs of features add to the margin.
    abstract float pairs();

    abstract void stepPairs(float slope);

    final float x(int e) {
        return rows.value == null ? 1 : rows.value[e];
    }

    final boolean known(int e) {
        return regular
                || (rows.index[e] < table.features
                        && (table.fields == 1 || field(e) < table.fields));
    }

    final int field(int e) {
        return rows.field == null ? 0 : rows.field[e];
    }

    static final class Linear extends FactorKernel {
        Linear(FactorTable table, FactorRows rows, FactorParams params) {
            super(table, rows, params);
        }

        @Override
        float pairs() {
            return 0;
        }

        @Override
        void stepPairs(float slope) {}
    }

    /// ½ Σ over factors of [ (Σ vx)² − Σ (vx)² ], Rendle 2010, lemma 3.1: O(entries · k).
    static final class Fm extends FactorKernel {
        private final float[] sums;
        private final float[] squares;

        Fm(FactorTable table, FactorRows rows, FactorParams params) {
            super(table, rows, params);
            sums = new float[table.width];
            squares = new float[table.width];
        }

        @Override
        float pairs() {
            Arrays.fill(sums, 0);
            Arrays.fill(squares, 0);
            for (int e = from; e < to; e++) {
                if (known(e)) {
                    int at = rows.index[e] * table.record;
                    float xn = x(e) * n;
                    for (int f = 0; f < sums.length; f++) {
                        float vx = table.factors[at + f] * xn;
                        sums[f] += vx;
                        squares[f] = Math.fma(vx, vx, squares[f]);
                    }
                }
            }
            float twice = 0;
            for (int f = 0; f < sums.length; f++) {
                twice += sums[f] * sums[f] - squares[f];
            }
            return twice / 2;
        }

        @Override
        void stepPairs(float slope) {
            for (int e = from; e < to; e++) {
                int at = rows.index[e] * table.record;
                float xn = x(e) * n;
                float gx = slope * xn;
                for (int f = 0; f < sums.length; f++) {
                    float others = sums[f] - table.factors[at + f] * xn;
                    rule.move(table.factors, at + f, table.width, gx * others);
                }
            }
        }
    }

    /// Σ over pairs of entries of ⟨vᵢ[field of j], vⱼ[field of i]⟩ xᵢxⱼ, Juan et al. 2016: O(entries² · k).
    static final class Ffm extends FactorKernel {
        Ffm(FactorTable table, FactorRows rows, FactorParams params) {
            super(table, rows, params);
        }

        private int at(int feature, int towards) {
            return (rows.index[feature] * table.fields + field(towards)) * table.record;
        }

        @Override
        float pairs() {
            float sum = 0;
            for (int i = from; i < to; i++) {
                for (int j = i + 1; j < to; j++) {
                    if (known(i) && known(j)) {
                        int a = at(i, j);
                        int b = at(j, i);
                        float dot = 0;
                        for (int f = 0; f < table.width; f++) {
                            dot = Math.fma(table.factors[a + f], table.factors[b + f], dot);
                        }
                        sum = Math.fma(dot, x(i) * x(j), sum);
                    }
                }
            }
            return sum * n;
        }

        @Override
        void stepPairs(float slope) {
            for (int i = from; i < to; i++) {
                for (int j = i + 1; j < to; j++) {
                    int a = at(i, j);
                    int b = at(j, i);
                    float gxx = slope * n * x(i) * x(j);
                    for (int f = 0; f < table.width; f++) {
                        float va = table.factors[a + f];
                        float vb = table.factors[b + f];
                        rule.move(table.factors, a + f, table.width, gxx * vb);
                        rule.move(table.factors, b + f, table.width, gxx * va);
                    }
                }
            }
        }
    }
}
