package dev.waxwing.steps;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The condition of a release: comparisons of metrics with numbers, all of which must hold.
///
///     test.auc_minus_champion.high >= -0.002 and validate.calibration <= 1.5
///
/// A metric against a champion that does not exist yet (`*_minus_champion*`, `champion_*`) has no value on the first
/// night; such a comparison holds, and the verdict says so. Any other metric without a value is an error: a gate
/// never passes because of a spelling mistake.
record Gate(String text, List<Comparison> comparisons) {
    private static final Pattern COMPARISON =
            Pattern.compile(
                    "\\s*([A-Za-z_][\\w.]*)\\s*(>=|<=|>|<|==)\\s*([-+]?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?)\\s*");

    /// One `metric operator number`.
    record Comparison(String metric, String operator, double bound) {
        boolean holds(double value) {
            return switch (operator) {
                case ">=" -> value >= bound;
                case "<=" -> value <= bound;
                case ">" -> value > bound;
                case "<" -> value < bound;
                default -> value == bound;
            };
        }

        boolean needsChampion() {
            return metric.contains("champion");
        }
    }

    /// What the gate said, and the figures it said it on.
    record Verdict(boolean open, String reason, Map<String, String> figures) {
        Verdict {
            figures = Map.copyOf(figures);
        }
    }

    /// The gate of a release that says no condition.
    static final Gate OPEN = new Gate("", List.of());

    Gate {
        comparisons = List.copyOf(comparisons);
    }

    /// The steps whose metrics it asks for, in its order.
    List<String> steps() {
        return comparisons.stream()
                .map(
                        comparison ->
                                comparison
                                        .metric()
                                        .substring(
                                                0, Math.max(0, comparison.metric().indexOf('.'))))
                .filter(step -> !step.isEmpty())
                .distinct()
                .toList();
    }

    /// @throws IllegalArgumentException naming the part that is not a comparison
    static Gate parse(String text) {
        List<Comparison> comparisons = new ArrayList<>();
        for (String part : text.split("\\band\\b")) {
            Matcher matcher = COMPARISON.matcher(part);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "'"
                                + part.strip()
                                + "' is not a comparison of a metric with a number, such as"
                                + " test.auc_minus_champion.high >= -0.002; join several with"
                                + " 'and'");
            }
            comparisons.add(
                    new Comparison(
                            matcher.group(1),
                            matcher.group(2),
                            Double.parseDouble(matcher.group(3))));
        }
        return new Gate(text.strip(), comparisons);
    }

    /// @param metrics values by `step.metric`
    /// @param championExists whether the alias held a bundle of an earlier business date
    Verdict judge(Map<String, Double> metrics, boolean championExists) {
        List<String> reasons = new ArrayList<>();
        boolean open = true;
        Map<String, String> figures = new TreeMap<>();
        for (Comparison comparison : comparisons) {
            Double value = metrics.get(comparison.metric());
            if (value == null && comparison.needsChampion() && !championExists) {
                reasons.add("no champion yet, so " + comparison.metric() + " is not asked");
                continue;
            }
            if (value == null) {
                throw new IllegalArgumentException(
                        "the gate asks for "
                                + comparison.metric()
                                + ", which no step has measured; measured are "
                                + new TreeSet<>(metrics.keySet()));
            }
            boolean holds = comparison.holds(value);
            open &= holds;
            figures.put(comparison.metric(), Double.toString(value));
            reasons.add(
                    String.format(
                            Locale.ROOT,
                            "%s = %.5f is %s%s %s",
                            comparison.metric(),
                            value,
                            holds ? "" : "NOT ",
                            comparison.operator(),
                            trimmed(comparison.bound())));
        }
        return new Verdict(
                open, reasons.isEmpty() ? "no condition" : String.join("; ", reasons), figures);
    }

    private static String trimmed(double bound) {
        return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
    }
}
