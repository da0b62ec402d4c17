package dev.waxwing.pmml;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `verify`: compares a document with its own `ModelVerification`, and with results that another engine gave.
final class VerifyCommand {
    private final Evaluator evaluator;
    private final double tolerance;
    private final Problems problems;
    private long rows;
    private long cells;

    private VerifyCommand(Evaluator evaluator, double tolerance, Problems problems) {
        this.evaluator = evaluator;
        this.tolerance = tolerance;
        this.problems = problems;
    }

    static int run(String[] args, OutputStream out, PrintStream err)
            throws Main.Usage, IOException, Csv.Malformed {
        Main.Arguments given = Main.Arguments.parse(args, Set.of(), Set.of("--tolerance"));
        given.needs("verify", 1, 3);
        if (given.files().size() == 2) {
            throw new Main.Usage("verify takes rows and expected results, or neither");
        }
        double tolerance = tolerance(given.options().getOrDefault("--tolerance", "1e-6"));
        Element document = XmlReader.read(Main.existing(given.files().get(0)));
        Evaluator evaluator;
        try {
            evaluator = Evaluator.of(document); // this evaluates the document's own rows
        } catch (PmmlException e) {
            if (!e.problem().startsWith(Verification.FAILS)) {
                throw e;
            }
            err.println(e.getMessage());
            return Main.MISMATCH;
        }
        tell(out, own(document));
        if (given.files().size() == 1) {
            return Main.OK;
        }
        VerifyCommand verify = new VerifyCommand(evaluator, tolerance, new Problems(err));
        String inputs = given.files().get(1);
        String expected = given.files().get(2);
        try (InputStream in = Files.newInputStream(Main.existing(inputs));
                InputStream wanted = Files.newInputStream(Main.existing(expected))) {
            verify.compare(new Csv(inputs, in), new Csv(expected, wanted));
        }
        verify.problems.tellRest();
        if (verify.problems.found() > 0) {
            return Main.MISMATCH;
        }
        tell(out, verify.rows + " rows, " + verify.cells + " cells agree");
        return Main.OK;
    }

    private static double tolerance(String written) throws Main.Usage {
        try {
            double tolerance = DataType.parseDouble(written);
            if (tolerance >= 0) {
                return tolerance;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new Main.Usage("--tolerance must be a number from 0, got '" + written + "'");
    }

    private static void tell(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String own(Element document) {
        int rows = 0;
        for (Element model : document.children()) {
            for (Element verification : model.children("ModelVerification")) {
                for (Element table : verification.children("InlineTable")) {
                    rows += table.children("row").size();
                }
            }
            if (Outermost.isModel(model)) {
                break; // the first model is the one that is scored
            }
        }
        return rows == 0
                ? "the document brings no rows of its own along"
                : rows + " rows of the document's own agree";
    }

    private void compare(Csv inputs, Csv expected) throws IOException, Csv.Malformed {
        List<String> results = evaluator.results();
        List<String> compared = new ArrayList<>(expected.columns());
        compared.retainAll(results);
        if (compared.isEmpty()) {
            throw new Csv.Malformed(
                    expected.place()
                            + " has no column that the model tells; it tells "
                            + String.join(", ", results));
        }
        while (true) {
            Optional<List<String>> row = inputs.row();
            Optional<List<String>> wanted = expected.row();
            if (row.isEmpty() || wanted.isEmpty()) {
                if (row.isPresent() || wanted.isPresent()) {
                    problems.add(
                            (row.isPresent() ? inputs : expected).place()
                                    + " has rows after the last one of the other file");
                }
                return;
            }
            rows++;
            if (whole(inputs, row.get()) && whole(expected, wanted.get())) {
                compare(inputs, row.get(), expected, wanted.get(), compared);
            }
        }
    }

    private boolean whole(Csv csv, List<String> row) {
        if (row.size() == csv.columns().size()) {
            return true;
        }
        problems.add(
                csv.place()
                        + " has "
                        + row.size()
                        + " cells, and the header "
                        + csv.columns().size());
        return false;
    }

    private void compare(
            Csv inputs,
            List<String> row,
            Csv expected,
            List<String> wanted,
            List<String> compared) {
        Map<String, Object> found;
        try {
            found = ScoreCommand.all(evaluator.result(ScoreCommand.given(evaluator, inputs, row)));
        } catch (IllegalArgumentException e) {
            problems.add(inputs.place() + " " + e.getMessage());
            return;
        }
        for (String column : compared) {
            String cell = wanted.get(expected.columns().indexOf(column));
            Object value = found.get(column);
            cells++;
            if (!agrees(value, cell)) {
                problems.add(
                        expected.place()
                                + " column "
                                + column
                                + ": expected "
                                + (ScoreCommand.missing(cell) ? "nothing" : cell)
                                + ", got "
                                + (value == null ? "nothing" : value));
            }
        }
    }

    private boolean agrees(Object value, String cell) {
        if (value == null || ScoreCommand.missing(cell)) {
            return value == null && ScoreCommand.missing(cell);
        }
        if (!(value instanceof Number number)) {
            return String.valueOf(value).equals(cell);
        }
        try {
            double wanted = DataType.parseDouble(cell);
            double found = number.doubleValue();
            return found == wanted
                    || Math.abs(found - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
