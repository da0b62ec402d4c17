package dev.waxwing.warehouse;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// The name that somebody probably meant.
final class Nearest {
    private Nearest() {}

    static Optional<String> to(String name, Collection<String> names) {
        return names.stream()
                .filter(n -> distance(name, n) <= Math.max(2, name.length() / 3))
                .min(Comparator.<String>comparingInt(n -> distance(name, n)).thenComparing(n -> n));
    }

    /// Levenshtein's: how many letters to insert, leave out or change.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
