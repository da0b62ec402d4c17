package dev.waxwing.steps;

import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Rows written as `key:value,key:value`, as PAI's sparse inputs are.
record PaiSparse(String itemDelimiter, String kvDelimiter) {
    /// Keys that are numbers by their number, before all others by their text.
    static final Comparator<String> ORDER =
            Comparator.comparing((String key) -> !key.matches("\\d{1,18}"))
                    .thenComparingLong(key -> key.matches("\\d{1,18}") ? Long.parseLong(key) : 0L)
                    .thenComparing(Comparator.naturalOrder());

    static List<PaiParameter> parameters() {
        return List.of(
                PaiParameter.optional("itemDelimiter", ","),
                PaiParameter.optional("kvDelimiter", ":"));
    }

    static PaiSparse of(PaiRun run) {
        return new PaiSparse(run.text("itemDelimiter"), run.text("kvDelimiter"));
    }

    /// @param text null and empty have no keys
    /// @return keys in [#ORDER]
    /// @throws StepProblem if a part is no key and finite number, or a key is there twice
    SequencedMap<String, Float> read(String text) {
        SequencedMap<String, Float> row = new TreeMap<>(ORDER);
        if (text == null || text.isBlank()) {
            return row;
        }
        for (String item : text.split(java.util.regex.Pattern.quote(itemDelimiter))) {
            int at = item.indexOf(kvDelimiter);
            float value = Float.NaN;
            if (at > 0) {
                try {
                    value = Float.parseFloat(item.substring(at + kvDelimiter.length()));
                } catch (NumberFormatException e) {
                    // NaN: said below
                }
            }
            if (!Float.isFinite(value)) {
                throw new StepProblem(
                        "\""
                                + item
                                + "\" of the sparse row \""
                                + text
                                + "\" is no key"
                                + kvDelimiter
                                + "number");
            }
            if (row.put(item.substring(0, at).strip(), value) != null) {
                throw new StepProblem(
                        "the sparse row \"" + text + "\" has the key of \"" + item + "\" twice");
            }
        }
        return row;
    }
}
