package dev.waxwing.pmml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Scores with an [Ensemble].
///
/// Rows of floats go to the [Walk] as they come, unless a column limits or replaces its values: then a copy goes, one a
/// thread, so that nothing is allocated. Only if such a replacement is no float (say, 0.1) do these rows take the plain
/// walk with doubles, which is slower and decides exactly.
final class CompiledScoring implements Scoring {
    private static final ThreadLocal<float[]> FLOATS = new ThreadLocal<>();
    private static final ThreadLocal<double[]> DOUBLES = new ThreadLocal<>();

    private final Ensemble ensemble;
    private final Walk walk;
    private final int width;
    private final Column[] ruled; // by column; null where values pass as they come
    private final boolean rules;
    private final boolean doubles;
    private volatile double[] means = {}; // of the nodes; made when first asked for

    CompiledScoring(Ensemble ensemble) {
        this.ensemble = ensemble;
        this.walk = Walk.of(ensemble.forest);
        this.width = ensemble.columns.size();
        this.ruled = new Column[width];
        boolean any = false;
        boolean exact = false;
        for (int i = 0; i < width; i++) {
            Column column = ensemble.columns.get(i);
            if (!column.plain()) {
                ruled[i] = column;
                any = true;
                exact |= column.needsDoubles();
            }
        }
        this.rules = any;
        this.doubles = exact;
    }

    @Override
    public List<Column> columns() {
        return ensemble.columns;
    }

    @Override
    public double score(float[] row) {
        return ensemble.score(margin(row, 0));
    }

    @Override
    public void score(float[] rows, int n, double[] out) {
        if (rules) {
            for (int row = 0; row < n; row++) {
                try {
                    out[row] = ensemble.score(margin(rows, row * width));
                } catch (InvalidValueException e) {
                    throw new InvalidValueException("row " + row + ": " + e.getMessage());
                }
            }
            return;
        }
        walk.sums(ensemble.base, rows, width, n, out);
        for (int row = 0; row < n; row++) {
            out[row] = ensemble.score(ensemble.margin(out[row], rows, row * width));
        }
    }

    double margin(float[] row) {
        return margin(row, 0);
    }

    private double margin(float[] rows, int offset) {
        if (!rules) {
            return ensemble.margin(walk.sum(ensemble.base, rows, offset), rows, offset);
        }
        if (doubles) {
            return ensemble.margin(taken(rows, offset));
        }
        float[] row = FLOATS.get();
        if (row == null || row.length < width) {
            row = new float[width];
            FLOATS.set(row);
        }
        for (int i = 0; i < width; i++) {
            float x = rows[offset + i];
            row[i] = ruled[i] == null ? x : (float) ruled[i].take(x);
        }
        return ensemble.margin(walk.sum(ensemble.base, row, 0), row, 0);
    }

    /// The row as the model sees it; this thread's own array.
    private double[] taken(float[] rows, int offset) {
        double[] row = doubles();
        for (int i = 0; i < width; i++) {
            row[i] = ensemble.columns.get(i).take(rows[offset + i]);
        }
        return row;
    }

    private double[] taken(Map<String, ?> named) {
        double[] row = doubles();
        for (int i = 0; i < width; i++) {
            Column column = ensemble.columns.get(i);
            row[i] = column.take(column.number(named.get(column.name)));
        }
        return row;
    }

    private double[] doubles() {
        double[] row = DOUBLES.get();
        if (row == null || row.length < width) {
            row = new double[width];
            DOUBLES.set(row);
        }
        return row;
    }

    @Override
    public double score(Map<String, ?> row) {
        return ensemble.score(ensemble.margin(taken(row)));
    }

    int[] leaves(float[] row) {
        double[] taken = taken(row, 0);
        int[] leaves = new int[ensemble.forest.trees()];
        for (int t = 0; t < leaves.length; t++) {
            leaves[t] = ensemble.forest.right[ensemble.forest.leaf(t, taken)];
        }
        return leaves;
    }

    Explanation explain(float[] row) {
        return explain(taken(row, 0));
    }

    Explanation explain(Map<String, ?> row) {
        return explain(taken(row));
    }

    private Explanation explain(double[] row) {
        Forest forest = ensemble.forest;
        double[] mean = means();
        double[] share = new double[width];
        double base = ensemble.base + ensemble.after;
        for (int t = 0; t < forest.trees(); t++) {
            int node = forest.roots[t];
            base += mean[node];
            while (forest.column[node] >= 0) {
                int column = forest.column[node];
                int child = forest.goesLeft(node, row[column]) ? node + 1 : forest.right[node];
                share[column] += mean[child] - mean[node];
                node = child;
            }
        }
        Ensemble.Linear linear = ensemble.linear;
        for (int i = 0; i < linear.terms(); i++) {
            int column = linear.column(i);
            share[column] += linear.value(i, row[column]);
        }
        Map<String, Double> contributions = new LinkedHashMap<>();
        for (int i = 0; i < width; i++) {
            contributions.put(ensemble.columns.get(i).name, share[i]);
        }
        double margin = ensemble.margin(row);
        return new Explanation(base, contributions, margin, ensemble.score(margin));
    }

    private double[] means() {
        double[] made = means;
        if (made.length == 0 && ensemble.forest.trees() > 0) {
            made = ensemble.means();
            if (made.length == 0) {
                throw new UnsupportedOperationException(
                        "the document cannot be explained: not every node tells how many rows"
                                + " reached it (recordCount), nor does every inner node have a"
                                + " score of its own");
            }
            means = made;
        }
        return made;
    }
}
