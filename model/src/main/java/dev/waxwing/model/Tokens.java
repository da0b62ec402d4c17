package dev.waxwing.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The distinct texts of a keyed file while it is being built: each gets a number when first met, and its final one when all are known.
final class Tokens {
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<String> texts = new ArrayList<>();

    int id(String text) {
        Integer known = ids.get(text);
        if (known != null) {
            return known;
        }
        Sink.utf8(text); // refuse here, where the caller can still say of which row it is
        ids.put(text, texts.size());
        texts.add(text);
        return texts.size() - 1;
    }

    Sorted sorted() {
        record Entry(long hash, String text, int id) {}
        var entries = new Entry[texts.size()];
        Arrays.setAll(entries, i -> new Entry(TokenHash.of(texts.get(i)), texts.get(i), i));
        Arrays.sort(entries, Comparator.comparingLong(Entry::hash).thenComparing(Entry::text));
        var sorted =
                new Sorted(
                        new String[entries.length],
                        new long[entries.length],
                        new int[entries.length]);
        for (int i = 0; i < entries.length; i++) {
            sorted.texts[i] = entries[i].text;
            sorted.hashes[i] = entries[i].hash;
            sorted.finalIds[entries[i].id] = i;
        }
        return sorted;
    }

    /// The texts by (hash, text): so the order of final ids is the order of hashes.
    static final class Sorted {
        final String[] texts;
        final long[] hashes;
        final int[] finalIds; // by first id

        private Sorted(String[] texts, long[] hashes, int[] finalIds) {
            this.texts = texts;
            this.hashes = hashes;
            this.finalIds = finalIds;
        }
    }
}
