package dev.waxwing.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Parameters given by name, as a pipeline file or a PAI command line gives them; every problem is collected and
/// told at once.
final class NamedValues {
    private final String trainer;
    private final Map<String, ?> given;
    private final Map<String, String> aliases;
    private final Set<String> known = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    /// @param trainer whose parameters these are, for messages
    /// @param aliases other systems' names to ours
    NamedValues(String trainer, Map<String, ?> given, Map<String, String> aliases) {
        this.trainer = trainer;
        this.given = given;
        this.aliases = aliases;
    }

    int whole(String name, int defaultValue) {
        double value = number(name, defaultValue);
        if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
            problems.add(name + ": " + value + " is not a whole number");
            return defaultValue;
        }
        return (int) value;
    }

    double number(String name, double defaultValue) {
        Object value = valueOf(name, defaultValue);
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        try {
            return Double.parseDouble(value.toString().strip());
        } catch (NumberFormatException _) {
            problems.add(name + ": \"" + value + "\" is not a number");
            return defaultValue;
        }
    }

    boolean flag(String name, boolean defaultValue) {
        Object value = valueOf(name, defaultValue);
        String text = value.toString().strip();
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            problems.add(name + ": \"" + value + "\" is neither true nor false");
        }
        return text.equalsIgnoreCase("true");
    }

    /// Names, separated by commas; none if nothing is said.
    List<String> list(String name) {
        String text = valueOf(name, "").toString();
        return Arrays.stream(text.split(",")).map(String::strip).filter(n -> !n.isEmpty()).toList();
    }

    /// One of a closed set; case and `-`/`_` do not matter.
    <E extends Enum<E>> E choice(String name, E defaultValue) {
        Object value = valueOf(name, defaultValue);
        for (E each : defaultValue.getDeclaringClass().getEnumConstants()) {
            if (plain(each.name()).equals(plain(value.toString()))) {
                return each;
            }
        }
        List<String> allowed = new ArrayList<>();
        for (E each : defaultValue.getDeclaringClass().getEnumConstants()) {
            allowed.add(each.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
        }
        problems.add(name + ": \"" + value + "\" is not one of " + String.join(", ", allowed));
        return defaultValue;
    }

    /// Reports names that nobody asked for, and everything else that was wrong.
    /// @throws TrainingException with all of it
    void done() {
        for (String name : given.keySet()) {
            if (!known.contains(name) && !known.contains(aliases.getOrDefault(name, ""))) {
                problems.add(
                        name
                                + " is not a parameter; known are "
                                + String.join(", ", known)
                                + " and, as other names of these, "
                                + String.join(", ", new TreeSet<>(aliases.keySet())));
            }
        }
        if (!problems.isEmpty()) {
            throw new TrainingException(trainer + ": " + String.join("; ", problems));
        }
    }

    private Object valueOf(String name, Object defaultValue) {
        known.add(name);
        Object found = given.get(name);
        String foundAs = name;
        for (Map.Entry<String, String> alias : aliases.entrySet()) {
            Object other = given.get(alias.getKey());
            if (alias.getValue().equals(name) && other != null) {
                if (found != null) {
                    problems.add(
                            foundAs
                                    + " and "
                                    + alias.getKey()
                                    + " are the same parameter, give one of them");
                }
                found = other;
                foundAs = alias.getKey();
            }
        }
        return found == null ? defaultValue : found;
    }

    private static String plain(String name) {
        return name.toLowerCase(java.util.Locale.ROOT).replace("-", "").replace("_", "");
    }
}
