package dev.waxwing.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalDouble;

/// What every item of a snapshot adds to a linear or FM score, summed up once for all requests.
///
/// A row is what asks (user and request), the item, and what both are needed for (matches, crosses of the two sides). With `L` the linear terms of
/// a part, `s` the sum of its `vx`, and `P = ½ (|s|² − Σ |vx|²)` the products inside it, the margin is
///
///     b + L₁ + L₂ + L₃ + P₁ + P₂ + P₃ + ⟨s₁, s₂⟩ + ⟨s₃, s₁ + s₂⟩
///
/// so a candidate costs O(k), and O(k) more for each entry of the third part. It equals [FactorModel#margin] up to rounding (both in double). Rows
/// that are scaled as xLearn does are scaled here, too. Immutable; serves all threads.
///
/// Source: Rendle, "Factorization Machines", ICDM 2010, lemma 3.1, with the sum split in three.
public final class ItemSums {
    private static final int BLOCK = 1024; // items of a scan

    private final FactorRanker ranker;
    private final FeatureTable items;
    private final int k;

    /// By item, [Sums] laid out flat: `L`, `P`, `Σx²`, then `s`.
    private final double[] flat;

    private final int[] asking;
    private final int[] pair;

    ItemSums(FactorRanker ranker, FeatureTable items) {
        this.ranker = ranker;
        this.items = items;
        this.k = ranker.model().k();
        this.asking = ranker.fieldsOf(FactorRanker.Side.ASKING);
        this.pair = ranker.fieldsOf(FactorRanker.Side.PAIR);
        this.flat = new double[Math.multiplyExact(items.size(), stride())];
        int[] own = ranker.fieldsOf(FactorRanker.Side.ITEM);
        var nobody = new Assembler(ranker.space().spec()).forUser(EntityRow.unseen(), Map.of());
        var sums = new Sums(k);
        var entries = new Entries();
        int[] at = {0};
        items.forEach(
                (_, item) -> {
                    ranker.space().encodeSparse(nobody.with(item), own, entries.clear());
                    sums.of(entries, ranker.model());
                    sums.copyTo(flat, at[0]);
                    at[0] += stride();
                });
    }

    private int stride() {
        return k + 3;
    }

    /// Whether these are the sums of that ranker and that snapshot.
    public boolean isOf(Ranker someRanker, FeatureTable someItems) {
        return ranker == someRanker && items == someItems;
    }

    /// Sums up what asks; for one thread.
    ///
    /// @param side of an assembler of the ranker's spec
    public ForUser forUser(Assembler.UserSide side) {
        return new ForUser(side);
    }

    /// One request's scoring.
    public final class ForUser {
        private final Assembler.UserSide side;
        private final Sums own = new Sums(k);
        private final Sums both = new Sums(k);
        private final Entries entries = new Entries();

        private ForUser(Assembler.UserSide side) {
            this.side = side;
            FeatureRow row = side.with(EntityRow.unseen());
            ranker.space().encodeSparse(row, asking, entries);
            own.of(entries, ranker.model());
        }

        /// The probability that an item of the snapshot is clicked, as the ranker gives it to the whole row; empty if the snapshot lacks it.
        ///
        /// @throws FeatureException as for [Assembler.UserSide#with]
        public OptionalDouble score(String item) {
            int index = items.indexOf(item);
            if (index < 0) {
                return OptionalDouble.empty();
            }
            if (pair.length == 0) {
                return OptionalDouble.of(FactorRanker.probability(margin(index, null)));
            }
            FeatureRow row = side.with(items.row(item).orElseThrow());
            ranker.space().encodeSparse(row, pair, entries.clear());
            both.of(entries, ranker.model());
            return OptionalDouble.of(FactorRanker.probability(margin(index, both)));
        }

        /// @param pairs null = without what both sides are needed for
        private double margin(int index, Sums pairs) {
            int at = index * stride();
            double linear = own.linear + flat[at];
            double products = own.products + flat[at + 1];
            double squares = own.squares + flat[at + 2];
            for (int f = 0; f < k; f++) {
                products += own.sum[f] * flat[at + 3 + f];
            }
            if (pairs != null) {
                linear += pairs.linear;
                products += pairs.products;
                squares += pairs.squares;
                for (int f = 0; f < k; f++) {
                    products += pairs.sum[f] * (own.sum[f] + flat[at + 3 + f]);
                }
            }
            double bias = ranker.model().bias();
            if (ranker.scaling() == FactorModel.Scaling.NONE
                    || ranker.model().kind() == FactorModel.Kind.LINEAR) {
                return bias + linear + products;
            }
            if (squares == 0) {
                return bias;
            }
            double n = 1 / squares;
            return bias + linear * Math.sqrt(n) + products * n * n;
        }

