package dev.waxwing.steps;

import dev.waxwing.config.ConfigException;
import dev.waxwing.flow.TimeVariables;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Texts of a pipeline that may name what only the environment knows: `Bearer ${env:TRAINER_TOKEN}`. So a secret stands in no file, and
/// since it is put in last, in no log either.
final class Environment {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");

    private final Map<String, String> values;

    Environment(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /// @throws ConfigException with every unknown variable; the environment is not asked
    static void check(String name, String text) {
        TimeVariables.check(name, REFERENCE.matcher(text).replaceAll("x"));
    }

    /// @throws StepProblem if the environment lacks something
    String fill(String name, String text, TimeVariables variables) {
        var filled = new StringBuilder();
        Matcher reference = REFERENCE.matcher(text);
        int end = 0;
        while (reference.find()) {
            filled.append(variables.fill(name, text.substring(end, reference.start())));
            String value = values.get(reference.group(1));
            if (value == null) {
                throw new StepProblem(
                        name
                                + " names ${env:"
                                + reference.group(1)
                                + "}, which the environment of this process does not have");
            }
            filled.append(value);
            end = reference.end();
        }
        return filled.append(variables.fill(name, text.substring(end))).toString();
    }
}
