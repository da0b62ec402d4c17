package dev.waxwing.learn;

import static dev.waxwing.learn.FactorTable.get;

import dev.waxwing.model.FactorModel;

/// One thread's arithmetic on the shared weights: the margin of a row, and the step that learns from it. The formulas are those of [FactorModel].
abstract sealed class FactorKernel {
    final FactorTable table;
    final StepRule rule;
    final boolean vectors;
    final int[] ids; // the places of features
    final float[] xs; // null if all values are 1
    private final FactorRows rows;
    private final int[] farEnds;
    private final boolean norm;
    private final long bias; // address

    // The row at hand: its entries, 1/Σx² of them under norm, and its root.
    int from;
    int to;
    float n = 1;
    private float root = 1;

    private int touched;

    private FactorKernel(
            FactorTable table, PlacedRows placed, FactorParams params, boolean vectors, int copy) {
        this.table = table;
        this.rows = placed.rows;
        this.ids = placed.ids;
        this.xs = placed.value;
        this.farEnds = placed.farEnds;
        this.rule = StepRule.of(params);
        this.vectors = vectors;
        this.bias = table.bias(copy);
        // xLearn's linear FTRL scales the gradient by √n, though not the margin
        boolean oddFtrl = params.compat() && params.optimizer() == FactorOptimizer.FTRL;
        this.norm = params.norm() && (params.kind() != FactorModel.Kind.LINEAR || oddFtrl);
    }

    /// @param vectors whether to work on several factors at a time, see [FactorVectors]; the same bits either way
    static FactorKernel of(
            FactorTable table, PlacedRows rows, FactorParams params, boolean vectors, int copy) {
        return switch (params.kind()) {
            case LINEAR -> new Linear(table, rows, params, copy);
            case FM -> new Fm(table, rows, params, vectors, copy);
            case FFM -> new Ffm(table, rows, params, vectors, copy);
        };
    }

    /// Brings near what tells which weights a row has. Rows come in no order, so without this each would begin with waiting for memory.
    final void foresee(int row) {
        int sum = touched + (int) rows.label[row];
        int end = rows.starts[row + 1];
        for (int e = rows.starts[row]; e < end; e += 16) { // a cache line is 16 ints
            sum += ids[e];
        }
        touched = sum;
    }

    /// Brings near the weights of a row that will soon be worked out. Java has no prefetch instruction; a load whose result nobody waits for is as good, and
    /// many of them, of several rows, wait for memory side by side where little stands between them.
    final void touch(int row) {
        int[] at = ids;
        int begin = rows.starts[row];
        int end = farEnds[row];
        int sum = touched;
        long linear = table.linear;
        long numbers = table.numbers;
        for (int i = begin; i < end; i++) {
            sum += Float.floatToRawIntBits(get(linear, at[i] * numbers));
        }
        long factors = table.factors;
        long stride = table.stride;
        for (long line = 0; line < stride; line += 16) { // a cache line is 16 floats
            for (int i = begin; i < end; i++) {
                sum += Float.floatToRawIntBits(get(factors, at[i] * stride + line));
            }
        }
        touched = sum;
    }

    /// The margin of a row; what [#step] needs of it is kept.
    final float margin(int row) {
        from = rows.starts[row];
        to = rows.starts[row + 1];
        if (norm) {
            float squares = squares();
            to = squares == 0 ? from : to; // nothing to scale: the bias alone speaks and learns
            n = squares == 0 ? 1 : 1 / squares;
            root = (float) Math.sqrt(n);
        }
        float sum = linear();
        float scale = this instanceof Linear ? 1 : root;
        return get(bias, 0) + sum * scale + pairs();
    }

    private float squares() {
        float squares = 0;
        for (int i = from; i < to; i++) {
            squares += x(i) * x(i);
        }
        return squares;
    }

    /// The value of an entry.
    final float x(int i) {
        return xs == null ? 1 : xs[i];
    }

    /// Four sums side by side, as each addition waits for the one before.
    private float linear() {
        long linear = table.linear;
        long numbers = table.numbers;
        int[] at = ids;
        float[] x = xs;
        boolean ones = x == null;
        int end = to;
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = from;
        for (; i < end - 3; i += 4) {
            a = Math.fma(get(linear, at[i] * numbers), ones ? 1 : x[i], a);
            b = Math.fma(get(linear, at[i + 1] * numbers), ones ? 1 : x[i + 1], b);
            c = Math.fma(get(linear, at[i + 2] * numbers), ones ? 1 : x[i + 2], c);
            d = Math.fma(get(linear, at[i + 3] * numbers), ones ? 1 : x[i + 3], d);
        }
        for (; i < end; i++) {
            a = Math.fma(get(linear, at[i] * numbers), ones ? 1 : x[i], a);
        }
        return a + b + (c + d);
    }