        /// All items of the snapshot by their margin without what both sides are needed for: best first, equal ones by id.
        ///
        /// All are scored, none is skipped; how far the caller reads decides what the sorting costs.
        public Iterable<ScoredId> ranked() {
            var margins = new double[items.size()];
            for (int from = 0; from < margins.length; from += BLOCK) {
                int to = Math.min(margins.length, from + BLOCK);
                for (int index = from; index < to; index++) {
                    margins[index] = margin(index, null);
                }
            }
            return () -> new Best(margins);
        }
    }

    /// Takes the best out of many, some at a time: each time it runs out, it selects four times as many.
    private final class Best implements Iterator<ScoredId> {
        private final double[] margins;
        private int[] order = new int[0];
        private int given;

        Best(double[] margins) {
            this.margins = margins;
        }

        @Override
        public boolean hasNext() {
            return given < margins.length;
        }

        @Override
        public ScoredId next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (given == order.length) {
                order = best(Math.min(margins.length, Math.max(256, 4 * given)));
            }
            int index = order[given++];
            return new ScoredId(items.key(index), margins[index]);
        }

        /// The indices of the `n` best, in order; a heap whose root is the worst of them.
        private int[] best(int n) {
            var heap = new int[n];
            int size = 0;
            for (int index = 0; index < margins.length; index++) {
                if (size < n) {
                    heap[size] = index;
                    rise(heap, size++);
                } else if (before(index, heap[0])) {
                    heap[0] = index;
                    sink(heap, size);
                }
            }
            List<Integer> sorted = new ArrayList<>(n);
            Arrays.stream(heap).forEach(sorted::add);
            sorted.sort((a, b) -> a.equals(b) ? 0 : before(a, b) ? -1 : 1);
            return sorted.stream().mapToInt(Integer::intValue).toArray();
        }

        /// Keys lie in their order, so the smaller index has the smaller id.
        private boolean before(int a, int b) {
            int byMargin = Double.compare(margins[b], margins[a]);
            return byMargin != 0 ? byMargin < 0 : a < b;
        }

        private void rise(int[] heap, int at) {
            while (at > 0 && before(heap[(at - 1) / 2], heap[at])) {
                int parent = (at - 1) / 2;
                int swap = heap[at];
                heap[at] = heap[parent];
                heap[parent] = swap;
                at = parent;
            }
        }

        private void sink(int[] heap, int size) {
            int at = 0;
            while (true) {
                int worst = at;
                for (int child = 2 * at + 1; child <= 2 * at + 2 && child < size; child++) {
                    if (before(heap[worst], heap[child])) {
                        worst = child;
                    }
                }
                if (worst == at) {
                    return;
                }
                int swap = heap[at];
                heap[at] = heap[worst];
                heap[worst] = swap;
                at = worst;
            }
        }
    }

    /// The sums of one part of a row.
    private static final class Sums {
        double linear;
        double products;
        double squares;
        final double[] sum;
        private final double[] sumOfSquares;

        Sums(int k) {
            this.sum = new double[k];
            this.sumOfSquares = new double[k];
        }

        void of(Entries entries, FactorModel model) {
            linear = 0;
            squares = 0;
            Arrays.fill(sum, 0);
            Arrays.fill(sumOfSquares, 0);
            for (int i = 0; i < entries.n; i++) {
                double x = entries.value[i];
                squares += x * x;
                int column = entries.column[i];
                if (column >= model.features()) {
                    continue;
                }
                linear += model.weight(column) * x;
                for (int f = 0; f < sum.length; f++) {
                    double vx = model.factor(column, 0, f) * x;
                    sum[f] += vx;
                    sumOfSquares[f] += vx * vx;
                }
            }
            products = 0;
            for (int f = 0; f < sum.length; f++) {
                products += (sum[f] * sum[f] - sumOfSquares[f]) / 2;
            }
        }

        void copyTo(double[] flat, int at) {
            flat[at] = linear;
            flat[at + 1] = products;
            flat[at + 2] = squares;
            System.arraycopy(sum, 0, flat, at + 3, sum.length);
        }
    }
}
