package dev.waxwing.warehouse;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// How the events of a file become ours.
///
/// A row's weight `w` becomes `(w - lo) / (hi - lo)`, cut to at most 1; what is not above 0 after that is cut to
/// [#LEAST], so that it lies in `(0, 1]`. With `lo = 0` and `hi = 10` a rating of 7 weighs 0.7. A row without a weight weighs 1.
/// @param types the file's event names with the event types they stand for; other names are rejected. `*` stands for
///     any other name.
public record EventRule(Map<String, String> types, double lo, double hi) {
    /// The weight of an event at or below `lo`: it happened, and says nearly nothing.
    public static final double LEAST = 0.001;

    public EventRule {
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
        if (types.isEmpty()) {
            throw new IllegalArgumentException(
                    "the rule names no event; {\"*\": \"action\"} would take all of them");
        }
        if (!(hi > lo) || Double.isInfinite(lo) || Double.isInfinite(hi)) {
            throw new IllegalArgumentException(
                    "hi must be above lo, got lo " + lo + " and hi " + hi);
        }
    }

    /// Every event counts 1 and keeps its type.
    public static EventRule plain(Map<String, String> types) {
        return new EventRule(types, 0, 1);
    }
}
