package dev.waxwing.pmml;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `score`: rows of a CSV with what the model says of them, in constant memory.
final class ScoreCommand {
    private static final int BATCH = 1_024;

    private ScoreCommand() {}

    static int run(String[] args, OutputStream out, PrintStream err)
            throws Main.Usage, IOException, Csv.Malformed {
        Main.Arguments given =
                Main.Arguments.parse(
                        args,
                        Set.of("--fast", "--allow-missing-columns"),
                        Set.of("--gbdt-lr", "--out"));
        given.needs("score", 2, 2);
        Path model = Main.existing(given.files().get(0));
        String lr = given.options().get("--gbdt-lr");
        boolean compiled = lr != null || given.options().containsKey("--fast") || !isXml(model);
        Problems problems = new Problems(err);
        String rows = given.files().get(1);
        String to = given.options().get("--out");
        if (to != null
                && !rows.equals("-")
                && Files.exists(Path.of(to))
                && Files.isSameFile(Path.of(to), Main.existing(rows))) {
            throw new Main.Usage("--out is the file of rows");
        }
        // The model is read first, so that a refused one leaves no output behind.
        if (compiled) {
            Scorer scorer = lr == null ? Scorer.load(model) : Scorer.load(model, Main.existing(lr));
            try (InputStream in = open(rows)) {
                Csv csv = new Csv(rows, in);
                checkColumns(csv, scorer.inputs(), given);
                write(to, out, csv, writer -> fast(scorer, csv, writer, problems));
            }
        } else {
            Evaluator evaluator = Evaluator.load(model);
            try (InputStream in = open(rows)) {
                Csv csv = new Csv(rows, in);
                checkColumns(csv, evaluator.inputs(), given);
                write(to, out, csv, writer -> evaluated(evaluator, csv, writer, problems));
            }
        }
        problems.tellRest();
        return problems.found() == 0 ? Main.OK : Main.BAD_DATA;
    }

