package dev.waxwing.bench.score;

import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// JPMML as it comes; the argument maps are made beforehand.
final class Jpmml extends Peer {
    private final Evaluator evaluator;
    private final List<Map<String, Object>> each = new ArrayList<>();

    Jpmml(Path document) throws Exception {
        evaluator = new LoadingModelEvaluatorBuilder().load(document.toFile()).build();
        evaluator.verify();
    }

    @Override
    void take(Rows rows) {
        for (int row = 0; row < rows.clicked.length; row++) {
            each.add(OursByName.named(rows, row));
        }
    }

    @Override
    double one(int row) {
        return ((Number) evaluator.evaluate(each.get(row)).get("probability(1)")).doubleValue();
    }

    @Override
    void batch(double[] out) {
        for (int row = 0; row < Rows.BATCH; row++) {
            out[row] = one(row);
        }
    }
}
