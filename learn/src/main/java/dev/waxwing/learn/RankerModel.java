package dev.waxwing.learn;

import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureRows;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.GoldenRow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A trained model that ranks, with everything that a ranker bundle holds of it.
///
/// Its scores are the *trainer's* own, so that our serving scorer can be held against them.
public sealed interface RankerModel permits DenseModel, FactorRanking {
    /// What [dev.waxwing.model.Ranker#ALGORITHM] calls it.
    String algorithm();

    FeatureSpace space();

    /// Encoded columns that were the same in all training rows and so were left out.
    List<String> unusedColumns();

    /// What each encoded column does, in column order; of linear models, FMs and FFMs only those that a training row had.
    List<ColumnImportance> importance();

    /// Writes the model's files into a folder that exists. Same model, same bytes.
    void write(Path folder) throws IOException;

    /// Rows with the trainer's scores, for the bundle's golden rows.
    List<GoldenRow> golden(List<FeatureRow> rows);

    /// The dense form of raw rows.
    static FloatMatrix encode(FeatureSpace space, List<FeatureRow> rows) {
        if (rows instanceof FeatureRows kept) {
            return FloatMatrix.of(space, kept);
        }
        int width = space.width();
        float[] values = new float[Math.multiplyExact(rows.size(), width)];
        int at = 0;
        for (FeatureRow row : rows) {
            space.encode(row, values, at);
            at += width;
        }
        return new FloatMatrix(space.columns(), rows.size(), values);
    }
}