    /// Whether a file is XML, maybe packed, and no model of another format.
    static boolean isXml(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            return true; // which the XML reader refuses
        }
        try (InputStream in = Files.newInputStream(file)) {
            int first = in.read();
            while (first == ' ' || first == '\n' || first == '\r' || first == '\t') {
                first = in.read();
            }
            return first != '{' && first != 't';
        }
    }

    private static InputStream open(String rows) throws IOException {
        return rows.equals("-") ? System.in : Files.newInputStream(Main.existing(rows));
    }

    private static void checkColumns(Csv csv, Iterable<String> inputs, Main.Arguments given)
            throws Csv.Malformed {
        List<String> absent = new ArrayList<>();
        for (String input : inputs) {
            if (!csv.columns().contains(input)) {
                absent.add(input);
            }
        }
        if (!absent.isEmpty() && !given.options().containsKey("--allow-missing-columns")) {
            throw new Csv.Malformed(
                    csv.place()
                            + " has no column "
                            + String.join(", ", absent.subList(0, Math.min(20, absent.size())))
                            + (absent.size() > 20 ? ", …" : "")
                            + "; --allow-missing-columns counts it as missing in every row");
        }
    }

    private interface Body {
        void write(CsvWriter writer) throws IOException, Csv.Malformed;
    }

    /// Writes to standard output, or to a file that gets its name when it is complete.
    private static void write(String to, OutputStream out, Csv csv, Body body)
            throws IOException, Csv.Malformed {
        if (to == null) {
            try (CsvWriter writer = new CsvWriter(new Unclosed(out), csv.separator())) {
                body.write(writer);
            }
            return;
        }
        Path file = Path.of(to);
        boolean device = Files.exists(file) && !Files.isRegularFile(file);
        Path part = device ? file : file.resolveSibling(file.getFileName() + ".part");
        try {
            try (CsvWriter writer = new CsvWriter(Files.newOutputStream(part), csv.separator())) {
                body.write(writer);
            }
            if (!device) {
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            if (!device) {
                Files.deleteIfExists(part);
            }
        }
    }

    /// Standard output stays open for whoever comes next.
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    static boolean missing(String cell) {
        return cell.isEmpty() || cell.equals("NA") || cell.equals("N/A");
    }

    /// Whether the row has a cell for each column; if not, that is a problem.
    private static boolean complete(Csv csv, List<String> cells, Problems problems) {
        if (cells.size() == csv.columns().size()) {
            return true;
        }
        problems.add(
                csv.place()
                        + " has "
                        + cells.size()
                        + " cells, and the header "
                        + csv.columns().size());
        return false;
    }

    private static void fast(Scorer scorer, Csv csv, CsvWriter writer, Problems problems)
            throws IOException, Csv.Malformed {
        writer.row(csv.columns(), List.of("score"));
        List<String> inputs = scorer.inputs();
        boolean[] text = new boolean[inputs.size()];
        for (int i = 0; i < text.length; i++) {
            text[i] = !scorer.categories(inputs.get(i)).isEmpty();
        }
        int[] column = inputs.stream().mapToInt(csv.columns()::indexOf).toArray();
        float[] floats = new float[BATCH * inputs.size()];
        double[] scores = new double[BATCH];
        List<List<String>> batch = new ArrayList<>();
        boolean[] bad = new boolean[BATCH];
        String[] places = new String[BATCH];
        Optional<List<String>> next = csv.row();
        while (next.isPresent()) {
            batch.clear();
            while (next.isPresent() && batch.size() < BATCH) {
                List<String> cells = next.get();
                int n = batch.size();
                long before = problems.found();
                if (complete(csv, cells, problems)) {
                    for (int i = 0; i < column.length; i++) {
                        String cell = column[i] < 0 ? "" : cells.get(column[i]);
                        floats[n * column.length + i] =
                                text[i]
                                        ? code(scorer, csv, inputs.get(i), cell, problems)
                                        : number(csv, inputs.get(i), cell, problems);
                    }
                }
                bad[n] = problems.found() > before;
                places[n] = csv.place();
                batch.add(cells);
                next = csv.row();
            }
            try {
                scorer.score(floats, batch.size(), scores);
            } catch (InvalidValueException e) {
                oneByOne(scorer, floats, batch, bad, scores, places, problems);
            }
            for (int n = 0; n < batch.size(); n++) {
                writer.row(batch.get(n), Collections.singletonList(bad[n] ? null : scores[n]));
            }
        }
    }

    /// Scores the rows of a batch of which the document refuses one or more.
    private static void oneByOne(
            Scorer scorer,
            float[] floats,
            List<List<String>> batch,
            boolean[] bad,
            double[] scores,
            String[] places,
            Problems problems) {
        int width = scorer.inputs().size();
        for (int n = 0; n < batch.size(); n++) {
            try {
                scores[n] = scorer.score(Arrays.copyOfRange(floats, n * width, (n + 1) * width));
            } catch (InvalidValueException e) {
                if (!bad[n]) {
                    problems.add(places[n] + " " + e.getMessage());
                }
                bad[n] = true;
            }
        }
    }

    private static float code(
            Scorer scorer, Csv csv, String input, String cell, Problems problems) {
        if (missing(cell)) {
            return Float.NaN;
        }
        for (Object value : new Object[] {cell, asNumber(cell)}) {
            try {
                return scorer.encode(Map.of(input, value))[scorer.inputs().indexOf(input)];
            } catch (IllegalArgumentException e) {
                // the categories are of the other kind, or the cell is no category
            }
        }
        problems.add(csv.place() + " column " + input + ": '" + cell + "' is no category");
        return Float.NaN;
    }

    private static Object asNumber(String cell) {
        try {
            return DataType.parseDouble(cell);
        } catch (IllegalArgumentException e) {
            return cell;
        }
    }

    private static float number(Csv csv, String input, String cell, Problems problems) {
        if (missing(cell)) {
            return Float.NaN;
        }
        try {
            return (float) DataType.parseDouble(cell);
        } catch (IllegalArgumentException e) {
            problems.add(csv.place() + " column " + input + ": " + e.getMessage());
            return Float.NaN;
        }
    }

    private static void evaluated(Evaluator evaluator, Csv csv, CsvWriter writer, Problems problems)
            throws IOException, Csv.Malformed {
        List<String> told = evaluator.results();
        List<String> names = new ArrayList<>(told);
        for (int i = 0; i < names.size(); i++) {
            while (csv.columns().contains(names.get(i))) {
                names.set(i, "predicted " + names.get(i)); // the rows bring the true value along
            }
        }
        writer.row(csv.columns(), names);
        List<Object> nothing = Collections.nCopies(told.size(), null);
        for (Optional<List<String>> next = csv.row(); next.isPresent(); next = csv.row()) {
            List<String> cells = next.get();
            List<?> results = nothing;
            if (complete(csv, cells, problems)) {
                Map<String, Object> row = given(evaluator, csv, cells);
                try {
                    Map<String, Object> all = all(evaluator.result(row));
                    results = told.stream().map(all::get).toList();
                } catch (IllegalArgumentException e) {
                    tell(evaluator, csv, row, e, problems);
                }
            }
            writer.row(cells, results);
        }
    }

    /// The cells of a row that the document has fields for.
    static Map<String, Object> given(Evaluator evaluator, Csv csv, List<String> cells) {
        Map<String, Object> row = new HashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            String column = csv.columns().get(i);
            if (evaluator.knows(column) && !missing(cells.get(i))) {
                row.put(column, cells.get(i));
            }
        }
        return row;
    }

    /// Predictions, outputs and probabilities by the names of [Evaluator#results()].
    static Map<String, Object> all(Result result) {
        Map<String, Object> all = new LinkedHashMap<>();
        result.probabilities.forEach((category, p) -> all.put("probability(" + category + ")", p));
        all.putAll(result.targets);
        all.putAll(result.outputs);
        return all;
    }

    private static void tell(
            Evaluator evaluator,
            Csv csv,
            Map<String, Object> row,
            IllegalArgumentException e,
            Problems problems) {
        List<String> refused = evaluator.refused(row);
        if (refused.isEmpty()) {
            refused = List.of(e.getMessage());
        }
        for (String problem : refused) {
            problems.add(csv.place() + " " + problem);
        }
    }
}
