package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Compiles `TextIndex`: how often a term occurs in a text.
final class TextIndex {
    private final Element element;
    private final boolean caseSensitive;
    private final Regex words;
    private final boolean wordsAreMatches;
    private final String weights;
    private final boolean tokenize;
    private final int distance;
    private final boolean bestHits;
    private final List<Normalization> normalizations = new ArrayList<>();

    private TextIndex(Element element) {
        this.element = element;
        this.caseSensitive = element.flag("isCaseSensitive", false);
        this.tokenize = element.flag("tokenize", true);
        this.distance = element.whole("maxLevenshteinDistance", 0);
        this.bestHits =
                element.word("countHits", "allHits", List.of("allHits", "bestHits"))
                        .equals("bestHits");
        this.weights =
                element.word(
                        "localTermWeights",
                        "termFrequency",
                        List.of(
                                "termFrequency",
                                "binary",
                                "logarithmic",
                                "augmentedNormalizedTermFrequency"));
        this.wordsAreMatches = element.has("x-wordRE");
        this.words =
                pattern(
                        element,
                        wordsAreMatches
                                ? element.attribute("x-wordRE")
                                : element.attribute("wordSeparatorCharacterRE", "\\s+"));
        for (Element normalization : element.children("TextIndexNormalization")) {
            normalizations.add(new Normalization(normalization, caseSensitive));
        }
    }

    private static Regex pattern(Element element, String regex) {
        try {
            return Regex.compile(regex);
        } catch (InvalidValueException e) {
            throw element.problem(e.getMessage(), e);
        }
    }

    static Expression read(Element element, Scope scope) {
        TextIndex index = new TextIndex(element);
        Expression text = ExpressionReader.field(element, element.attribute("textField"), scope);
        Element inner = null;
        for (Element child : element.children()) {
            if (!child.name.equals("TextIndexNormalization")) {
                inner = child;
            }
        }
        if (inner == null) {
            throw element.problem("<TextIndex> needs the term that it counts");
        }
        Expression term = ExpressionReader.read(inner, scope);
        return row -> {
            Object found = text.value(row);
            Object wanted = term.value(row);
            return found == null || wanted == null
                    ? null
                    : index.weight(String.valueOf(found), String.valueOf(wanted));
        };
    }

    private Object weight(String text, String term) {
        String normal = text;
        String wanted = term;
        for (Normalization step : normalizations) {
            normal = step.apply(normal, this);
            wanted = step.apply(wanted, this);
        }
        List<String> in = split(normal);
        List<String> of = split(wanted);
        Looks looks = new Looks();
        int hits = count(in, of, looks);
        return switch (weights) {
            case "binary" -> hits > 0 ? 1L : 0L;
            case "logarithmic" -> Math.log10(1 + hits);
            case "augmentedNormalizedTermFrequency" -> {
                int most = 0;
                for (String word : new HashSet<>(in)) {
                    most = Math.max(most, count(in, List.of(word), looks));
                }
                yield hits > 0 ? 0.5 * (1 + (double) hits / most) : 0.0;
            }
            default -> (long) hits;
        };
    }

    private List<String> split(String text) {
        String cased = caseSensitive ? text : text.toLowerCase(Locale.ROOT);
        if (!tokenize) {
            return Arrays.stream(cased.trim().split("\\s+")).filter(w -> !w.isEmpty()).toList();
        }
        if (wordsAreMatches) {
            return words.matches(cased);
        }
        List<String> found = new ArrayList<>();
        for (String word : words.split(cased)) {
            String bare = bare(word);
            if (!bare.isEmpty()) {
                found.add(bare);
            }
        }
        return found;
    }

    /// The word without punctuation at its ends, which belongs to the sentence.
    private static String bare(String word) {
        int from = 0;
        int to = word.length();
        while (from < to && punctuates(word.charAt(from))) {
            from++;
        }
        while (to > from && punctuates(word.charAt(to - 1))) {
            to--;
        }
        return word.substring(from, to);
    }

