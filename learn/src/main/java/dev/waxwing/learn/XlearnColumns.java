package dev.waxwing.learn;

import java.util.Arrays;

/// The arrays of [FactorRows] while several threads fill them, each its own stretch.
final class XlearnColumns {
    final int[] starts;
    final int[] index;
    final int[] field; // null if fields are not kept
    final float[] label;
    private float[] value; // null while all values are 1

    XlearnColumns(int rows, int entries, boolean fields) {
        starts = new int[rows + 1];
        index = new int[entries];
        field = fields ? new int[entries] : null;
        label = new float[rows];
    }

    /// Called by whoever meets the first value that is not 1; what the others met until then was 1.
    synchronized float[] values() {
        if (value == null) {
            value = new float[index.length];
            Arrays.fill(value, 1f);
        }
        return value;
    }

    /// Moves the entries of some rows forward, to where those before end.
    void pull(int firstRow, int rows, int from, int to, int entries) {
        if (from == to) {
            return;
        }
        System.arraycopy(index, from, index, to, entries);
        if (field != null) {
            System.arraycopy(field, from, field, to, entries);
        }
        synchronized (this) {
            if (value != null) {
                System.arraycopy(value, from, value, to, entries);
            }
        }
        for (int row = firstRow; row < firstRow + rows; row++) {
            starts[row] -= from - to;
        }
    }

    synchronized FactorRows rows(int entries, int largestFeature, int largestField) {
        starts[label.length] = entries;
        boolean full = entries == index.length;
        return FactorRows.of(
                starts,
                full ? index : Arrays.copyOf(index, entries),
                field == null || full ? field : Arrays.copyOf(field, entries),
                value == null || full ? value : Arrays.copyOf(value, entries),
                label,
                largestFeature + 1,
                largestField + 1);
    }
}
