package dev.waxwing.learn;

import dev.waxwing.model.FactorModel;

import java.util.Arrays;

/// Rows for LR, FM and FFM: each a list of features with values and, if told, fields; with a label and, if told, a weight a row.
///
/// One-hot rows keep no values, rows without fields keep no fields: 4 bytes an entry and 8 a row are all that is then held.
public final class FactorRows extends LinearRows {
    final int[] starts; // rows + 1
    final int[] index;
    final int[] field; // null if there are no fields
    final float[] value; // null if all values are 1
    final float[] label;
    final float[] weight; // null if all weigh 1
    private final int features;
    private final int fields;

    private FactorRows(
            int[] starts,
            int[] index,
            int[] field,
            float[] value,
            float[] label,
            float[] weight,
            int features,
            int fields) {
        this.starts = starts;
        this.index = index;
        this.field = field;
        this.value = value;
        this.label = label;
        this.weight = weight;
        this.features = features;
        this.fields = fields;
    }

    @Override
    public int rows() {
        return label.length;
    }

    /// The largest feature and one.
    @Override
    public int features() {
        return features;
    }

    /// The largest field and one; 1 if there are none.
    public int fields() {
        return fields;
    }

    /// Entries of all rows.
    public int entries() {
        return starts[rows()];
    }

    public float label(int row) {
        return label[row];
    }

    /// Arrays that a reader has filled; handed over, not copied.
    static FactorRows of(
            int[] starts,
            int[] index,
            int[] field,
            float[] value,
            float[] label,
            int features,
            int fields) {
        return new FactorRows(starts, index, field, value, label, null, features, fields);
    }

    /// What a model gives a row: log-odds, or the value of a regression.
    public double margin(FactorModel model, int row, FactorModel.Scaling scaling) {
        return model.margin(index, field, value, starts[row], starts[row + 1], scaling);
    }

    /// Rows `from` to `to - 1`, with all features and fields counted as they are here.
    public FactorRows stretch(int from, int to) {
        return joined(from, to, rows(), rows());
    }

    /// All rows but `from` to `to - 1`.
    public FactorRows without(int from, int to) {
        return joined(0, from, to, rows());
    }

    /// Two stretches behind each other.
    private FactorRows joined(int fromA, int toA, int fromB, int toB) {
        int rowsOfA = toA - fromA;
        int entriesOfA = starts[toA] - starts[fromA];
        int[] newStarts = new int[rowsOfA + toB - fromB + 1];
        for (int row = 0; row < rowsOfA; row++) {
            newStarts[row] = starts[fromA + row] - starts[fromA];
        }
        for (int row = fromB; row <= toB; row++) {
            newStarts[rowsOfA + row - fromB] = entriesOfA + starts[row] - starts[fromB];
        }
        int[] entries = {starts[fromA], starts[toA], starts[fromB], starts[toB]};
        int[] lines = {fromA, toA, fromB, toB};
        return new FactorRows(
                newStarts,
                joined(index, entries),
                joined(field, entries),
                joined(value, entries),
                joined(label, lines),
                joined(weight, lines),
                features,
                fields);
    }

    private static int[] joined(int[] all, int[] cuts) {
        if (all == null) {
            return null;
        }
        int[] some = new int[cuts[1] - cuts[0] + cuts[3] - cuts[2]];
        System.arraycopy(all, cuts[0], some, 0, cuts[1] - cuts[0]);
        System.arraycopy(all, cuts[2], some, cuts[1] - cuts[0], cuts[3] - cuts[2]);
        return some;
    }

    private static float[] joined(float[] all, int[] cuts) {
        if (all == null) {
            return null;
        }
        float[] some = new float[cuts[1] - cuts[0] + cuts[3] - cuts[2]];
        System.arraycopy(all, cuts[0], some, 0, cuts[1] - cuts[0]);
        System.arraycopy(all, cuts[2], some, cuts[1] - cuts[0], cuts[3] - cuts[2]);
        return some;
    }

    @Override
    void addMargins(int block, double[] w, double[] margins) {
        for (int row = 0; row < rowsOf(block); row++) {
            int end = starts[block * BLOCK + row + 1];
            double sum = margins[row];
            for (int e = starts[block * BLOCK + row]; e < end; e++) {
                sum += w[index[e]] * (value == null ? 1 : value[e]);
            }
            margins[row] = sum;
        }
    }

