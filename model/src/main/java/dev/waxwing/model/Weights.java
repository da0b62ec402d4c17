package dev.waxwing.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Texts with a weight each, in the order of their hashes, so that every sum over them adds in one order wherever it is computed.
public abstract sealed class Weights permits Weights.OnHeap, MappedRow.MappedWeights {
    Weights() {}

    /// Weights from a map, whatever its order; each must be finite.
    public static Weights of(Map<String, ? extends Number> weights) {
        return OnHeap.sorted(weights);
    }

    public abstract int size();

    /// @param i 0 to `size() - 1`, in hash order
    public abstract String token(int i);

    public abstract double weight(int i);

    abstract long hash(int i);

    /// Copies all hashes and weights to the beginning of arrays that are long enough.
    abstract void copyTo(long[] hashesOut, double[] weightsOut);

    /// Highest weight first, equal weights by token.
    public final List<ScoredId> ranked() {
        var all = new ArrayList<ScoredId>(size());
        for (int i = 0; i < size(); i++) {
            all.add(new ScoredId(token(i), weight(i)));
        }
        all.sort(ScoredId.RANKED);
        return all;
    }

    /// Token → weight, in hash order.
    public final Map<String, Double> asMap() {
        var map = LinkedHashMap.<String, Double>newLinkedHashMap(size());
        for (int i = 0; i < size(); i++) {
            map.put(token(i), weight(i));
        }
        return map;
    }

    /// Same tokens with the same weights, to the bit.
    @Override
    public final boolean equals(Object other) {
        return other instanceof Weights that && asMap().equals(that.asMap());
    }

    @Override
    public final int hashCode() {
        return asMap().hashCode();
    }

    @Override
    public final String toString() {
        return asMap().toString();
    }

    /// Three parallel arrays, ordered by (hash, token).
    static final class OnHeap extends Weights {
        private final String[] tokens;
        private final long[] hashes;
        private final double[] weights;

        private OnHeap(String[] tokens, long[] hashes, double[] weights) {
            this.tokens = tokens;
            this.hashes = hashes;
            this.weights = weights;
        }

        static OnHeap sorted(Map<String, ? extends Number> map) {
            record Entry(long hash, String token, double weight) {}
            var entries = new ArrayList<Entry>(map.size());
            map.forEach(
                    (token, number) -> {
                        double weight = number == null ? Double.NaN : number.doubleValue();
                        if (!Double.isFinite(weight)) {
                            throw new FeatureException(
                                    "the weight of \""
                                            + token
                                            + "\" must be a finite number, found "
                                            + number);
                        }
                        entries.add(new Entry(TokenHash.of(token), token, weight));
                    });
            entries.sort(
                    (a, b) ->
                            a.hash != b.hash
                                    ? Long.compare(a.hash, b.hash)
                                    : a.token.compareTo(b.token));
            int n = entries.size();
            var made = new OnHeap(new String[n], new long[n], new double[n]);
            for (int i = 0; i < n; i++) {
                made.tokens[i] = entries.get(i).token;
                made.hashes[i] = entries.get(i).hash;
                made.weights[i] = entries.get(i).weight;
            }
            return made;
        }

        @Override
        public int size() {
            return tokens.length;
        }

        @Override
        public String token(int i) {
            return tokens[i];
        }

        @Override
        public double weight(int i) {
            return weights[i];
        }

        @Override
        long hash(int i) {
            return hashes[i];
        }

        @Override
        void copyTo(long[] hashesOut, double[] weightsOut) {
            System.arraycopy(hashes, 0, hashesOut, 0, hashes.length);
            System.arraycopy(weights, 0, weightsOut, 0, weights.length);
        }
    }
}
