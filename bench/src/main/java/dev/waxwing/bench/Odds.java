package dev.waxwing.bench;

import java.util.Arrays;

/// Draws members of a group, each as often as its odds say.
final class Odds {
    private final int[] members;
    private final double[] upTo;
    private int size;

    /// @param room how many members there can be
    Odds(int room) {
        members = new int[room];
        upTo = new double[room];
    }

    void clear() {
        size = 0;
    }

    void add(int member, double odds) {
        members[size] = member;
        upTo[size] = (size == 0 ? 0 : upTo[size - 1]) + odds;
        size++;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// @param luck evenly spread over [0, 1)
    int draw(double luck) {
        int found = Arrays.binarySearch(upTo, 0, size, luck * upTo[size - 1]);
        return members[Math.min(size - 1, found < 0 ? -found - 1 : found + 1)];
    }
}
