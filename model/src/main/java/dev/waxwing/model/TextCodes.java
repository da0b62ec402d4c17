package dev.waxwing.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The codes of one feature's texts: `0 … n - 1` for what was learnt (or for hash buckets), `n` for missing, `n + 1` for unseen.
final class TextCodes {
    private final List<String> learnt; // empty if hashed
    private final Codes.Hash hash; // null if learnt
    private final Map<String, Integer> byText;

    /// By the left text of a pair, the codes of the right ones; empty unless the feature is a cross.
    private final Map<String, Map<String, Integer>> byPair;

    private TextCodes(
            List<String> learnt,
            Codes.Hash hash,
            Map<String, Integer> byText,
            Map<String, Map<String, Integer>> byPair) {
        this.learnt = learnt;
        this.hash = hash;
        this.byText = byText;
        this.byPair = byPair;
    }

    static TextCodes learnt(List<String> values) {
        var byText = new HashMap<String, Integer>();
        values.forEach(value -> byText.put(value, byText.size()));
        byText.put(FeatureRow.MISSING, values.size());
        return new TextCodes(values, null, byText, Map.of());
    }

    static TextCodes learntPairs(List<String> pairs) {
        var byPair = new HashMap<String, Map<String, Integer>>();
        for (int code = 0; code < pairs.size(); code++) {
            List<String> parts = Derived.Cross.parts(pairs.get(code));
            byPair.computeIfAbsent(parts.getFirst(), _ -> new HashMap<>())
                    .put(parts.getLast(), code);
        }
        return new TextCodes(pairs, null, Map.of(), byPair);
    }

    static TextCodes hashed(Codes.Hash hash) {
        return new TextCodes(List.of(), hash, Map.of(), Map.of());
    }

    int size() {
        return missing() + 2;
    }

    int missing() {
        return hash == null ? learnt.size() : hash.buckets();
    }

    int unseen() {
        return missing() + 1;
    }

    int of(String text) {
        if (hash == null) {
            return byText.getOrDefault(text, unseen());
        }
        return switch (text) {
            case FeatureRow.MISSING -> missing();
            case FeatureRow.UNSEEN -> unseen();
            default -> hash.bucket(TokenHash.of(text));
        };
    }

    int of(String left, String right) {
        if (left.equals(FeatureRow.MISSING) || right.equals(FeatureRow.MISSING)) {
            return missing();
        }
        if (left.equals(FeatureRow.UNSEEN) || right.equals(FeatureRow.UNSEEN)) {
            return unseen();
        }
        return hash == null
                ? byPair.getOrDefault(left, Map.of()).getOrDefault(right, unseen())
                : hash.bucket(TokenHash.of(left) * 31 + TokenHash.of(right));
    }

    /// What a code stands for: the value, `#bucket`, or one of the two words.
    String label(int code) {
        if (code >= missing()) {
            return code == missing() ? FeatureRow.MISSING : FeatureRow.UNSEEN;
        }
        return hash == null ? learnt.get(code) : "#" + code;
    }

    /// What a feature map says of the codes: a label each, but one for all the buckets of a hash.
    List<String> labels() {
        var labels = new ArrayList<String>();
        if (hash != null) {
            labels.add("#0…#" + (hash.buckets() - 1) + " seed " + hash.seed());
        }
        for (int code = hash == null ? 0 : missing(); code < size(); code++) {
            labels.add(label(code));
        }
        return labels;
    }
}
