package dev.waxwing.bench.score;

import dev.waxwing.pmml.Scorer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Our scorer by the easy way: a map of names to values, which it has to check and to encode. The maps are made beforehand.
final class OursByName extends Peer {
    private final Scorer scorer;
    private final List<Map<String, Object>> each = new ArrayList<>();

    OursByName(Scorer scorer) {
        this.scorer = scorer;
    }

    @Override
    void take(Rows rows) {
        for (int row = 0; row < rows.clicked.length; row++) {
            each.add(named(rows, row));
        }
    }

    /// A row as a map without what is missing.
    static Map<String, Object> named(Rows rows, int row) {
        Map<String, Object> map = new HashMap<>();
        for (int c = 0; c < Rows.WIDTH; c++) {
            float x = rows.values[row * Rows.WIDTH + c];
            if (!Float.isNaN(x)) {
                map.put("f" + c, x);
            }
        }
        return map;
    }

    @Override
    double one(int row) {
        return scorer.score(each.get(row));
    }

    @Override
    void batch(double[] out) {
        for (int row = 0; row < Rows.BATCH; row++) {
            out[row] = one(row);
        }
    }
}
