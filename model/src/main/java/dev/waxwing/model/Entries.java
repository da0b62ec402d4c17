package dev.waxwing.model;

import java.util.Arrays;

/// The entries of one row of the sparse form, in arrays that grow and are used again. One thread.
final class Entries implements SparseSink {
    int[] field = new int[64];
    int[] column = new int[64];
    float[] value = new float[64];
    int n;

    @Override
    public void add(int entryField, int entryColumn, float entryValue) {
        if (n == field.length) {
            field = Arrays.copyOf(field, 2 * n);
            column = Arrays.copyOf(column, 2 * n);
            value = Arrays.copyOf(value, 2 * n);
        }
        field[n] = entryField;
        column[n] = entryColumn;
        value[n++] = entryValue;
    }

    Entries clear() {
        n = 0;
        return this;
    }
}
