package dev.waxwing.learn;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;

/// What [FactorKernel] does to pairs under AdaGrad, several factors at a time. To the bit what the plain twins there do: each factor has a lane of its own,
/// lanes are added up last and in order.
final class FactorVectors {
    /// Factors of an FM are padded to as many, those of an FFM to [#FFM_LANES]: it has a record for each field, where padding would cost memory.
    static final int FM_LANES = 8;

    static final int FFM_LANES = 4;
    private static final VectorSpecies<Float> FM = FloatVector.SPECIES_256;
    private static final VectorSpecies<Float> FFM = FloatVector.SPECIES_128;

    /// Halves change places.
    private static final VectorShuffle<Float> TURN =
            VectorShuffle.fromValues(FM, 4, 5, 6, 7, 0, 1, 2, 3);

    /// The lower halves of two, and their upper halves, as one.
    private static final FloatVector LOWER =
            FloatVector.fromArray(FM, new float[] {0, 1, 2, 3, 8, 9, 10, 11}, 0);

    private static final FloatVector UPPER =
            FloatVector.fromArray(FM, new float[] {4, 5, 6, 7, 12, 13, 14, 15}, 0);

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private FactorVectors() {}

    static void fmSums(FactorKernel.Fm row) {
        long table = row.table.factors;
        long record = row.table.record;
        int[] ids = row.ids;
        float[] xs = row.xs;
        boolean ones = xs == null;
        int from = row.from;
        int to = row.to;
        float n = row.n;
        for (int block = 0; block < row.sums.length; block += FM_LANES) {
            FloatVector sumA = FloatVector.zero(FM);
            FloatVector sumB = FloatVector.zero(FM);
            FloatVector squareA = FloatVector.zero(FM);
            FloatVector squareB = FloatVector.zero(FM);
            int i = from;
            for (; i < to - 1; i += 2) {
                FloatVector a = load(FM, table, ids[i] * record + block).mul(ones ? 1 : xs[i]);
                FloatVector b =
                        load(FM, table, ids[i + 1] * record + block).mul(ones ? 1 : xs[i + 1]);
                sumA = sumA.add(a);
                sumB = sumB.add(b);
                squareA = a.fma(a, squareA);
                squareB = b.fma(b, squareB);
            }
            if (i < to) {
                FloatVector a = load(FM, table, ids[i] * record + block).mul(ones ? 1 : xs[i]);
                sumA = sumA.add(a);
                squareA = a.fma(a, squareA);
            }
            sumA.add(sumB).mul(n).intoArray(row.sums, block);
            squareA.add(squareB).mul(n * n).intoArray(row.squares, block);
        }
    }

    static void fmStep(FactorKernel.Fm row, float slope, StepRule.AdaGrad rule) {
        long table = row.table.factors;
        long record = row.table.record;
        int width = row.table.width;
        int[] ids = row.ids;
        float[] xs = row.xs;
        boolean ones = xs == null;
        int from = row.from;
        int to = row.to;
        float n = row.n;
        float lambda = rule.lambda();
        FloatVector slopes = FloatVector.broadcast(FM, rule.slope());
        FloatVector offset = FloatVector.broadcast(FM, -rule.offset());
        for (int block = 0; block < width; block += FM_LANES) {
            FloatVector sum = FloatVector.fromArray(FM, row.sums, block);
            for (int i = from; i < to; i++) {
                long at = ids[i] * record + block;
                float xn = ones ? n : xs[i] * n;
                float by = slope * xn;
                FloatVector v = load(FM, table, at);
                FloatVector g = v.fma(FloatVector.broadcast(FM, lambda - by * xn), sum.mul(by));
                FloatVector seen = load(FM, table, at + width);
                seen = g.fma(g, seen);
                store(seen, table, at + width);
                store(moved(v, g, seen, slopes, offset), table, at);
            }
        }
    }

    private static FloatVector load(VectorSpecies<Float> species, long table, long at) {
        return FloatVector.fromMemorySegment(
                species, FactorTable.MEMORY, table + at * Float.BYTES, ORDER);
    }

    private static void store(FloatVector x, long table, long at) {
        x.intoMemorySegment(FactorTable.MEMORY, table + at * Float.BYTES, ORDER);
    }

    static void ffmPairs(FactorKernel.Ffm row) {
        long table = row.table.factors;
        long[] bases = row.bases;
        int[] offsets = row.offsets;
        int from = row.from;
        int count = row.to - from;
        for (int block = 0; block < row.lanes.length; block += FFM_LANES) {
            FloatVector all = FloatVector.zero(FFM);
            for (int i = 0; i < count; i++) {
                long base = bases[i] + block;
                int offset = offsets[i] + block;
                FloatVector mine = FloatVector.zero(FFM);
                for (int j = i + 1; j < count; j++) {
                    FloatVector a = load(FFM, table, base + offsets[j]);
                    FloatVector b = load(FFM, table, bases[j] + offset);
                    mine = a.mul(row.x(from + i) * row.x(from + j)).fma(b, mine);
                }
                all = all.add(mine);
            }
            all.intoArray(row.lanes, block);
        }
    }

