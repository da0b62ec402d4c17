package dev.waxwing.pmml;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Scores rows with somebody's trees or regressions: one number a row. Immutable: one scorer serves all threads.
///
/// It reads PMML 3.0 to 4.4.1, XGBoost's JSON and LightGBM's text; which of them a file is shows in its first characters.
/// The score is the predicted value of a regressing model, or the probability of one class of a classifying one: class
/// `1`, or the one named to [#load(Path, String)]. It is NaN where the model gives no prediction.
///
/// The easy way scores a row by name ([#score(Map)]): numbers as numbers, categories as texts, an absent name is a missing
/// value. It is as exact as the model's own types, so a `double` is compared as a double.
///
/// The fast way scores rows of floats ([#score(float[], double[])]) in the order of [#inputs()]: NaN is a missing value, and
/// a categorical input holds a code, the place of its category in [#categories(String)]. [#encode(Map)] makes such a row.
/// The float is what is scored: who has doubles or whole numbers that a float cannot hold (beyond 2^24) and models that tell
/// them apart uses the easy way.
///
/// Both ways treat missing, invalid and outlying values as the document says, and refuse a row with a value that it refuses;
/// unlike [Evaluator], also where this row's prediction would not have needed the value.
///
/// Sums of trees and of linear terms are compiled into flat arrays: then the fast way allocates nothing. Whatever else
/// PMML can say is left to an [Evaluator] behind the same methods, which is many times slower and just as exact;
/// [#compiled()] tells which, [#whyNotCompiled()] why.
public final class Scorer {
    private final Scoring scoring;
    private final String whyNot; // empty if compiled
    private final List<String> inputs;
    private final Map<String, Integer> place = new HashMap<>();

    private Scorer(Scoring scoring, String whyNot) {
        this.scoring = scoring;
        this.whyNot = whyNot;
        List<String> names = new ArrayList<>();
        for (Column column : scoring.columns()) {
            place.put(column.name, names.size());
            names.add(column.name);
        }
        this.inputs = List.copyOf(names);
    }

    /// Reads a model; of a classifying one, the score is the probability of the class `1`.
    ///
    /// @throws PmmlException if the file is malformed, asks for something that is not covered, or has classes and none of
    ///     them is `1`; says what and where
    public static Scorer load(Path file) {
        return load(file, ScoredClass.DEFAULT, false);
    }

    /// Reads a classifying model; the score is the probability of the class that is named.
    ///
    /// @param category the class, as the file writes it
    /// @throws PmmlException if the file is malformed, asks for something that is not covered, or has no such class; says
    ///     what and where
    public static Scorer load(Path file, String category) {
        return load(file, category, true);
    }

    private static Scorer load(Path file, String category, boolean named) {
        String name = String.valueOf(file.getFileName());
        try (BufferedInputStream in = XmlReader.open(file)) {
            String format = format(name, in);
            if (format.isEmpty()) {
                return of(XmlReader.read(name, in), category, named);
            }
            SourceText text = SourceText.read(name, in);
            if (named) {
                throw text.problem(
                        0,
                        "is "
                                + format
                                + ", which does not name its classes: load it without '"
                                + category
                                + "'");
            }
            return new Scorer(
                    new CompiledScoring(
                            format.startsWith("XGBoost")
                                    ? XgboostReader.read(text)
                                    : LightGbmReader.read(text)),
                    "");
        } catch (IOException e) {
            throw new PmmlException(name, 0, 0, "cannot be read: " + e, e);
        }
    }

    /// The format that a file's first characters show; empty for XML, and for whatever the XML reader will refuse.
    private static String format(String name, BufferedInputStream in) throws IOException {
        in.mark(64);
        String start = new String(in.readNBytes(64), StandardCharsets.ISO_8859_1).stripLeading();
        in.reset();
        if (start.startsWith("tree\n") || start.startsWith("tree\r\n")) {
            return "LightGBM's text";
        }
        if (!start.startsWith("{")) {
            return "";
        }
        if (start.length() > 1 && " \n\r\t\"}".indexOf(start.charAt(1)) < 0) {
            throw new PmmlException(
                    name,
                    0,
                    0,
                    "is XGBoost's binary UBJSON; save the model as .json, which is read");
        }
        return "XGBoost's JSON";
    }

    static Scorer of(Element document, String category, boolean named) {
        Element model = Outermost.modelOf(document);
        boolean classifies = model.attribute("functionName", "").equals("classification");
        if (model.hasChild("Segmentation")
                && model.child("Segmentation")
                        .attribute("multipleModelMethod", "")
                        .endsWith("ultiModelChain")) {
            throw model.problem(
                    "predicts several targets, and a score is one number; Evaluator tells them all");
        }
        if (named && !classifies) {
            throw model.problem("predicts a number and has no class '" + category + "'");
        }
        try {
            Ensemble ensemble = EnsembleReader.read(document, category);
            if (model.hasChild("ModelVerification")) {
                Evaluator.of(document); // checks it
            }
            return new Scorer(new CompiledScoring(ensemble), "");
        } catch (NotPlain why) {
            Evaluator evaluator = Evaluator.of(document);
            return new Scorer(
                    new EvaluatedScoring(
                            evaluator,
                            new Columns(document, model).all(),
                            classifies
                                    ? Optional.of(ScoredClass.find(document, model, category))
                                    : Optional.empty()),
                    why.refusal().getMessage());
        }
    }

