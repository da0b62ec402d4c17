package dev.waxwing.learn;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// Public data sets that lie beside the repository. Where they are absent a test is skipped, except under CI=true.
final class SharedData {
    private SharedData() {}

    /// Skips the test if the file or folder is absent.
    static void require(Path file) {
        if (!Files.exists(file)) {
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException(
                        file.toAbsolutePath().normalize() + " is absent, and CI=true");
            }
            assumeTrue(false, file.toAbsolutePath().normalize() + " is absent, test skipped");
        }
    }

    static List<String> lines(String name) throws IOException {
        Path file = Path.of("..", "..", "shared", "data", name);
        require(file);
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    /// Rows of one-hot columns with their labels.
    static final class OneHot {
        final SparseRows rows;
        final float[] labels;

        /// @param lines label, then `index` or `index:1`, all counted from `first`
        OneHot(List<String> lines, int first, int features) {
            SparseRows.Builder builder = SparseRows.builder(features);
            labels = new float[lines.size()];
            for (int row = 0; row < labels.length; row++) {
                String[] parts = lines.get(row).strip().split("\\s+");
                labels[row] = Float.parseFloat(parts[0]) > 0 ? 1 : 0;
                for (int i = 1; i < parts.length; i++) {
                    builder.add(Integer.parseInt(parts[i].replaceFirst(":.*", "")) - first);
                }
                builder.endRow();
            }
            rows = builder.build();
        }
    }

    /// Label and numbers, tab-separated.
    static final class Numbers {
        final FloatMatrix rows;
        final float[] labels;

        Numbers(List<String> lines) {
            int width = lines.getFirst().split("\t", -1).length - 1;
            float[] values = new float[lines.size() * width];
            labels = new float[lines.size()];
            for (int row = 0; row < labels.length; row++) {
                String[] parts = lines.get(row).split("\t", -1);
                labels[row] = Float.parseFloat(parts[0]);
                for (int c = 0; c < width; c++) {
                    values[row * width + c] = Float.parseFloat(parts[c + 1]);
                }
            }
            rows = FloatMatrix.unnamed(labels.length, width, values);
        }
    }
}
