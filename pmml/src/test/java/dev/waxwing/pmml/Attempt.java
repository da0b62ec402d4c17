package dev.waxwing.pmml;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Loads a document in every way there is and scores hostile rows; what is not documented to be thrown comes through.
final class Attempt {
    private static final Object[] VALUES = {
        1,
        -0.0f,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.MIN_VALUE,
        1e300,
        Long.MIN_VALUE,
        "",
        "a",
        "red",
        "1e999",
        "5d",
        "2024-02-30",
        "12:00:00",
        "2020-02-29T12:00:00",
        "\uD800",
        "a b-c ".repeat(200),
        true,
        'c',
        List.of(),
        new int[] {1}
    };

    private Attempt() {}

    /// @return whether the evaluator took the document
    static boolean on(byte[] document) {
        try {
            Element read = XmlReader.read("f.pmml", new ByteArrayInputStream(document));
            compiled(read);
            return evaluated(Evaluator.of(read));
        } catch (PmmlException refused) {
            checkPlace(refused);
            return false;
        }
    }

    /// Reads a model of another format and scores rows.
    ///
    /// @return whether the model was taken
    static boolean on(byte[] model, Function<SourceText, Ensemble> reader) {
        CompiledScoring scoring;
        try {
            scoring =
                    new CompiledScoring(
                            reader.apply(SourceText.read("f", new ByteArrayInputStream(model))));
        } catch (PmmlException refused) {
            checkPlace(refused);
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        float[] row = new float[scoring.columns().size()];
        for (float fill : new float[] {0, -1, 5, 1e30f, Float.NaN, Float.NEGATIVE_INFINITY}) {
            Arrays.fill(row, fill);
            double[] out = new double[1];
            try {
                double one = scoring.score(row);
                scoring.score(row, 1, out);
                if (Double.doubleToLongBits(one) != Double.doubleToLongBits(out[0])) {
                    throw new AssertionError("one row and many differ: " + one + ", " + out[0]);
                }
            } catch (InvalidValueException documented) {
                // a category that the model does not admit
            }
        }
        return true;
    }

    private static void checkPlace(PmmlException refused) {
        if (refused.line() < 1 || refused.column() < 1) {
            throw new AssertionError(
                    "a refusal without its place: " + refused.getMessage(), refused);
        }
    }

    private static void compiled(Element document) {
        Scorer scorer;
        try {
            scorer = Scorer.of(document, ScoredClass.DEFAULT, false);
        } catch (PmmlException refused) {
            checkPlace(refused);
            return;
        }
        int width = scorer.inputs().size();
        float[] rows = new float[4 * width];
        float[] fills = {0, Float.NaN, Float.NEGATIVE_INFINITY, 5};
        for (int i = 0; i < rows.length; i++) {
            rows[i] = fills[i / width];
        }
        double[] out = new double[4];
        if (!scorer.compiled()) {
            evaluatedRows(scorer, rows, width);
            return;
        }
        String refusal = refusal(() -> scorer.score(rows, out));
        String ofARow = "";
        for (int r = 0; r < 4 && ofARow.isEmpty(); r++) {
            float[] row = Arrays.copyOfRange(rows, r * width, (r + 1) * width);
            double fromMany = out[r];
            String told =
                    refusal(
                            () -> {
                                double one = scorer.score(row);
                                if (refusal.isEmpty()
                                        && Double.doubleToLongBits(one)
                                                != Double.doubleToLongBits(fromMany)) {
                                    throw new AssertionError(
                                            "one row and many rows differ: "
                                                    + one
                                                    + ", "
                                                    + fromMany);
                                }
                                scorer.leaves(row);
                                explain(scorer, row);
                            });
            ofARow = told.isEmpty() ? "" : "row " + r + ": " + told;
        }
        if (!refusal.equals(ofARow)) {
            throw new AssertionError("many rows: \"" + refusal + "\", one row: \"" + ofARow + '"');
        }
        for (Object value : VALUES) {
            Map<String, Object> row = new HashMap<>();
            scorer.inputs().forEach(input -> row.put(input, value));
            try {
                scorer.score(row);
            } catch (IllegalArgumentException documented) {
                // no number
            }
        }
    }

    /// What the document has against a row; empty if nothing.
    private static String refusal(Runnable scoring) {
        try {
            scoring.run();
            return "";
        } catch (InvalidValueException documented) {
            return documented.getMessage();
        }
    }

    private static void explain(Scorer scorer, float[] row) {
        try {
            scorer.explain(row);
        } catch (UnsupportedOperationException documented) {
            // the nodes do not tell their recordCount
        }
    }

    private static void evaluatedRows(Scorer scorer, float[] rows, int width) {
        for (int r = 0; r < 4; r++) {
            try {
                scorer.score(Arrays.copyOfRange(rows, r * width, (r + 1) * width));
            } catch (IllegalArgumentException documented) {
                // the document refuses the row
            }
        }
    }

    private static boolean evaluated(Evaluator evaluator) {
        List<String> inputs = new ArrayList<>(evaluator.inputs());
        for (int shift = 0; shift < VALUES.length; shift++) {
            for (boolean mixed : new boolean[] {false, true}) {
                Map<String, Object> row = new HashMap<>();
                for (int i = 0; i < inputs.size(); i++) {
                    row.put(inputs.get(i), VALUES[(shift + (mixed ? 7 * i : 0)) % VALUES.length]);
                }
                tell(evaluator, row);
            }
        }
        tell(evaluator, Map.of());
        tell(evaluator, Map.of("nobody's", 1));
        return true;
    }

    private static void tell(Evaluator evaluator, Map<String, Object> row) {
        try {
            evaluator.evaluate(row);
        } catch (IllegalArgumentException documented) {
            if (documented.getMessage() == null || documented.getMessage().isBlank()) {
                throw new AssertionError("an exception that says nothing", documented);
            }
        }
    }
}
