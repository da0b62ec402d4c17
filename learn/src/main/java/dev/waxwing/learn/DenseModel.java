package dev.waxwing.learn;

import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.GoldenRow;

import java.util.ArrayList;
import java.util.List;

/// A model over the dense form of the features: trees, alone or under a regression.
public sealed interface DenseModel extends RankerModel permits GbdtLrModel, GbdtOnlyModel {
    /// Log-odds of each row, encoded by [#space].
    double[] margins(FloatMatrix rows);

    /// Probability of a click for each row, encoded by [#space].
    double[] predict(FloatMatrix rows);

    @Override
    default List<GoldenRow> golden(List<FeatureRow> rows) {
        FloatMatrix encoded = RankerModel.encode(space(), rows);
        double[] margins = margins(encoded);
        double[] scores = predict(encoded);
        List<GoldenRow> golden = new ArrayList<>();
        for (int row = 0; row < margins.length; row++) {
            golden.add(new GoldenRow(rows.get(row), margins[row], scores[row]));
        }
        return golden;
    }
}
