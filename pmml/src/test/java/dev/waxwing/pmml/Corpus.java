package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The conformance corpus beside the repository: models of other tools with inputs and expected outputs.
final class Corpus {
    private static final Path FOLDER = Path.of("..", "..", "shared", "data", "pmml-conformance");

    /// One triple of model, input and expected output.
    record Case(
            String id,
            Path model,
            Path input,
            Path expected,
            boolean main,
            boolean single,
            List<String> columns,
            double maxAbsolute,
            double maxRelative) {}

    private Corpus() {}

    /// All cases; skips the test where the corpus is absent, or fails it on a build server.
    static List<Case> cases() throws IOException {
        Path manifest = FOLDER.resolve("manifest.tsv");
        if (!Files.exists(manifest)) {
            if ("true".equals(System.getenv("CI"))) {
                fail("the conformance corpus is not at " + FOLDER.toAbsolutePath().normalize());
            }
            assumeTrue(
                    false,
                    "the conformance corpus is not at " + FOLDER.toAbsolutePath().normalize());
        }
        List<String> lines = Files.readAllLines(manifest);
        List<String> head = List.of(lines.get(0).split("\t", -1));
        List<Case> cases = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cell = line.split("\t", -1);
            cases.add(
                    new Case(
                            cell[head.indexOf("id")],
                            FOLDER.resolve(cell[head.indexOf("model")]),
                            FOLDER.resolve(cell[head.indexOf("input")]),
                            FOLDER.resolve(cell[head.indexOf("expected")]),
                            cell[head.indexOf("scope")].equals("main"),
                            cell[head.indexOf("math_context")].equals("float"),
                            List.of(cell[head.indexOf("expected_columns")].split("\\|")),
                            Double.parseDouble(cell[head.indexOf("ref_max_abs_diff")]),
                            Double.parseDouble(cell[head.indexOf("ref_max_rel_diff")])));
        }
        return cases;
    }

    /// Reads a CSV as the corpus describes: separator by the head line, double quotes, missing as blank, NA or N/A.
    static List<Map<String, String>> rows(Path csv) throws IOException {
        String text = Files.readString(csv);
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        String first = text.lines().findFirst().orElse("");
        char separator = first.indexOf('\t') >= 0 ? '\t' : first.indexOf(';') >= 0 ? ';' : ',';
        List<List<String>> lines = new ArrayList<>();
        List<String> line = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c != '"') {
                    cell.append(c);
                } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    cell.append('"');
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '"' && cell.length() == 0) {
                quoted = true;
            } else if (c == separator || c == '\n') {
                line.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    lines.add(line);
                    line = new ArrayList<>();
                }
            } else if (c != '\r') {
                cell.append(c);
            }
        }
        if (cell.length() > 0 || !line.isEmpty()) {
            line.add(cell.toString());
            lines.add(line);
        }
        List<Map<String, String>> rows = new ArrayList<>();
        for (List<String> values : lines.subList(1, lines.size())) {
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < lines.get(0).size(); i++) {
                String value = i < values.size() ? values.get(i) : "";
                boolean missing = value.isEmpty() || value.equals("NA") || value.equals("N/A");
                row.put(lines.get(0).get(i), missing ? null : value);
            }
            rows.add(row);
        }
        return rows;
    }

    /// Scores every row of a case and hands over each difference; gives up after the first few.
    static void compare(Case one, Consumer<String> difference) throws IOException {
        Evaluator evaluator = Evaluator.load(one.model());
        List<Map<String, String>> inputs = rows(one.input());
        List<Map<String, String>> expected = rows(one.expected());
        if (inputs.size() != expected.size()) {
            throw new IOException(inputs.size() + " rows in, " + expected.size() + " rows out");
        }
        int told = 0;
        for (int r = 0; r < inputs.size() && told < 3; r++) {
            Map<String, Object> found;
            try {
                Map<String, Object> given = new LinkedHashMap<>();
                inputs.get(r)
                        .forEach(
                                (name, value) -> {
                                    if (evaluator.knows(name)) {
                                        given.put(name, value);
                                    }
                                });
                found = evaluator.evaluate(given);
            } catch (IllegalArgumentException e) {
                found = Map.of("error", e.getMessage());
            }
            for (String column : one.columns()) {
                String wanted = expected.get(r).get(column);
                Object value = found.get(column);
                if (!agrees(one, value, wanted) && told++ < 3) {
                    difference.accept(
                            "row "
                                    + (r + 1)
                                    + " "
                                    + column
                                    + ": expected "
                                    + wanted
                                    + ", got "
                                    + value
                                    + (found.containsKey("error")
                                            ? " (" + found.get("error") + ")"
                                            : ""));
                }
            }
        }
    }

    private static boolean agrees(Case one, Object value, String wanted) {
        if (value == null || wanted == null) {
            return value == null && wanted == null;
        }
        if (value instanceof Number number) {
            double expected;
            try {
                expected = Double.parseDouble(wanted);
            } catch (NumberFormatException e) {
                return false;
            }
            double difference = Math.abs(number.doubleValue() - expected);
            double absolute = one.single() ? 1e-5 : 1e-6;
            double relative = one.single() ? 10 * Math.max(one.maxRelative(), 1e-6) : 1e-5;
            return difference <= absolute || difference <= relative * Math.abs(expected);
        }
        return String.valueOf(value).equals(wanted)
                || (value instanceof Boolean && String.valueOf(value).equalsIgnoreCase(wanted));
    }
}
