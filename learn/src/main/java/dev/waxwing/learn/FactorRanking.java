package dev.waxwing.learn;

import dev.waxwing.model.FactorFile;
import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.GoldenRow;
import dev.waxwing.model.Ranker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A linear model, an FM or an FFM over the sparse form of the features, as trained.
///
/// Its golden scores are the sum over single terms and single pairs, in double: the formula as it is written, so that the serving scorer, which
/// takes short cuts, is held against something that takes none.
public final class FactorRanking implements RankerModel {
    private final FeatureSpace space;
    private final FactorModel model;
    private final FactorModel.Scaling scaling;
    private final List<ColumnImportance> importance;

    /// @param rows that it was trained on, for the importance
    public FactorRanking(
            FeatureSpace space, FactorModel model, FactorModel.Scaling scaling, FactorRows rows) {
        if (model.features() > space.sparseWidth()) {
            throw new TrainingException(
                    model.kind().word()
                            + ": the model has "
                            + model.features()
                            + " features, its feature space "
                            + space.sparseWidth()
                            + " columns; it was trained on rows of another space");
        }
        this.space = space;
        this.model = model;
        this.scaling = scaling;
        this.importance = importance(rows);
    }

    /// The rows that a trainer takes.
    ///
    /// @param rows raw
    /// @param labels one a row
    /// @param fitted whose rates leave out the row's own fold
    /// @param clicks the rows' folds; null for rows that were not fitted on
    /// @param fields whether the features' fields are wanted, as for an FFM
    public static FactorRows encode(
            List<FeatureRow> rows,
            float[] labels,
            FittedSpace fitted,
            ClickFolds clicks,
            boolean fields) {
        FactorRows.Builder encoded = FactorRows.builder();
        for (int row = 0; row < labels.length; row++) {
            FeatureSpace space =
                    clicks == null ? fitted.space() : fitted.forTraining(clicks.fold(row));
            space.encodeSparse(
                    rows.get(row),
                    (field, column, value) -> encoded.add(fields ? field : 0, column, value));
            encoded.endRow(labels[row]);
        }
        return encoded.build();
    }

    @Override
    public String algorithm() {
        return model.kind().word();
    }

    @Override
    public FeatureSpace space() {
        return space;
    }

    /// None: a column that no row has keeps what it began with.
    @Override
    public List<String> unusedColumns() {
        return List.of();
    }

    @Override
    public List<ColumnImportance> importance() {
        return importance;
    }

    /// Writes `factors.bin`, `features.json`, `feature_map.csv` and `importance.csv`.
    @Override
    public void write(Path folder) throws IOException {
        FactorFile.write(folder.resolve(FactorFile.FILE), model, scaling);
        ModelFiles.text(folder.resolve(Ranker.FEATURES), space.toJson());
        ModelFiles.text(folder.resolve(Ranker.FEATURE_MAP), space.sparseMapCsv());
        ModelFiles.importance(folder, importance());
    }

    @Override
    public List<GoldenRow> golden(List<FeatureRow> rows) {
        FactorRows encoded =
                encode(
                        rows,
                        new float[rows.size()],
                        FittedSpace.of(space),
                        null,
                        model.kind() == FactorModel.Kind.FFM);
        List<GoldenRow> golden = new ArrayList<>();
        for (int row = 0; row < encoded.rows(); row++) {
            double margin = model.bias();
            for (double part : parts(encoded, row)) {
                margin += part;
            }
            golden.add(new GoldenRow(rows.get(row), margin, LrModel.probability(margin)));
        }
        return golden;
    }

    /// What each entry of a row adds to the margin: its linear term and half of each product.
    private double[] parts(FactorRows rows, int row) {
        int from = rows.starts[row];
        int to = rows.starts[row + 1];
        double[] parts = new double[to - from];
        double n = 1;
        if (scaling == FactorModel.Scaling.XLEARN && model.kind() != FactorModel.Kind.LINEAR) {
            double squares = 0;
            for (int i = from; i < to; i++) {
                squares += value(rows, i) * value(rows, i);
            }
            n = squares == 0 ? 0 : 1 / squares;
        }
        for (int i = from; i < to; i++) {
            if (rows.index[i] >= model.features()) {
                continue;
            }
            parts[i - from] += model.weight(rows.index[i]) * value(rows, i) * Math.sqrt(n);
            for (int j = i + 1; j < to; j++) {
                double half = pair(rows, i, j, n) / 2;
                parts[i - from] += half;
                parts[j - from] += half;
            }
        }
        return parts;
    }

    private double pair(FactorRows rows, int i, int j, double n) {
        if (rows.index[j] >= model.features()) {
            return 0;
        }
        boolean ffm = model.kind() == FactorModel.Kind.FFM;
        int towardsJ = ffm && rows.field != null ? rows.field[j] : 0;
        int towardsI = ffm && rows.field != null ? rows.field[i] : 0;
        if (towardsJ >= model.fields() || towardsI >= model.fields()) {
            return 0;
        }
        double dot = 0;
        for (int f = 0; f < model.k(); f++) {
            dot +=
                    (double) model.factor(rows.index[i], towardsJ, f)
                            * model.factor(rows.index[j], towardsI, f);
        }
        return dot * value(rows, i) * value(rows, j) * (ffm ? n : n * n);
    }

    private static double value(FactorRows rows, int entry) {
        return rows.value == null ? 1 : rows.value[entry];
    }

    private List<ColumnImportance> importance(FactorRows rows) {
        double[] sums = new double[space.sparseWidth()];
        long[] cover = new long[sums.length];
        for (int row = 0; row < rows.rows(); row++) {
            double[] parts = parts(rows, row);
            for (int i = 0; i < parts.length; i++) {
                int column = rows.index[rows.starts[row] + i];
                sums[column] += Math.abs(parts[i]);
                cover[column]++;
            }
        }
        List<ColumnImportance> all = new ArrayList<>();
        for (int column = 0; column < sums.length; column++) {
            if (cover[column] > 0) {
                double weight = column < model.features() ? model.weight(column) : 0;
                all.add(
                        new ColumnImportance(
                                space.sparseColumn(column),
                                sums[column] / rows.rows(),
                                cover[column],
                                0,
                                weight));
            }
        }
        return all;
    }
}
