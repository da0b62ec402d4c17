package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What must hold for a branch to be taken: comparisons of earlier steps' outputs, joined by `and`, such as
/// `count.rows > 1000 and test.auc >= 0.6`. Two numbers are compared as numbers, anything else as text, and text can only be
/// equal or not. An output that is not there makes a comparison false.
/// @param text as it was written; empty: always holds
public record Condition(String text, List<Comparison> comparisons) {
    static final Condition ALWAYS = new Condition("", List.of());
    private static final Pattern COMPARISON =
            Pattern.compile("([a-z][a-z0-9_-]*)\\.(\\S+?)\\s*(>=|<=|!=|=|>|<)\\s*(\\S+)");

    /// One output of a step beside a value.
    public record Comparison(String step, String output, String operator, String value) {}

    public Condition {
        requireNonNull(text, "text is null");
        comparisons = List.copyOf(comparisons);
    }

    /// @throws IllegalArgumentException that says what is wrong
    static Condition parse(String text) {
        if (text.isBlank()) {
            return ALWAYS;
        }
        var comparisons = new ArrayList<Comparison>();
        for (String each : text.strip().split("\\s+and\\s+")) {
            Matcher found = COMPARISON.matcher(each);
            if (!found.matches()) {
                throw new IllegalArgumentException(
                        '"' + each + "\" is not a comparison; write step.output > value");
            }
            comparisons.add(
                    new Comparison(found.group(1), found.group(2), found.group(3), found.group(4)));
        }
        return new Condition(text.strip(), comparisons);
    }

    /// The steps whose outputs it looks at.
    SequencedSet<String> steps() {
        var steps = new LinkedHashSet<String>();
        comparisons.forEach(each -> steps.add(each.step()));
        return steps;
    }

    /// @param outputs of the steps that are done, by step
    boolean holds(Map<String, ? extends Map<String, String>> outputs) {
        for (Comparison each : comparisons) {
            Map<String, String> of = outputs.get(each.step());
            String found = of == null ? null : of.get(each.output());
            if (found == null || !holds(each, found)) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(Comparison comparison, String found) {
        double left = number(found);
        double right = number(comparison.value());
        if (Double.isNaN(left) || Double.isNaN(right)) {
            boolean same = found.equals(comparison.value());
            return switch (comparison.operator()) {
                case "=" -> same;
                case "!=" -> !same;
                default -> false;
            };
        }
        return switch (comparison.operator()) {
            case "=" -> left == right;
            case "!=" -> left != right;
            case ">" -> left > right;
            case ">=" -> left >= right;
            case "<" -> left < right;
            default -> left <= right;
        };
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
