package dev.waxwing.bench.score;

import org.pmml4s.model.Model;

import java.nio.file.Path;
import java.util.Arrays;

/// PMML4S with arrays of objects in the order of its inputs.
final class Pmml4s extends Peer {
    private final Model model;
    private final int answer;
    private Object[][] each;

    Pmml4s(Path document) {
        model = Model.fromFile(document.toFile());
        answer = Arrays.asList(model.outputNames()).indexOf("probability(1)");
        if (answer < 0) {
            throw new IllegalStateException(
                    "PMML4S tells " + Arrays.toString(model.outputNames()) + ", no probability(1)");
        }
    }

    @Override
    void take(Rows rows) {
        String[] names = model.inputNames();
        each = new Object[rows.clicked.length][names.length];
        for (int row = 0; row < each.length; row++) {
            for (int i = 0; i < names.length; i++) {
                float x = rows.values[row * Rows.WIDTH + Integer.parseInt(names[i].substring(1))];
                each[row][i] = Float.isNaN(x) ? null : (Object) (double) x;
            }
        }
    }

    @Override
    double one(int row) {
        return ((Number) model.predict((Object) each[row])[answer]).doubleValue();
    }

    @Override
    void batch(double[] out) {
        for (int row = 0; row < Rows.BATCH; row++) {
            out[row] = one(row);
        }
    }
}