    /// Reads a GBDT and the LR over its leaves, both PMML, and compiles them into one walk of the trees.
    ///
    /// The trees' own values play no part: a row's log-odds are the regression's intercept, plus the coefficient of
    /// the leaf it reaches in each tree, plus the regression's linear terms, added in this order.
    ///
    /// @throws PmmlException if a file is malformed or the two do not fit each other; says what and where
    public static Scorer load(Path gbdt, Path lr) {
        try {
            Ensemble fused =
                    EnsembleReader.readFused(
                            XmlReader.read(gbdt), XmlReader.read(lr), ScoredClass.DEFAULT);
            return new Scorer(new CompiledScoring(fused), "");
        } catch (NotPlain e) {
            throw e.refusal();
        }
    }

    /// Names of a row's columns, in order.
    public List<String> inputs() {
        return inputs;
    }

    /// The categories of an input, each at the place that is its code; empty if the input is a number.
    ///
    /// They are those that the document declares, then those that the model asks for without a declaration. A code beyond
    /// them stands for any other category.
    ///
    /// @throws IllegalArgumentException if the model has no such input
    public List<Object> categories(String input) {
        Integer at = place.get(input);
        if (at == null) {
            throw noInput(input);
        }
        return scoring.columns().get(at).categories();
    }

    /// Whether rows are scored by flat arrays; if not, [#whyNotCompiled()] has the reason.
    public boolean compiled() {
        return whyNot.isEmpty();
    }

    /// What in the document does not compile, with its place; empty if it is compiled.
    public Optional<String> whyNotCompiled() {
        return whyNot.isEmpty() ? Optional.empty() : Optional.of(whyNot);
    }

    /// Scores one row, floats in the order of [#inputs()], NaN = missing.
    ///
    /// @throws InvalidValueException if the document refuses a value
    public double score(float[] row) {
        checkLength(row);
        return scoring.score(row);
    }

    /// Scores `n` rows that lie one after the other.
    ///
    /// @param out receives one score a row
    /// @throws InvalidValueException if the document refuses a value; names the row, from 0
    public void score(float[] rows, int n, double[] out) {
        int width = inputs.size();
        if (n < 0 || (long) n * width > rows.length || n > out.length) {
            throw new IllegalArgumentException(
                    n
                            + " rows of "
                            + width
                            + " inputs need as many floats and places, got "
                            + rows.length
                            + " floats and "
                            + out.length
                            + " places");
        }
        scoring.score(rows, n, out);
    }

    /// Scores as many rows as `out` has places.
    ///
    /// @throws InvalidValueException if the document refuses a value; names the row, from 0
    public void score(float[] rows, double[] out) {
        score(rows, out.length, out);
    }

    /// Scores a row given by name. A name that is absent or has a null value is missing.
    ///
    /// Numbers are [Number]s, categories Strings (or numbers or Booleans, where the document's categories are).
    ///
    /// @throws InvalidValueException if the document refuses a value
    /// @throws IllegalArgumentException if a name is not among [#inputs()] or a value is of another kind than the input
    public double score(Map<String, ?> row) {
        checkNames(row);
        return scoring.score(row);
    }

    /// The row as the fast way takes it: floats, and codes for categories.
    ///
    /// @throws IllegalArgumentException if a name is not among [#inputs()] or a value is of another kind than the input
    public float[] encode(Map<String, ?> row) {
        checkNames(row);
        float[] floats = new float[inputs.size()];
        Arrays.fill(floats, Float.NaN);
        for (Map.Entry<String, ?> entry : row.entrySet()) {
            int at = place.get(entry.getKey());
            floats[at] = (float) scoring.columns().get(at).number(entry.getValue());
        }
        return floats;
    }

    private void checkNames(Map<String, ?> row) {
        for (String name : row.keySet()) {
            if (!place.containsKey(name)) {
                throw noInput(name);
            }
        }
    }

    private IllegalArgumentException noInput(String name) {
        return new IllegalArgumentException(
                "'"
                        + name
                        + "' is no input of the model; its inputs are "
                        + inputs.stream().limit(20).collect(Collectors.joining(", "))
                        + (inputs.size() > 20 ? ", …" : ""));
    }

    private void checkLength(float[] row) {
        if (row.length != inputs.size()) {
            throw new IllegalArgumentException(
                    "a row has " + inputs.size() + " inputs, got " + row.length + " floats");
        }
    }

    /// The score before its link function: log-odds of a logistic model.
    ///
    /// @throws UnsupportedOperationException if the model is not compiled
    public double margin(float[] row) {
        checkLength(row);
        return compiledFor("margin").margin(row);
    }

    /// The leaf number that the row reaches in each tree, left-first depth-first.
    ///
    /// @throws UnsupportedOperationException if the model is not compiled
    public int[] leaves(float[] row) {
        checkLength(row);
        return compiledFor("leaf numbers").leaves(row);
    }

    /// Says what each input contributed to the margin.
    ///
    /// @throws UnsupportedOperationException if the model is not compiled, or its nodes tell neither their `recordCount`
    ///     nor scores of inner nodes
    public Explanation explain(float[] row) {
        checkLength(row);
        return compiledFor("explanation").explain(row);
    }

    /// Says what each input of a row given by name contributed to the margin.
    ///
    /// @throws UnsupportedOperationException as [#explain(float[])]
    /// @throws IllegalArgumentException as [#score(Map)]
    public Explanation explain(Map<String, ?> row) {
        checkNames(row);
        return compiledFor("explanation").explain(row);
    }

    private CompiledScoring compiledFor(String what) {
        if (scoring instanceof CompiledScoring compiled) {
            return compiled;
        }
        throw new UnsupportedOperationException(
                "there is no " + what + " of a model that is not compiled: " + whyNot);
    }
}
