package dev.waxwing.bench.gbdt;

import dev.waxwing.model.FeatureRows;
import dev.waxwing.model.FeatureSpec;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Seeded rows of ten numbers and five categories of forty values each. Of four categories a scattered third of the values draws clicks; of the numbers, two do.
final class CategoryRows {
    private static final int NUMBERS = 10;
    private static final int CATEGORIES = 5;
    private static final int VALUES = 40;
    private static final int TELLING = 4;

    static final FeatureSpec SPEC =
            FeatureSpec.parse(
                    "categories.yaml",
                    "features: categories\nsnapshots: { user: users, item: items }\ncolumns:\n"
                            + IntStream.range(0, NUMBERS)
                                    .mapToObj(n -> "  n" + n + ": { from: item, type: number }\n")
                                    .collect(Collectors.joining())
                            + IntStream.range(0, CATEGORIES)
                                    .mapToObj(c -> "  k" + c + ": { from: item, type: category }\n")
                                    .collect(Collectors.joining()));

    final FeatureRows features;
    final float[] clicked;

    CategoryRows(long seed, int rows) {
        Random random = new Random(seed);
        double[][] numbers = new double[NUMBERS][rows];
        String[][] values = new String[CATEGORIES][rows];
        clicked = new float[rows];
        for (int row = 0; row < rows; row++) {
            double margin = -1.5;
            for (int n = 0; n < NUMBERS; n++) {
                numbers[n][row] = random.nextGaussian();
                margin += n < 2 ? 0.5 * numbers[n][row] : 0;
            }
            for (int c = 0; c < CATEGORIES; c++) {
                int value = random.nextInt(VALUES);
                values[c][row] = "v" + value;
                margin += c < TELLING && draws(c, value) ? 1 : 0;
            }
            clicked[row] = random.nextDouble() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
        }
        Object[] columns = new Object[NUMBERS + CATEGORIES];
        System.arraycopy(numbers, 0, columns, 0, NUMBERS);
        System.arraycopy(values, 0, columns, NUMBERS, CATEGORIES);
        features = FeatureRows.builder(SPEC).add(rows, columns).build();
    }

    private static boolean draws(int category, int value) {
        return new Random(1000L * category + value).nextInt(3) == 0;
    }

    static String categories() {
        return IntStream.range(0, CATEGORIES)
                .mapToObj(c -> "k" + c)
                .collect(Collectors.joining(","));
    }
}
