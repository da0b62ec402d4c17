package dev.waxwing.warehouse;

import java.util.List;
import java.util.Map;

/// Some consecutive rows of a query's result, column by column. The arrays are the reader's to keep.
public interface Batch {
    int rows();

    List<Column> columns();

    /// Numbers of any kind; NaN where NULL.
    double[] doubles(int column);

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
