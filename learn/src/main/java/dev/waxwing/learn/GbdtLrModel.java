package dev.waxwing.learn;

import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.LeafMap;
import dev.waxwing.model.Ranker;
import dev.waxwing.pmml.GbdtDoc;
import dev.waxwing.pmml.GbdtPmml;
import dev.waxwing.pmml.LrDoc;
import dev.waxwing.pmml.LrPmml;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Trees and the regression over their leaves, as trained.
///
/// [#predict] is the trainer's own product: leaves as XGBoost says, coefficients as the regression learnt them. Our
/// serving scorer is held against it (golden rows) and adds up in the same order ([LrDoc] tells it), so the two
/// agree to the bit.
public final class GbdtLrModel implements DenseModel {
    private final FeatureSpace space;
    private final GbdtModel gbdt;
    private final List<String> lrColumns;
    private final LrModel lr;
    private final List<String> unused;

    GbdtLrModel(
            FeatureSpace space,
            GbdtModel gbdt,
            List<String> lrColumns,
            LrModel lr,
            List<String> unused) {
        this.space = space;
        this.gbdt = gbdt;
        this.lrColumns = List.copyOf(lrColumns);
        this.lr = lr;
        this.unused = List.copyOf(unused);
    }

    @Override
    public String algorithm() {
        return "gbdt_lr";
    }

    @Override
    public FeatureSpace space() {
        return space;
    }

    /// The first layer.
    public GbdtModel gbdt() {
        return gbdt;
    }

    /// The second layer; its columns are the leaves of tree 0, of tree 1, …, then [#lrColumns].
    public LrModel lr() {
        return lr;
    }

    /// The encoded columns that have a coefficient of their own.
    public List<String> lrColumns() {
        return lrColumns;
    }

    @Override
    public List<String> unusedColumns() {
        return unused;
    }

    @Override
    public double[] margins(FloatMatrix rows) {
        GbdtLr.requireSpace(space, rows);
        LeafCodes leaves = gbdt.leaves(rows.select(gbdt.columns()));
        return lr.margins(new LeafRows(leaves, plainColumns(rows, lrColumns)));
    }

    @Override
    public double[] predict(FloatMatrix rows) {
        double[] scores = margins(rows);
        for (int row = 0; row < scores.length; row++) {
            scores[row] = LrModel.probability(scores[row]);
        }
        return scores;
    }

    /// The first layer for the serving scorer.
    public GbdtDoc gbdtDoc() {
        return gbdt.toDoc();
    }

    /// The second layer for the serving scorer.
    public LrDoc lrDoc() {
        double[] w = lr.coefficients();
        int[] leaves = gbdt.leavesPerTree();
        double[][] leafCoefficients = new double[leaves.length][];
        int at = 0;
        for (int tree = 0; tree < leaves.length; tree++) {
            leafCoefficients[tree] = Arrays.copyOfRange(w, at, at + leaves[tree]);
            at += leaves[tree];
        }
        double[] own = Arrays.copyOfRange(w, at, w.length);
        return new LrDoc(lr.intercept(), leaves.length, leafCoefficients, lrColumns, own);
    }

    @Override
    public List<ColumnImportance> importance() {
        double[] w = lr.coefficients();
        int leaves = w.length - lrColumns.size();
        Map<String, Double> own = new HashMap<>();
        for (int c = 0; c < lrColumns.size(); c++) {
            own.put(lrColumns.get(c), w[leaves + c]);
        }
        return GbdtOnlyModel.importance(space, gbdt, own);
    }

    /// Writes `gbdt.pmml`, `lr.pmml`, `features.json`, `feature_map.csv`, `leaf_map.csv` and `importance.csv`.
    @Override
    public void write(Path folder) throws IOException {
        GbdtPmml.write(folder.resolve(Ranker.GBDT), gbdtDoc());
        LrPmml.write(folder.resolve(Ranker.LR), lrDoc());
        LeafMap leaves = new LeafMap(gbdt.leavesPerTree());
        ModelFiles.text(folder.resolve(LeafMap.FILE), leaves.toCsv());
        ModelFiles.write(folder, space, importance());
    }

    static SparseRows plainColumns(FloatMatrix rows, List<String> columns) {
        if (!columns.isEmpty()) {
            return SparseRows.of(rows.select(columns));
        }
        SparseRows.Builder none = SparseRows.builder(0);
        for (int row = 0; row < rows.rows(); row++) {
            none.endRow();
        }
        return none.build();
    }
}