    private static boolean punctuates(char c) {
        return c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
    }

    /// Counts looks at characters of one row's texts, and ends a search that takes too many.
    private final class Looks {
        private long taken;

        void take(long more) {
            taken += more;
            if (taken > Regex.MOST_LOOKS) {
                throw new InvalidValueException(
                        element.file
                                + ":"
                                + element.line
                                + " <TextIndex> takes too long on a text of so many words");
            }
        }
    }

    private int count(List<String> in, List<String> of, Looks looks) {
        if (of.isEmpty()) {
            throw new InvalidValueException(
                    element.file + ":" + element.line + " <TextIndex> counts an empty term");
        }
        int hits = 0;
        int best = Integer.MAX_VALUE;
        for (int i = 0; i + of.size() <= in.size(); i++) {
            int off = 0;
            for (int j = 0; j < of.size() && off <= distance; j++) {
                off += distance(in.get(i + j), of.get(j), looks);
            }
            if (off <= distance) {
                if (bestHits && off < best) {
                    hits = 0;
                    best = off;
                }
                if (!bestHits || off == best) {
                    hits++;
                }
            }
        }
        return hits;
    }

    /// Edits between two words; at least 1 for two that differ if none is allowed.
    private int distance(String a, String b, Looks looks) {
        looks.take(1);
        if (distance == 0) {
            return a.equals(b) ? 0 : 1;
        }
        int lengths = Math.abs(a.length() - b.length());
        if (lengths > distance) {
            return lengths; // no fewer edits
        }
        looks.take((long) a.length() * b.length());
        return levenshtein(a, b);
    }

    private static int levenshtein(String a, String b) {
        int[] before = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] now = new int[b.length() + 1];
            now[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int swap = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                now[j] = Math.min(swap, Math.min(before[j], now[j - 1]) + 1);
            }
            before = now;
        }
        return before[b.length()];
    }

    /// A table of replacements that is applied before counting.
    private static final class Normalization {
        private final List<Regex> patterns = new ArrayList<>();
        private final List<String> replacements = new ArrayList<>();
        private final boolean recursive;

        Normalization(Element element, boolean caseSensitiveOutside) {
            this.recursive = element.flag("recursive", false);
            boolean cased = element.flag("isCaseSensitive", caseSensitiveOutside);
            String in = element.attribute("inField", "string");
            String out = element.attribute("outField", "stem");
            String regex = element.attribute("regexField", "regex");
            if (element.whole("maxLevenshteinDistance", 0) != 0) {
                throw element.problem(
                        "<TextIndexNormalization> maxLevenshteinDistance is not read: words are"
                                + " replaced where they are written so");
            }
            if (element.hasChild("TableLocator")) {
                throw element.child("TableLocator")
                        .problem("<TableLocator> is not read; an <InlineTable> is");
            }
            for (Element row : element.child("InlineTable").children("row")) {
                boolean isRegex =
                        row.hasChild(regex) && row.child(regex).text().trim().equals("true");
                String from = ExpressionReader.cell(row, in);
                String found =
                        isRegex
                                ? from
                                : "(?<![\\p{L}\\p{N}])"
                                        + Pattern.quote(from)
                                        + "(?![\\p{L}\\p{N}])";
                patterns.add(pattern(row, (cased ? "" : "(?iu)") + found));
                String to = ExpressionReader.cell(row, out);
                replacements.add(isRegex ? to : Matcher.quoteReplacement(to));
            }
        }

        String apply(String text, TextIndex index) {
            String now = text;
            for (int round = 0; round < (recursive ? 100 : 1); round++) {
                String before = now;
                for (int i = 0; i < patterns.size(); i++) {
                    now = patterns.get(i).replaceAll(now, replacements.get(i));
                }
                if (now.equals(before)) {
                    return now;
                }
            }
            if (recursive) {
                throw new InvalidValueException(
                        index.element.file
                                + ":"
                                + index.element.line
                                + " <TextIndexNormalization> does not settle");
            }
            return now;
        }
    }
}
