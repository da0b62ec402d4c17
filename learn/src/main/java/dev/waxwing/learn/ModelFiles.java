package dev.waxwing.learn;

import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.Ranker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The text files that every ranker leaves beside its PMML.
final class ModelFiles {
    /// `column,gain,cover,splits,lr_coefficient`, one line an encoded column.
    static final String IMPORTANCE = "importance.csv";

    private ModelFiles() {}

    static void write(Path folder, FeatureSpace space, List<ColumnImportance> importance)
            throws IOException {
        text(folder.resolve(Ranker.FEATURES), space.toJson());
        text(folder.resolve(Ranker.FEATURE_MAP), space.featureMapCsv());
        importance(folder, importance);
    }

    static void importance(Path folder, List<ColumnImportance> importance) throws IOException {
        text(folder.resolve(IMPORTANCE), importanceCsv(importance));
    }

    static void text(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String importanceCsv(List<ColumnImportance> importance) {
        StringBuilder csv = new StringBuilder("column,gain,cover,splits,lr_coefficient\n");
        for (ColumnImportance each : importance) {
            csv.append('"').append(each.column().replace("\"", "\"\"")).append('"');
            csv.append(',').append(each.gain()).append(',').append(each.cover());
            csv.append(',').append(each.splits()).append(',').append(each.coefficient());
            csv.append('\n');
        }
        return csv.toString();
    }
}
