package dev.waxwing.learn;

import dev.waxwing.model.FactorModel;

import java.util.Arrays;

/// One thread's arithmetic on the shared weights: the margin of a row, and the step that learns from it. The formulas are those of [FactorModel].
abstract sealed class FactorKernel {
    final FactorTable table;
    final StepRule rule;
    final boolean vectors;
    final boolean ones; // all values are 1
    private final FactorRows rows;
    private final boolean norm;
    private final boolean
            strangers; // may a row name features or fields that the table does not have

    // The row at hand: its entries whose feature and field the table has.
    int count;
    int[] ids = new int[64];
    int[] fields = new int[64]; // filled for FFM alone
    float[] xs = new float[64];
    float n = 1; // 1/Σx² of all its entries under norm
    private float root = 1;
    private int touched;

    private FactorKernel(FactorTable table, FactorRows rows, FactorParams params, boolean vectors) {
        this.table = table;
        this.rows = rows;
        this.rule = StepRule.of(params);
        this.vectors = vectors;
        this.ones = rows.value == null;
        Arrays.fill(xs, 1);
        boolean strangeField = table.fields > 1 && rows.fields() > table.fields;
        this.strangers = rows.features() > table.features || strangeField;
        // xLearn's linear FTRL scales the gradient by √n, though not the margin
        boolean oddFtrl = params.compat() && params.optimizer() == FactorOptimizer.FTRL;
        this.norm = params.norm() && (params.kind() != FactorModel.Kind.LINEAR || oddFtrl);
    }

    /// @param vectors whether to work on several factors at a time, see [FactorVectors]; the same bits either way
    static FactorKernel of(
            FactorTable table, FactorRows rows, FactorParams params, boolean vectors) {
        return switch (params.kind()) {
            case LINEAR -> new Linear(table, rows, params);
            case FM -> new Fm(table, rows, params, vectors);
            case FFM -> new Ffm(table, rows, params, vectors);
        };
    }

    /// The margin of a row; what [#step] needs of it is kept.
    final float margin(int row) {
        gather(rows.starts[row], rows.starts[row + 1]);
        float sum = linear();
        float scale = this instanceof Linear ? 1 : root;
        return table.bias[0] + sum * scale + pairs();
    }

