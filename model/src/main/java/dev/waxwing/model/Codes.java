package dev.waxwing.model;

/// How the texts of a feature get codes. Beside these every feature has the codes [FeatureRow#MISSING] and [FeatureRow#UNSEEN].
public sealed interface Codes {
    /// A code for each value that training met often enough; whatever else comes is "unseen".
    ///
    /// @param minCount in how many rows a value must be
    /// @param maxSize how many values are learnt at most: the most frequent, equal counts by text
    record Vocabulary(int minCount, int maxSize) implements Codes {
        /// Everything that occurs.
        static final Vocabulary ALL = new Vocabulary(1, Integer.MAX_VALUE);

        public Vocabulary {
            if (minCount < 1 || maxSize < 1) {
                throw new IllegalArgumentException(
                        "min-count and max-size must be at least 1, found "
                                + minCount
                                + " and "
                                + maxSize);
            }
        }
    }

    /// A code by hash: nothing is learnt, no value is unseen, and two values may share a code.
    ///
    /// @param buckets how many codes
    /// @param seed another seed, other values that share a code; part of the fitted space
    record Hash(int buckets, long seed) implements Codes {
        /// 2^26 floats of factors 8 are 2 GB; nobody wants more by accident.
        static final int MOST = 1 << 26;

        public Hash {
            if (buckets < 2 || buckets > MOST) {
                throw new IllegalArgumentException(
                        "hash must be 2 to " + MOST + " buckets, found " + buckets);
            }
        }

        /// Part of the file format: it never changes.
        int bucket(long tokenHash) {
            long h = tokenHash + seed * 0x9e3779b97f4a7c15L;
            h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
            h ^= h >>> 33;
            return (int) Long.remainderUnsigned(h, buckets);
        }
    }
}
