package dev.waxwing.learn;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// How a text file of rows is written, found out from its first line by xLearn's rules: the separator is the most frequent of space, tab and
/// comma; there is a label unless the first token has a colon; the second token's colons tell the kind.
///
/// @param separator space, tab or comma
/// @param labelled whether rows begin with a label; always so in CSV, where a file without labels needs a placeholder column
public record XlearnFormat(Kind kind, char separator, boolean labelled) {
    /// What stands between two separators.
    public enum Kind {
        /// A number a feature, from feature 0 on.
        CSV("a number"),
        /// `index:value`
        LIBSVM("index:value"),
        /// `field:index:value`
        LIBFFM("field:index:value");

        final String entry;

        Kind(String entry) {
            this.entry = entry;
        }
    }

    /// `libsvm, separated by spaces, with labels`
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT)
                + ", separated by "
                + name(separator)
                + "s, "
                + (labelled ? "with labels" : "without labels");
    }

    static String name(char separator) {
        return switch (separator) {
            case ' ' -> "space";
            case '\t' -> "tab";
            default -> "comma";
        };
    }

    /// @param line the first line, without its line break
    /// @return nothing if the line tells no format; [#unclear] says why
    static Optional<XlearnFormat> of(String line) {
        String text = line.stripTrailing();
        Optional<Character> most = mostFrequent(text);
        boolean oneEntry = text.indexOf(':') > 0 && text.chars().noneMatch(XlearnFormat::separates);
        if (most.isEmpty() && !oneEntry) {
            return Optional.empty();
        }
        char separator = most.orElse(' ');
        String[] tokens =
                Arrays.stream(text.split(Pattern.quote(String.valueOf(separator))))
                        .filter(token -> !token.isEmpty())
                        .toArray(String[]::new);
        if (tokens.length == 0) {
            return Optional.empty();
        }
        boolean labelled = tokens[0].indexOf(':') < 0;
        if (labelled && tokens.length == 1) {
            return Optional.empty();
        }
        return switch ((int) count(tokens[tokens.length == 1 ? 0 : 1], ':')) {
            case 0 ->
                    labelled
                            ? Optional.of(new XlearnFormat(Kind.CSV, separator, true))
                            : Optional.empty();
            case 1 -> Optional.of(new XlearnFormat(Kind.LIBSVM, separator, labelled));
            case 2 -> Optional.of(new XlearnFormat(Kind.LIBFFM, separator, labelled));
            default -> Optional.empty();
        };
    }

    /// Why [#of] found nothing.
    static String unclear(String line) {
        String text = line.stripTrailing();
        String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        if (text.isEmpty()) {
            return "is empty; the first line tells the format, so it must hold a row";
        }
        if (text.chars().noneMatch(XlearnFormat::separates)) {
            return "is \""
                    + shown
                    + "\", a label and nothing else; the first line tells the format, so put a row with features first";
        }
        if (mostFrequent(text).isEmpty()) {
            return "has "
                    + count(text, ' ')
                    + " spaces, "
                    + count(text, '\t')
                    + " tabs and "
                    + count(text, ',')
                    + " commas; the most frequent of them separates, so use one alone";
        }
        return "begins \""
                + shown
                + "\"; a row is `label index:value …`, `label field:index:value …`, the same without label, or label and numbers";
    }

    /// Nothing if two are equally frequent.
    private static Optional<Character> mostFrequent(String text) {
        long spaces = count(text, ' ');
        long tabs = count(text, '\t');
        long commas = count(text, ',');
        if (spaces > tabs && spaces > commas) {
            return Optional.of(' ');
        } else if (tabs > spaces && tabs > commas) {
            return Optional.of('\t');
        }
        return commas > spaces && commas > tabs ? Optional.of(',') : Optional.empty();
    }

    private static boolean separates(int c) {
        return c == ' ' || c == '\t' || c == ',';
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }
}
