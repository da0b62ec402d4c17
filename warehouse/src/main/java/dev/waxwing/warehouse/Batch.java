package dev.waxwing.warehouse;

import java.util.List;
import java.util.Map;

/// Some consecutive rows of a query's result, column by column. The arrays are the reader's to keep.
public interface Batch {
    int rows();

    List<Column> columns();

    /// Numbers of any kind; NaN where NULL.
    default double[] doubles(int column) {
        double[] values = new double[rows()];
        doubles(column, 0, values.length, values, 0);
        return values;
    }

    /// The numbers of `n` rows from `row` on, written into an array from `at` on.
    void doubles(int column, int row, int n, double[] out, int at);

    /// Whole numbers, 0 where NULL; for a TIMESTAMP the microseconds since 1970 in UTC.
    long[] longs(int column);

    /// Texts; null where NULL.
    String[] strings(int column);

    /// Lists of texts; null where NULL.
    String[][] lists(int column);

    /// Maps from texts to numbers; null where NULL.
    Map<String, Double>[] weights(int column);

    /// Maps from texts to texts; null where NULL.
    Map<String, String>[] texts(int column);

    boolean isNull(int column, int row);
}
