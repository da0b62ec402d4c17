package dev.waxwing.learn;

import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.GoldenRow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A trained model that ranks, with everything that a ranker bundle holds of it.
///
/// Its scores are the *trainer's* own, so that our serving scorer can be held against them.
public sealed interface RankerModel permits GbdtLrModel, GbdtOnlyModel {
    /// What [dev.waxwing.model.Ranker#ALGORITHM] calls it.
    String algorithm();

    FeatureSpace space();

    /// Encoded columns that were the same in all training rows and so were left out.
    List<String> unusedColumns();

    /// Log-odds of each row, encoded by [#space].
    double[] margins(FloatMatrix rows);

    /// Probability of a click for each row, encoded by [#space].
    double[] predict(FloatMatrix rows);

    /// What each encoded column does, in column order.
    List<ColumnImportance> importance();

    /// Writes the model's files into a folder that exists. Same model, same bytes.
    void write(Path folder) throws IOException;

    /// Rows with the trainer's scores, for the bundle's golden rows.
    default List<GoldenRow> golden(List<FeatureRow> rows) {
        FloatMatrix encoded = encode(space(), rows);
        double[] margins = margins(encoded);
        double[] scores = predict(encoded);
        List<GoldenRow> golden = new ArrayList<>();
        for (int row = 0; row < margins.length; row++) {
            golden.add(new GoldenRow(rows.get(row), margins[row], scores[row]));
        }
        return golden;
    }

    /// Encodes raw rows into a matrix.
    static FloatMatrix encode(FeatureSpace space, List<FeatureRow> rows) {
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
