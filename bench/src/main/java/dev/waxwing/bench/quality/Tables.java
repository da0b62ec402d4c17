package dev.waxwing.bench.quality;

import dev.waxwing.model.FeatureSpec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Sets without time, whose splits are their makers' or, where there is none, folds.
final class Tables {
    private Tables() {}

    /// LightGBM's binary example: 28 numbers, 7,000 rows to train on (the last 1,400 of them for validation) and 500 to test on.
    static DataSet higgs(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 28; i++) {
            names.add("x" + i);
        }
        FeatureSpec spec = DataSet.numbers(names);
        Part all = new Part();
        Acts.lines(folder.resolve("higgs_binary.train.tsv.gz"), line -> numbers(spec, line, all));
        Part test = new Part();
        Acts.lines(folder.resolve("higgs_binary.test.tsv.gz"), line -> numbers(spec, line, test));
        Part train = all.slice(0, 5600);
        Part validation = all.slice(5600, all.rows());
        return new DataSet(
                "HIGGS, subset",
                spec,
                false,
                train,
                validation,
                test,
                "28 numbers; LightGBM's own split, the last 1,400 training rows for validation");
    }

    private static void numbers(FeatureSpec spec, String line, Part part) {
        String[] cells = line.split("\t");
        double[] values = new double[cells.length - 1];
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.parseDouble(cells[i + 1]);
        }
        part.add(spec, values, new int[0], Float.parseFloat(cells[0]), part.rows());
    }

    /// Adult as 123 binary features, with its public test split.
    static DataSet a9a(Path folder) throws IOException {
        Part all = new Part();
        Acts.lines(folder.resolve("a9a.train.libsvm.gz"), line -> codes(line, -1, all));
        Part test = new Part();
        Acts.lines(folder.resolve("a9a.test.dummy.gz"), line -> codes(line, 0, test));
        return new DataSet(
                "a9a",
                null,
                true,
                all.slice(0, 26_000),
                all.slice(26_000, all.rows()),
                test,
                "123 binary features; the public split, the last 6,561 training rows for validation");
    }

    private static void codes(String line, int shift, Part part) {
        String[] cells = line.trim().split("\\s+");
        int[] codes = new int[2 * (cells.length - 1)];
        for (int i = 1; i < cells.length; i++) {
            String id = cells[i].split(":")[0];
            codes[2 * i - 1] = Integer.parseInt(id) + shift;
        }
        part.add(null, new double[0], codes, Float.parseFloat(cells[0]) > 0 ? 1 : 0, part.rows());
    }

    /// One fold of five of Open Bandit's men campaign, both policies: 20,000 impressions, 115 clicks.
    static DataSet bandit(Path folder, int fold) throws IOException {
        Map<String, Integer> ids = new HashMap<>();
        Part[] folds = new Part[5];
        Arrays.setAll(folds, _ -> new Part());
        int[] row = {0};
        for (String policy : List.of("bts", "random")) {
            Acts.lines(
                    folder.resolve(policy + "_men.csv.gz"),
                    line -> {
                        String[] cells = line.split(",");
                        if (cells[1].equals("timestamp")) {
                            return;
                        }
                        String[] told = {
                            "item=" + cells[2],
                            "position=" + cells[3],
                            "u0=" + cells[6],
                            "u1=" + cells[7],
                            "u2=" + cells[8],
                            "u3=" + cells[9]
                        };
                        int[] codes = new int[2 * told.length];
                        for (int i = 0; i < told.length; i++) {
                            codes[2 * i] = i;
                            codes[2 * i + 1] = ids.computeIfAbsent(told[i], _ -> ids.size());
                        }
                        int n = row[0]++;
                        folds[n % 5].add(null, new double[0], codes, Float.parseFloat(cells[4]), n);
                    });
        }
        Part train = new Part();
        for (int i = 2; i < 5; i++) {
            train.addAll(folds[(fold + i) % 5]);
        }
        return new DataSet(
                "Open Bandit, men",
                null,
                true,
                train,
                folds[(fold + 1) % 5],
                folds[fold],
                "item, position and four user codes; five folds by row, one for validation");
    }
}
