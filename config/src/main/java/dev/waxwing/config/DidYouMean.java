package dev.waxwing.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds what a misspelt word was probably meant to be.
public final class DidYouMean {
    private DidYouMean() {}

    /// The known word nearest to the one found, if any is near enough to be worth suggesting: one slip for every three
    /// letters, where a swap of two neighbours is one slip, and case, `-` and `_` count nothing. The first of equally
    /// near words wins.
    public static Optional<String> closest(String found, Collection<String> known) {
        String nearest = "";
        int best = Integer.MAX_VALUE;
        for (String word : known) {
            int slips = slips(plain(found), plain(word));
            int allowed = Math.max(1, Math.max(found.length(), word.length()) / 3);
            if (slips <= allowed && slips < best) {
                best = slips;
                nearest = word;
            }
        }
        return best == Integer.MAX_VALUE ? Optional.empty() : Optional.of(nearest);
    }

    /// `did you mean X?` if something known is near, else `known: A, B, C`, for the end of an error message.
    public static String hint(String found, Collection<String> known) {
        return closest(found, known)
                .map(word -> "did you mean " + word + "?")
                .orElse(
                        known.isEmpty()
                                ? "none is known here"
                                : "known: " + String.join(", ", known));
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Optimal string alignment distance.
    private static int slips(String a, String b) {
        var row = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    row[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least =
                        Math.min(
                                row[i - 1][j - 1] + change,
                                Math.min(row[i - 1][j], row[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    least = Math.min(least, row[i - 2][j - 2] + 1);
                }
                row[i][j] = least;
            }
        }
        return row[a.length()][b.length()];
    }
}
