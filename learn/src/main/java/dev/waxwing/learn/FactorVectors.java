package dev.waxwing.learn;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What [FactorKernel] does to pairs under AdaGrad, several factors at a time. To the bit what the plain twins there do: each factor has a lane of its own,
/// lanes are added up last and in order.
final class FactorVectors {
    /// Factors of an FM are padded to as many, those of an FFM to [#FFM_LANES]: it has a record for each field, where padding would cost memory.
    static final int FM_LANES = 8;

    static final int FFM_LANES = 4;
    private static final VectorSpecies<Float> FM = FloatVector.SPECIES_256;
    private static final VectorSpecies<Float> FFM = FloatVector.SPECIES_128;

    private FactorVectors() {}

    static void fmSums(FactorKernel.Fm row) {
        float[] table = row.table.factors;
        int record = row.table.record;
        int[] ids = row.ids;
        float[] xs = row.xs;
        boolean ones = row.ones;
        int count = row.count;
        float n = row.n;
        for (int block = 0; block < row.sums.length; block += FM_LANES) {
            FloatVector sumA = FloatVector.zero(FM);
            FloatVector sumB = FloatVector.zero(FM);
            FloatVector squareA = FloatVector.zero(FM);
            FloatVector squareB = FloatVector.zero(FM);
            int i = 0;
            for (; i < count - 1; i += 2) {
                FloatVector a =
                        FloatVector.fromArray(FM, table, ids[i] * record + block)
                                .mul(ones ? 1 : xs[i]);
                FloatVector b =
                        FloatVector.fromArray(FM, table, ids[i + 1] * record + block)
                                .mul(ones ? 1 : xs[i + 1]);
                sumA = sumA.add(a);
                sumB = sumB.add(b);
                squareA = a.fma(a, squareA);
                squareB = b.fma(b, squareB);
            }
            if (i < count) {
                FloatVector a =
                        FloatVector.fromArray(FM, table, ids[i] * record + block).mul(xs[i]);
                sumA = sumA.add(a);
                squareA = a.fma(a, squareA);
            }
            sumA.add(sumB).mul(n).intoArray(row.sums, block);
            squareA.add(squareB).mul(n * n).intoArray(row.squares, block);
        }
    }

    static void fmStep(FactorKernel.Fm row, float slope, StepRule.AdaGrad rule) {
        float[] table = row.table.factors;
        int record = row.table.record;
        int width = row.table.width;
        int[] ids = row.ids;
        float[] xs = row.xs;
        boolean ones = row.ones;
        int count = row.count;
        float n = row.n;
        float lambda = rule.lambda();
        FloatVector rate = FloatVector.broadcast(FM, -rule.rate());
        for (int block = 0; block < width; block += FM_LANES) {
            FloatVector sum = FloatVector.fromArray(FM, row.sums, block);
            for (int i = 0; i < count; i++) {
                int at = ids[i] * record + block;
                float xn = ones ? n : xs[i] * n;
                float by = slope * xn;
                FloatVector v = FloatVector.fromArray(FM, table, at);
                FloatVector g = v.fma(FloatVector.broadcast(FM, lambda - by * xn), sum.mul(by));
                FloatVector seen = FloatVector.fromArray(FM, table, at + width);
                seen = g.fma(g, seen);
                seen.intoArray(table, at + width);
                g.mul(rate).fma(inverseRoot(seen), v).intoArray(table, at);
            }
        }
    }

    static void ffmPairs(FactorKernel.Ffm row) {
        float[] table = row.table.factors;
        int[] bases = row.bases;
        int[] offsets = row.offsets;
        float[] xs = row.xs;
        int count = row.count;
        for (int block = 0; block < row.lanes.length; block += FFM_LANES) {
            FloatVector all = FloatVector.zero(FFM);
            for (int i = 0; i < count; i++) {
                int base = bases[i] + block;
                int offset = offsets[i] + block;
                FloatVector mine = FloatVector.zero(FFM);
                for (int j = i + 1; j < count; j++) {
                    FloatVector a = FloatVector.fromArray(FFM, table, base + offsets[j]);
                    FloatVector b = FloatVector.fromArray(FFM, table, bases[j] + offset);
                    mine = a.mul(xs[i] * xs[j]).fma(b, mine);
                }
                all = all.add(mine);
            }
            all.intoArray(row.lanes, block);
        }
    }

    static void ffmStep(FactorKernel.Ffm row, float slope, StepRule.AdaGrad rule) {
        float[] table = row.table.factors;
        int width = row.table.width;
        int[] bases = row.bases;
        int[] offsets = row.offsets;
        float[] xs = row.xs;
        int count = row.count;
        float n = row.n;
        FloatVector rate = FloatVector.broadcast(FFM, -rule.rate());
        FloatVector lambda = FloatVector.broadcast(FFM, rule.lambda());
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                float gxx = slope * n * xs[i] * xs[j];
                for (int block = 0; block < width; block += FFM_LANES) {
                    int a = bases[i] + offsets[j] + block;
                    int b = bases[j] + offsets[i] + block;
                    FloatVector va = FloatVector.fromArray(FFM, table, a);
                    FloatVector vb = FloatVector.fromArray(FFM, table, b);
                    FloatVector ga = va.fma(lambda, vb.mul(gxx));
                    FloatVector seenA = FloatVector.fromArray(FFM, table, a + width);
                    seenA = ga.fma(ga, seenA);
                    seenA.intoArray(table, a + width);
                    ga.mul(rate).fma(inverseRoot(seenA), va).intoArray(table, a);
                    // read after a was written: a feature may meet itself, in one field
                    FloatVector wb = FloatVector.fromArray(FFM, table, b);
                    FloatVector gb = wb.fma(lambda, va.mul(gxx));
                    FloatVector seenB = FloatVector.fromArray(FFM, table, b + width);
                    seenB = gb.fma(gb, seenB);
                    seenB.intoArray(table, b + width);
                    gb.mul(rate).fma(inverseRoot(seenB), wb).intoArray(table, b);
                }
            }
        }
    }

    /// See [StepRule#inverseRoot].
    private static FloatVector inverseRoot(FloatVector x) {
        FloatVector y =
                x.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHR, 1)
                        .neg()
                        .add(StepRule.MAGIC)
                        .reinterpretAsFloats();
        return y.mul(y).mul(-StepRule.SCALE).mul(y).fma(x, y.mul(StepRule.SCALE * StepRule.AIM));
    }
}
