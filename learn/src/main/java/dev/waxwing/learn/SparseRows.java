package dev.waxwing.learn;

import java.util.Arrays;

/// Rows as lists of active columns with their values; one-hot rows keep no values at all.
public final class SparseRows extends LinearRows {
    private final int features;
    private final int rows;
    private final int[] starts;
    private final int[] columns;
    private final float[] values; // empty if all are 1

    private SparseRows(int features, int rows, int[] starts, int[] columns, float[] values) {
        this.features = features;
        this.rows = rows;
        this.starts = starts;
        this.columns = columns;
        this.values = values;
    }

    /// Collects rows of columns from 0 to `features - 1`.
    public static Builder builder(int features) {
        return new Builder(features);
    }

    /// The values of a matrix that are neither 0 nor missing.
    /// @throws TrainingException if a value is infinite; names the column
    public static SparseRows of(FloatMatrix matrix) {
        int width = matrix.columnCount();
        Builder builder = new Builder(width);
        matrix.read(
                (from, n, values) -> {
                    for (int row = 0; row < n; row++) {
                        for (int c = 0; c < width; c++) {
                            float value = values[row * width + c];
                            if (Float.isInfinite(value)) {
                                throw new TrainingException(
                                        "lr: column "
                                                + matrix.columns().get(c)
                                                + " is infinite in row "
                                                + (from + row)
                                                + "; give finite numbers, or NaN where there is"
                                                + " none");
                            }
                            if (value != 0 && !Float.isNaN(value)) {
                                builder.add(c, value);
                            }
                        }
                        builder.endRow();
                    }
                });
        return builder.build();
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int features() {
        return features;
    }

    @Override
    void addMargins(int block, double[] w, double[] margins) {
        addMargins(block, w, 0, margins);
    }

    /// @param offset where this part's columns begin in `w`
    void addMargins(int block, double[] w, int offset, double[] margins) {
        int first = block * BLOCK;
        int n = rowsOf(block);
        boolean ones = values.length == 0;
        for (int row = 0; row < n; row++) {
            int end = starts[first + row + 1];
            double sum = margins[row];
            for (int i = starts[first + row]; i < end; i++) {
                sum += ones ? w[offset + columns[i]] : w[offset + columns[i]] * values[i];
            }
            margins[row] = sum;
        }
    }

    @Override
    void addGradient(int block, double[] residuals, double[] gradient) {
        addGradient(block, residuals, 0, gradient);
    }

    void addGradient(int block, double[] residuals, int offset, double[] gradient) {
        int first = block * BLOCK;
        int n = rowsOf(block);
        boolean ones = values.length == 0;
        for (int row = 0; row < n; row++) {
            int end = starts[first + row + 1];
            double residual = residuals[row];
            for (int i = starts[first + row]; i < end; i++) {
                gradient[offset + columns[i]] += ones ? residual : residual * values[i];
            }
        }
    }

    @Override
    void addSquares(double[] squares) {
        addSquares(0, squares);
    }

    void addSquares(int offset, double[] squares) {
        for (int i = 0; i < starts[rows]; i++) {
            double x = values.length == 0 ? 1 : values[i];
            squares[offset + columns[i]] += x * x;
        }
    }

    @Override
    long activeInAll() {
        return starts[rows];
    }

    /// Collects rows; [#add] for each active column of a row in ascending order, then [#endRow].
    public static final class Builder {
        private final int features;
        private int[] starts = new int[1024];
        private int rows;
        private int[] columns = new int[4096];
        private float[] values = new float[4096];
        private int active;
        private boolean ones = true;

        private Builder(int features) {
            this.features = features;
        }

        /// A column of the present row that is active with the value 1.
        public Builder add(int column) {
            return add(column, 1f);
        }

        /// A column of the present row with its value.
        public Builder add(int column, float value) {
            if (column < 0 || column >= features) {
                throw new IllegalArgumentException(
                        "row "
                                + rows
                                + " names column "
                                + column
                                + ", there are columns 0 to "
                                + (features - 1));
            }
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(
                        "row " + rows + " column " + column + " is " + value + ", not finite");
            }
            if (active > starts[rows] && columns[active - 1] >= column) {
                throw new IllegalArgumentException(
                        "columns of a row ascend, but row "
                                + rows
                                + " names "
                                + column
                                + " after "
                                + columns[active - 1]);
            }
            if (active == columns.length) {
                columns = Arrays.copyOf(columns, active * 2);
                values = Arrays.copyOf(values, active * 2);
            }
            columns[active] = column;
            values[active++] = value;
            ones &= value == 1f;
            return this;
        }

        /// The present row is complete; an empty row is one, too.
        public Builder endRow() {
            rows++;
            if (rows == starts.length) {
                starts = Arrays.copyOf(starts, rows * 2);
            }
            starts[rows] = active;
            return this;
        }

        public SparseRows build() {
            return new SparseRows(
                    features,
                    rows,
                    Arrays.copyOf(starts, rows + 1),
                    Arrays.copyOf(columns, active),
                    ones ? new float[0] : Arrays.copyOf(values, active));
        }
    }
}
