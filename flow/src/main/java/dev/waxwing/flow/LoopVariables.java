package dev.waxwing.flow;

import dev.waxwing.config.DidYouMean;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a step inside a loop may write beside dates, as in DataWorks:
///
/// - `${dag.loopTimes}`: which iteration this is, from 1; `${dag.offset}`: the same from 0
/// - `${dag.films}`: the rows of the input `films`, joined by commas; `${dag.films.length}`: how many there are
/// - `${dag.films[${dag.offset}]}`: this iteration's row; `${dag.films[${dag.offset}][1]}`: its second value
///
/// An input is a step before the loop, and its rows are the lines of its output [#ROWS]; the values of a row stand between
/// commas.
sealed interface LoopVariables {
    /// What a step's output calls the rows that it gives to loops.
    String ROWS = "outputs";

    /// How a variable of a loop begins.
    String PREFIX = "dag.";

    Pattern FORM =
            Pattern.compile(
                    "dag\\.([A-Za-z][A-Za-z0-9_-]*)(\\.length)?"
                            + "(?:\\[(\\$\\{dag\\.offset}|\\d{1,9})])?(?:\\[(\\d{1,9})])?");

    /// Inside a file that is read, a body's variables have no values yet; these stand for them. Scoped, because what reads a
    /// step's text lies below kinds that know nothing of loops.
    ScopedValue<LoopVariables> READING = ScopedValue.newInstance();

    /// @param inside what stands in the braces, such as `dag.offset`
    /// @throws IllegalArgumentException that says what is wrong
    String value(String inside);

    /// The names that the body's steps may use as inputs.
    static LoopVariables unknown(List<String> inputs) {
        return new Unknown(List.copyOf(inputs));
    }

    /// Not inside a loop.
    record Outside() implements LoopVariables {
        @Override
        public String value(String inside) {
            throw new IllegalArgumentException("is known inside a loop only");
        }
    }

    /// Inside a loop whose iterations are still to come.
    record Unknown(List<String> inputs) implements LoopVariables {
        @Override
        public String value(String inside) {
            Matcher form = matched(inside);
            if (!isCounter(form)) {
                known(form.group(1), inputs);
            }
            return "1";
        }
    }

    /// One iteration.
    /// @param offset from 0
    /// @param rows of each input
    record Iteration(int offset, Map<String, List<String>> rows) implements LoopVariables {
        public Iteration {
            rows = Map.copyOf(rows);
        }

        @Override
        public String value(String inside) {
            Matcher form = matched(inside);
            if (isCounter(form)) {
                return Integer.toString(
                        form.group(1).equals("offset") ? offset : Math.addExact(offset, 1));
            }
            String name = form.group(1);
            List<String> lines = rows.get(known(name, rows.keySet()));
            if (form.group(2) != null) {
                return Integer.toString(lines.size());
            }
            if (form.group(3) == null) {
                return String.join(",", lines);
            }
            int index = form.group(3).startsWith("$") ? offset : Integer.parseInt(form.group(3));
            String row = at(lines, index, name, "row");
            return form.group(4) == null
                    ? row
                    : at(
                            List.of(row.split(",", -1)),
                            Integer.parseInt(form.group(4)),
                            name + "[" + index + "]",
                            "value");
        }

        private static String at(List<String> list, int index, String of, String what) {
            if (index >= list.size()) {
                throw new IllegalArgumentException(
                        "there is no %s %d; %s has %d, counted from 0"
                                .formatted(what, index, of, list.size()));
            }
            return list.get(index);
        }
    }

    /// The rows of each input, of what the steps before the loop have left.
    static Map<String, List<String>> rows(
            List<String> inputs, Map<String, ? extends Map<String, String>> outputs) {
        var rows = new LinkedHashMap<String, List<String>>();
        for (String input : inputs) {
            Map<String, String> left = outputs.get(input);
            rows.put(input, rows(left == null ? "" : left.getOrDefault(ROWS, "")));
        }
        return rows;
    }

    static List<String> rows(String output) {
        return output.lines().toList();
    }

    private static Matcher matched(String inside) {
        Matcher form = FORM.matcher(inside);
        boolean counts = form.matches() && isCounter(form);
        boolean plain = counts && !inside.equals(PREFIX + form.group(1));
        if (!form.matches() || plain || (form.group(2) != null && form.group(3) != null)) {
            throw new IllegalArgumentException(
                    "is not a variable of a loop; write ${dag.loopTimes}, ${dag.offset}, ${dag.input},"
                            + " ${dag.input.length} or ${dag.input[${dag.offset}]}");
        }
        return form;
    }

    private static boolean isCounter(Matcher form) {
        return form.group(1).equals("offset") || form.group(1).equals("loopTimes");
    }

    private static String known(String name, java.util.Collection<String> inputs) {
        if (!inputs.contains(name)) {
            throw new IllegalArgumentException(
                    inputs.isEmpty()
                            ? name + " is not an input; this loop has none, say inputs: " + name
                            : name
                                    + " is not an input of this loop; "
                                    + DidYouMean.hint(name, inputs));
        }
        return name;
    }
}