    static void ffmStep(FactorKernel.Ffm row, float slope, StepRule.AdaGrad rule) {
        if (row.table.width == FFM_LANES) {
            ffmStepOfFour(row, slope, rule);
        } else {
            ffmStepOfMany(row, slope, rule);
        }
    }

    /// A record of 4 factors and 4 sums is one vector, so both records of a pair move together: factors in one vector, sums in another.
    private static void ffmStepOfFour(FactorKernel.Ffm row, float slope, StepRule.AdaGrad rule) {
        long table = row.table.factors;
        long[] bases = row.bases;
        int[] offsets = row.offsets;
        int from = row.from;
        int count = row.to - from;
        float n = row.n;
        FloatVector slopes = FloatVector.broadcast(FM, rule.slope());
        FloatVector offset = FloatVector.broadcast(FM, -rule.offset());
        FloatVector lambda = FloatVector.broadcast(FM, rule.lambda());
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                float gxx = slope * n * row.x(from + i) * row.x(from + j);
                long a = bases[i] + offsets[j];
                long b = bases[j] + offsets[i];
                if (a == b) {
                    oneRecord(table, a, gxx, rule);
                    continue;
                }
                FloatVector one = load(FM, table, a); // va, Ga
                FloatVector other = load(FM, table, b); // vb, Gb
                FloatVector v = LOWER.selectFrom(one, other);
                FloatVector seen = UPPER.selectFrom(one, other);
                FloatVector g = v.fma(lambda, v.rearrange(TURN).mul(gxx));
                seen = g.fma(g, seen);
                v = moved(v, g, seen, slopes, offset);
                store(LOWER.selectFrom(v, seen), table, a);
                store(UPPER.selectFrom(v, seen), table, b);
            }
        }
    }

    /// A feature that meets itself in one field: the record moves, and then moves again.
    private static void oneRecord(long table, long at, float gxx, StepRule.AdaGrad rule) {
        for (int f = 0; f < FFM_LANES; f++) {
            float v = FactorTable.get(table, at + f);
            rule.move(table, at + f, FFM_LANES, v * gxx);
            rule.move(table, at + f, FFM_LANES, v * gxx);
        }
    }

    private static void ffmStepOfMany(FactorKernel.Ffm row, float slope, StepRule.AdaGrad rule) {
        long table = row.table.factors;
        int width = row.table.width;
        long[] bases = row.bases;
        int[] offsets = row.offsets;
        int from = row.from;
        int count = row.to - from;
        float n = row.n;
        FloatVector slopes = FloatVector.broadcast(FFM, rule.slope());
        FloatVector offset = FloatVector.broadcast(FFM, -rule.offset());
        FloatVector lambda = FloatVector.broadcast(FFM, rule.lambda());
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                float gxx = slope * n * row.x(from + i) * row.x(from + j);
                for (int block = 0; block < width; block += FFM_LANES) {
                    long a = bases[i] + offsets[j] + block;
                    long b = bases[j] + offsets[i] + block;
                    FloatVector va = load(FFM, table, a);
                    FloatVector vb = load(FFM, table, b);
                    FloatVector ga = va.fma(lambda, vb.mul(gxx));
                    FloatVector seenA = load(FFM, table, a + width);
                    seenA = ga.fma(ga, seenA);
                    store(seenA, table, a + width);
                    store(moved(va, ga, seenA, slopes, offset), table, a);
                    // read after a was written: a feature may meet itself, in one field
                    FloatVector wb = load(FFM, table, b);
                    FloatVector gb = wb.fma(lambda, va.mul(gxx));
                    FloatVector seenB = load(FFM, table, b + width);
                    seenB = gb.fma(gb, seenB);
                    store(seenB, table, b + width);
                    store(moved(wb, gb, seenB, slopes, offset), table, b);
                }
            }
        }
    }

    /// See [NearCopies]; whole vectors of `n` numbers.
    /// @return how many were put together
    static int putTogether(long shared, long own, float[] common, int at, int n) {
        int i = 0;
        for (; i <= n - FM_LANES; i += FM_LANES) {
            FloatVector learnt = load(FM, own, i).sub(FloatVector.fromArray(FM, common, at + i));
            FloatVector now = load(FM, shared, i).add(learnt);
            store(now, shared, i);
            store(now, own, i);
            now.intoArray(common, at + i);
        }
        return i;
    }

    /// See [StepRule.AdaGrad#moveBy].
    private static FloatVector moved(
            FloatVector v, FloatVector g, FloatVector sum, FloatVector slope, FloatVector offset) {
        IntVector half = sum.reinterpretAsInts().lanewise(VectorOperators.LSHR, 1);
        FloatVector y = half.broadcast(StepRule.MAGIC).sub(half).reinterpretAsFloats();
        return g.mul(y).fma(y.mul(y).mul(sum).fma(slope, offset), v);
    }
}