    /// Moves the weights of the row of the last margin.
    /// @param slope the loss's derivative by that margin
    final void step(float slope) {
        long linear = table.linear;
        float scaled = slope * root;
        if (rule
                instanceof
                StepRule.AdaGrad adagrad) { // known class, local arrays: three times as fast
            int[] at = ids;
            float[] x = xs;
            boolean ones = x == null;
            for (int i = from, end = to; i < end; i++) {
                adagrad.move(linear, at[i] * 2L, 1, ones ? scaled : scaled * x[i]);
            }
        } else {
            for (int i = from; i < to; i++) {
                rule.move(linear, (long) ids[i] * table.numbers, 1, scaled * x(i));
            }
        }
        rule.move(bias, 0, 1, slope);
        stepPairs(slope);
    }

    /// What pairs of features add to the margin.
    abstract float pairs();

    abstract void stepPairs(float slope);

    static final class Linear extends FactorKernel {
        Linear(FactorTable table, PlacedRows rows, FactorParams params, int copy) {
            super(table, rows, params, false, copy);
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

        Fm(FactorTable table, PlacedRows rows, FactorParams params, boolean vectors, int copy) {
            super(table, rows, params, vectors, copy);
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
            long factors = table.factors;
            for (int f = 0; f < sums.length; f++) {
                float sumA = 0;
                float sumB = 0;
                float squareA = 0;
                float squareB = 0;
                int i = from;
                for (; i < to - 1; i += 2) {
                    float a = get(factors, table.at(ids[i]) + f) * x(i);
                    float b = get(factors, table.at(ids[i + 1]) + f) * x(i + 1);
                    sumA += a;
                    sumB += b;
                    squareA = Math.fma(a, a, squareA);
                    squareB = Math.fma(b, b, squareB);
                }
                if (i < to) {
                    float a = get(factors, table.at(ids[i]) + f) * x(i);
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
                for (int i = from; i < to; i++) {
                    float xn = x(i) * n;
                    for (int f = 0; f < sums.length; f++) {
                        long at = table.at(ids[i]) + f;
                        float others = sums[f] - get(table.factors, at) * xn;
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
            long factors = table.factors;
            for (int i = from; i < to; i++) {
                float xn = x(i) * n;
                float by = slope * xn;
                float share = adagrad.lambda() - by * xn;
                for (int f = 0; f < sums.length; f++) {
                    long at = table.at(ids[i]) + f;
                    float v = get(factors, at);
                    adagrad.moveBy(factors, at, table.width, v, Math.fma(v, share, sums[f] * by));
                }
            }
        }
    }

    /// Σ over pairs of entries of ⟨vᵢ[field of j], vⱼ[field of i]⟩ xᵢxⱼ, Juan et al. 2016: O(entries² · k).
    static final class Ffm extends FactorKernel {
        final float[] lanes;
        private final int[] field;
        long[] bases = new long[64]; // where each entry's feature begins
        int[] offsets =
                new int[64]; // how far from there the record towards each entry's field lies

        Ffm(FactorTable table, PlacedRows rows, FactorParams params, boolean vectors, int copy) {
            super(table, rows, params, vectors, copy);
            lanes = new float[table.width];
            field = rows.field;
        }

        @Override
        float pairs() {
            int count = to - from;
            if (count > bases.length) {
                bases = new long[count];
                offsets = new int[count];
            }
            for (int i = 0; i < count; i++) {
                bases[i] = table.at(ids[from + i]);
                offsets[i] = field == null ? 0 : field[from + i] * table.record;
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
            int count = to - from;
            for (int f = 0; f < lanes.length; f++) {
                float all = 0;
                for (int i = 0; i < count; i++) {
                    float mine = 0;
                    for (int j = i + 1; j < count; j++) {
                        float a = get(table.factors, bases[i] + offsets[j] + f);
                        float b = get(table.factors, bases[j] + offsets[i] + f);
                        mine = Math.fma(a * (x(from + i) * x(from + j)), b, mine);
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
            int count = to - from;
            for (int i = 0; i < count; i++) {
                for (int j = i + 1; j < count; j++) {
                    long a = bases[i] + offsets[j];
                    long b = bases[j] + offsets[i];
                    float gxx = slope * n * x(from + i) * x(from + j);
                    for (int f = 0; f < lanes.length; f++) {
                        float va = get(table.factors, a + f);
                        float vb = get(table.factors, b + f);
                        rule.move(table.factors, a + f, table.width, vb * gxx);
                        rule.move(table.factors, b + f, table.width, va * gxx);
                    }
                }
            }
        }
    }
}