    @Override
    void addGradient(int block, double[] residuals, double[] gradient) {
        for (int row = 0; row < rowsOf(block); row++) {
            int end = starts[block * BLOCK + row + 1];
            for (int e = starts[block * BLOCK + row]; e < end; e++) {
                gradient[index[e]] += residuals[row] * (value == null ? 1 : value[e]);
            }
        }
    }

    @Override
    void addSquares(double[] squares) {
        for (int e = 0; e < entries(); e++) {
            double x = value == null ? 1 : value[e];
            squares[index[e]] += x * x;
        }
    }

    @Override
    double weight(int row) {
        return weight == null ? 1 : weight[row];
    }

    @Override
    long activeInAll() {
        return entries();
    }

    public static Builder builder() {
        return new Builder(1024, 8192);
    }

    /// A builder that neither grows nor copies if it is given as many as told.
    public static Builder builder(int rows, int entries) {
        return new Builder(rows, entries);
    }

    /// Collects rows: [#add] for each entry of a row, then [#endRow]. A feature may come twice in a row; its values then add up by themselves. It is used up by [#build].
    public static final class Builder {
        private int[] starts;
        private int[] index;
        private int[] field;
        private float[] value;
        private float[] label;
        private float[] weight;
        private int rows;
        private int entries;
        private int features;
        private int fields = 1;

        private Builder(int rows, int entries) {
            starts = new int[rows + 1];
            index = new int[entries];
            label = new float[rows];
        }

        public Builder add(int feature) {
            return add(0, feature, 1f);
        }

        /// @param field 0 where there are no fields
        public Builder add(int field, int feature, float x) {
            if (feature < 0 || field < 0 || !Float.isFinite(x)) {
                throw new IllegalArgumentException(
                        "row "
                                + rows
                                + " has field "
                                + field
                                + ", feature "
                                + feature
                                + ", value "
                                + x
                                + "; fields and features start at 0, values are finite");
            }
            if (entries == index.length) {
                int more = Math.max(Math.addExact(entries, entries >> 1), entries + 1);
                index = Arrays.copyOf(index, more);
                this.field = this.field == null ? null : Arrays.copyOf(this.field, more);
                value = value == null ? null : Arrays.copyOf(value, more);
            }
            if (field > 0 && this.field == null) {
                this.field = new int[index.length];
            }
            if (x != 1f && value == null) {
                value = new float[index.length];
                Arrays.fill(value, 0, entries, 1f);
            }
            index[entries] = feature;
            if (this.field != null) {
                this.field[entries] = field;
            }
            if (value != null) {
                value[entries] = x;
            }
            entries++;
            features = Math.max(features, feature + 1);
            fields = Math.max(fields, field + 1);
            return this;
        }

        /// The present row is complete; an empty row is one, too.
        public Builder endRow(float rowLabel) {
            return endRow(rowLabel, 1f);
        }

        /// @param rowWeight how often the row counts
        public Builder endRow(float rowLabel, float rowWeight) {
            if (rows + 1 == starts.length) {
                int more = rows * 2 + 2;
                starts = Arrays.copyOf(starts, more);
                label = Arrays.copyOf(label, more);
                weight = weight == null ? null : Arrays.copyOf(weight, more);
            }
            if (rowWeight != 1f && weight == null) {
                weight = new float[label.length];
                Arrays.fill(weight, 0, rows, 1f);
            }
            label[rows] = rowLabel;
            if (weight != null) {
                weight[rows] = rowWeight;
            }
            starts[++rows] = entries;
            return this;
        }

        public FactorRows build() {
            return new FactorRows(
                    cut(starts, rows + 1),
                    cut(index, entries),
                    field == null ? null : cut(field, entries),
                    value == null ? null : cut(value, entries),
                    cut(label, rows),
                    weight == null ? null : cut(weight, rows),
                    features,
                    fields);
        }

        private static int[] cut(int[] some, int length) {
            return some.length == length ? some : Arrays.copyOf(some, length);
        }

        private static float[] cut(float[] some, int length) {
            return some.length == length ? some : Arrays.copyOf(some, length);
        }
    }
}
