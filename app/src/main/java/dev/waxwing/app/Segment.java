package dev.waxwing.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What an evaluation says of the rows that share a value of a column, for the terminal.
///
/// @param name such as `scene=home`
/// @param auc NaN where all rows were taken, or none; so for `gauc`
record Segment(String name, long rows, double auc, double gauc, double logloss) {
    private static final String ROWS = ".rows";

    /// The segments among a step's outputs, which are called `scene=home.auc`.
    static List<Segment> of(Map<String, String> outputs) {
        List<Segment> segments = new ArrayList<>();
        outputs.keySet().stream()
                .filter(key -> key.contains("=") && key.endsWith(ROWS))
                .map(key -> key.substring(0, key.length() - ROWS.length()))
                .sorted()
                .forEach(
                        name ->
                                segments.add(
                                        new Segment(
                                                name,
                                                (long) figure(outputs, name + ROWS),
                                                figure(outputs, name + ".auc"),
                                                figure(outputs, name + ".gauc"),
                                                figure(outputs, name + ".logloss"))));
        return segments;
    }

    private static double figure(Map<String, String> outputs, String key) {
        return Double.parseDouble(outputs.get(key));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "AUC %s  GAUC %s  logloss %s  %,d rows",
                text(auc),
                text(gauc),
                text(logloss),
                rows);
    }

    private static String text(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
    }
}
