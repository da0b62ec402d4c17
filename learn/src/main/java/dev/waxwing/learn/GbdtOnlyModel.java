package dev.waxwing.learn;

import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.Ranker;
import dev.waxwing.pmml.GbdtPmml;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Boosted trees over a feature space, without a regression behind them.
public final class GbdtOnlyModel implements DenseModel {
    private final FeatureSpace space;
    private final GbdtModel gbdt;
    private final List<String> unused;

    GbdtOnlyModel(FeatureSpace space, GbdtModel gbdt, List<String> unused) {
        this.space = space;
        this.gbdt = gbdt;
        this.unused = List.copyOf(unused);
    }

    @Override
    public String algorithm() {
        return "gbdt";
    }

    @Override
    public FeatureSpace space() {
        return space;
    }

    /// The trees.
    public GbdtModel gbdt() {
        return gbdt;
    }

    @Override
    public List<String> unusedColumns() {
        return unused;
    }

    @Override
    public double[] margins(FloatMatrix rows) {
        GbdtLr.requireSpace(space, rows);
        return gbdt.margins(rows.select(gbdt.columns()));
    }

    @Override
    public double[] predict(FloatMatrix rows) {
        GbdtLr.requireSpace(space, rows);
        return gbdt.predict(rows.select(gbdt.columns()));
    }

    @Override
    public List<ColumnImportance> importance() {
        return importance(space, gbdt, Map.of());
    }

    /// @param coefficients of the columns that have one
    static List<ColumnImportance> importance(
            FeatureSpace space, GbdtModel gbdt, Map<String, Double> coefficients) {
        Map<String, FeatureImportance> trees = new HashMap<>();
        gbdt.importance().forEach(each -> trees.put(each.column(), each));
        return space.columns().stream()
                .map(
                        column -> {
                            FeatureImportance tree =
                                    trees.getOrDefault(
                                            column, new FeatureImportance(column, 0, 0, 0));
                            return new ColumnImportance(
                                    column,
                                    tree.gain(),
                                    tree.cover(),
                                    tree.splits(),
                                    coefficients.getOrDefault(column, 0.0));
                        })
                .toList();
    }

    /// Writes `gbdt.pmml`, `features.json`, `feature_map.csv` and `importance.csv`.
    @Override
    public void write(Path folder) throws IOException {
        GbdtPmml.write(folder.resolve(Ranker.GBDT), gbdt.toDoc());
        ModelFiles.write(folder, space, importance());
    }
}
