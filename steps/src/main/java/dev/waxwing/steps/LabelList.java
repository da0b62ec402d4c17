package dev.waxwing.steps;

import java.util.Arrays;

/// Labels as they are read, a float a row.
final class LabelList {
    private float[] labels = new float[1024];
    private int size;
    private int positives;

    void add(float label) {
        if (size == labels.length) {
            labels = Arrays.copyOf(labels, size * 2);
        }
        labels[size++] = label;
        positives += label > 0 ? 1 : 0;
    }

    int positives() {
        return positives;
    }

    /// All of them, in order.
    float[] toArray() {
        return Arrays.copyOf(labels, size);
    }
}