    /// Four sums side by side, as each addition waits for the one before.
    private float linear() {
        float[] linear = table.linear;
        int numbers = table.numbers;
        int[] at = ids;
        float[] x = xs;
        int end = count;
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i < end - 3; i += 4) {
            a = Math.fma(linear[at[i] * numbers], x[i], a);
            b = Math.fma(linear[at[i + 1] * numbers], x[i + 1], b);
            c = Math.fma(linear[at[i + 2] * numbers], x[i + 2], c);
            d = Math.fma(linear[at[i + 3] * numbers], x[i + 3], d);
        }
        for (; i < end; i++) {
            a = Math.fma(linear[at[i] * numbers], x[i], a);
        }
        return a + b + (c + d);
    }

    private float squares() {
        float squares = 0;
        for (int i = 0; i < count; i++) {
            squares += xs[i] * xs[i];
        }
        return squares;
    }

    /// Brings near what a row is read from. Java has no prefetch instruction; a load whose result nobody waits for is as good. Rows come in no
    /// order, so without this each would begin with waiting for memory.
    final void touch(int row) {
        int sum = touched + (int) rows.label[row];
        int end = rows.starts[row + 1];
        for (int e = rows.starts[row]; e < end; e += 16) { // a cache line is 16 ints
            sum += rows.index[e];
        }
        touched = sum;
    }

    /// The same for the weights of a row that is near already. All its loads wait for memory at once; were it left to the margin, each of its
    /// loops would wait anew.
    final void touchWeights(int row) {
        int sum = touched;
        float[] linear = table.linear;
        float[] factors = table.factors;
        int[] index = rows.index;
        int numbers = table.numbers;
        int stride = table.stride;
        int known = table.features;
        int from = rows.starts[row];
        int end = rows.starts[row + 1];
        for (int e = from; e < end; e++) {
            int id = index[e];
            if (id < known) {
                sum += Float.floatToRawIntBits(linear[id * numbers]);
                if (stride > 0) {
                    sum += Float.floatToRawIntBits(factors[id * stride]);
                    sum += Float.floatToRawIntBits(factors[id * stride + stride - 1]);
                }
            }
        }
        for (int line = 16; line < stride; line += 16) { // a cache line is 16 floats
            for (int e = from; e < end; e++) {
                if (index[e] < known) {
                    sum += Float.floatToRawIntBits(factors[table.at(index[e]) + line]);
                }
            }
        }
        touched = sum;
    }

    private void gather(int from, int to) {
        count = to - from;
        if (count > ids.length) {
            ids = new int[count];
            fields = new int[count];
            xs = new float[count];
            Arrays.fill(xs, 1);
        }
        System.arraycopy(rows.index, from, ids, 0, count);
        if (!ones) {
            System.arraycopy(rows.value, from, xs, 0, count);
        }
        if (table.fields > 1 && rows.field != null) {
            System.arraycopy(rows.field, from, fields, 0, count);
        }
        if (norm) {
            float squares = ones ? count : squares();
            count = squares == 0 ? 0 : count; // nothing to scale: the bias alone speaks and learns
            n = squares == 0 ? 1 : 1 / squares;
            root = (float) Math.sqrt(n);
        }
        if (strangers) {
            dropStrangers();
        }
    }

    private void dropStrangers() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (ids[i] < table.features && fields[i] < table.fields) {
                ids[kept] = ids[i];
                fields[kept] = fields[i];
                xs[kept++] = xs[i];
            }
        }
        count = kept;
    }

    /// Moves the weights of the row of the last margin.
    /// @param slope the loss's derivative by that margin
    final void step(float slope) {
        float[] linear = table.linear;
        float scaled = slope * root;
        if (rule
                instanceof
                StepRule.AdaGrad adagrad) { // known class, local arrays: three times as fast
            int[] at = ids;
            float[] x = xs;
            for (int i = 0, end = count; i < end; i++) {
                adagrad.move(linear, at[i] * 2, 1, scaled * x[i]);
            }
        } else {
            for (int i = 0; i < count; i++) {
                rule.move(linear, ids[i] * table.numbers, 1, scaled * xs[i]);
            }
        }
        rule.move(table.bias, 0, 1, slope);
        stepPairs(slope);
    }

    /// What pairs of features add to the margin.
    abstract float pairs();

    abstract void stepPairs(float slope);

    static final class Linear extends FactorKernel {
        Linear(FactorTable table, FactorRows rows, FactorParams params) {
            super(table, rows, params, false);
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
        final float[] sums;
        final float[] squares;

        Fm(FactorTable table, FactorRows rows, FactorParams params, boolean vectors) {
            super(table, rows, params, vectors);
            sums = new float[table.width];
            squares = new float[table.width];
        }

        @Override
        float pairs() {
            if (vectors) {
                FactorVectors.fmSums(this);
            } else {
                plainSums();
            }
            float twice = 0;
            for (int f = 0; f < sums.length; f++) {
                twice += sums[f] * sums[f] - squares[f];
            }
            return twice / 2;
        }

        private void plainSums() {
            float[] factors = table.factors;
            for (int f = 0; f < sums.length; f++) {
                float sumA = 0;
                float sumB = 0;
                float squareA = 0;
                float squareB = 0;
                int i = 0;
                for (; i < count - 1; i += 2) {
                    float a = factors[table.at(ids[i]) + f] * xs[i];
                    float b = factors[table.at(ids[i + 1]) + f] * xs[i + 1];
                    sumA += a;
                    sumB += b;
                    squareA = Math.fma(a, a, squareA);
                    squareB = Math.fma(b, b, squareB);
                }
                if (i < count) {
                    float a = factors[table.at(ids[i]) + f] * xs[i];
                    sumA += a;
                    squareA = Math.fma(a, a, squareA);
                }
                sums[f] = (sumA + sumB) * n;
                squares[f] = (squareA + squareB) * (n * n);
            }
        }

        @Override
        void stepPairs(float slope) {
            if (!(rule instanceof StepRule.AdaGrad adagrad)) {
                for (int i = 0; i < count; i++) {
                    float xn = xs[i] * n;
                    for (int f = 0; f < sums.length; f++) {
                        int at = table.at(ids[i]) + f;
                        float others = sums[f] - table.factors[at] * xn;
                        rule.move(table.factors, at, table.width, others * (slope * xn));
                    }
                }
            } else if (vectors) {
                FactorVectors.fmStep(this, slope, adagrad);
            } else {
                plainStep(slope, adagrad);
            }
        }

        private void plainStep(float slope, StepRule.AdaGrad adagrad) {
            float[] factors = table.factors;
            for (int i = 0; i < count; i++) {
                float xn = xs[i] * n;
                float by = slope * xn;
                float share = adagrad.lambda() - by * xn;
                for (int f = 0; f < sums.length; f++) {
                    int at = table.at(ids[i]) + f;
                    float g = Math.fma(factors[at], share, sums[f] * by);
                    adagrad.moveBy(factors, at, table.width, g);
                }
            }
        }
    }

    /// Σ over pairs of entries of ⟨vᵢ[field of j], vⱼ[field of i]⟩ xᵢxⱼ, Juan et al. 2016: O(entries² · k).
    static final class Ffm extends FactorKernel {
        final float[] lanes;
        int[] bases = new int[64]; // where each entry's feature begins
        int[] offsets =
                new int[64]; // how far from there the record towards each entry's field lies

        Ffm(FactorTable table, FactorRows rows, FactorParams params, boolean vectors) {
            super(table, rows, params, vectors);
            lanes = new float[table.width];
        }

        @Override
        float pairs() {
            if (count > bases.length) {
                bases = new int[count];
                offsets = new int[count];
            }
            for (int i = 0; i < count; i++) {
                bases[i] = table.at(ids[i]);
                offsets[i] = fields[i] * table.record;
            }
            if (vectors) {
                FactorVectors.ffmPairs(this);
            } else {
                plainPairs();
            }
            float sum = 0;
            for (float lane : lanes) {
                sum += lane;
            }
            return sum * n;
        }

        private void plainPairs() {
            for (int f = 0; f < lanes.length; f++) {
                float all = 0;
                for (int i = 0; i < count; i++) {
                    float mine = 0;
                    for (int j = i + 1; j < count; j++) {
                        float a = table.factors[bases[i] + offsets[j] + f];
                        float b = table.factors[bases[j] + offsets[i] + f];
                        mine = Math.fma(a * (xs[i] * xs[j]), b, mine);
                    }
                    all += mine;
                }
                lanes[f] = all;
            }
        }

        @Override
        void stepPairs(float slope) {
            if (vectors && rule instanceof StepRule.AdaGrad adagrad) {
                FactorVectors.ffmStep(this, slope, adagrad);
                return;
            }
            for (int i = 0; i < count; i++) {
                for (int j = i + 1; j < count; j++) {
                    int a = bases[i] + offsets[j];
                    int b = bases[j] + offsets[i];
                    float gxx = slope * n * xs[i] * xs[j];
                    for (int f = 0; f < lanes.length; f++) {
                        float va = table.factors[a + f];
                        float vb = table.factors[b + f];
                        rule.move(table.factors, a + f, table.width, vb * gxx);
                        rule.move(table.factors, b + f, table.width, va * gxx);
                    }
                }
            }
        }
    }
}
