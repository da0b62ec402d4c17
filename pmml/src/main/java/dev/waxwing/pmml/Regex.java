package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression from a document, which a row cannot make run for ever.
///
/// Java's matcher goes back and tries again, for some expressions exponentially often. Here it may look at a character
/// [#MOST_LOOKS] times in one search, and an expression that matches the empty text in many ways, which needs no look,
/// is refused when it is compiled.
final class Regex {
    static final int MOST_LOOKS = 20_000_000;
    static final int LONGEST_PATTERN = 10_000;

    /// Texts that functions make are no longer than this, so that rows of functions cannot fill the memory.
    static final int LONGEST_TEXT = 1 << 20;

    /// A switch to expressions with blanks and comments in them, which [EmptyMatches] does not follow.
    private static final Pattern COMMENTS = Pattern.compile("\\(\\?[a-zA-Z]*x");

    private final Pattern pattern;

    private Regex(Pattern pattern) {
        this.pattern = pattern;
    }

    /// @throws InvalidValueException if it is no regular expression or one that may run too long
    static Regex compile(String regex) {
        if (regex.length() > LONGEST_PATTERN) {
            throw new InvalidValueException(
                    "a regular expression of "
                            + regex.length()
                            + " characters; at most "
                            + LONGEST_PATTERN
                            + " are read");
        }
        Pattern compiled;
        try {
            if (regex.contains("(?") && COMMENTS.matcher(regex).find()) {
                throw new InvalidValueException(
                        quoted(regex) + " uses the flag x, which is not read");
            }
            compiled = Pattern.compile(regex);
            if (EmptyMatches.tooMany(regex)) {
                throw new InvalidValueException(
                        quoted(regex) + " can match the empty text in too many ways; simplify it");
            }
        } catch (PatternSyntaxException e) {
            throw new InvalidValueException(
                    quoted(regex) + " is no regular expression: " + e.getDescription());
        } catch (StackOverflowError e) {
            throw new InvalidValueException(quoted(regex) + " nests too deep");
        }
        return new Regex(compiled);
    }

    boolean occursIn(String text) {
        return search(text, Matcher::find);
    }

    List<String> matches(String text) {
        return search(
                text,
                matcher -> {
                    List<String> found = new ArrayList<>();
                    while (matcher.find()) {
                        found.add(matcher.group());
                    }
                    return found;
                });
    }

    /// What lies between the matches, as [Pattern#split(CharSequence)] tells it.
    List<String> split(String text) {
        return search(text, matcher -> List.of(pattern.split(new Watched(text, pattern))));
    }

    /// @throws InvalidValueException if the replacement names a group that is not there, or the result grows too long
    String replaceAll(String text, String replacement) {
        return search(
                text,
                matcher -> {
                    StringBuilder out = new StringBuilder();
                    try {
                        while (matcher.find()) {
                            matcher.appendReplacement(out, replacement);
                            checkLength(out.length());
                        }
                    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
                        if (e instanceof InvalidValueException) {
                            throw e;
                        }
                        throw new InvalidValueException(
                                quoted(replacement) + " names a group that is not there");
                    }
                    matcher.appendTail(out);
                    checkLength(out.length());
                    return out.toString();
                });
    }

    private static String quoted(String text) {
        return "'" + (text.length() <= 80 ? text : text.substring(0, 80) + "…") + "'";
    }

    /// @throws InvalidValueException if a text would become longer than any may
    static void checkLength(long length) {
        if (length > LONGEST_TEXT) {
            throw new InvalidValueException(
                    "a text grows longer than " + LONGEST_TEXT + " characters");
        }
    }

    private <T> T search(String text, Function<Matcher, T> how) {
        checkLength(text.length());
        try {
            return how.apply(pattern.matcher(new Watched(text, pattern)));
        } catch (StackOverflowError e) { // java.util.regex recurses over repeated groups
            throw new InvalidValueException(
                    quoted(pattern.pattern())
                            + " needs too much stack on a text of "
                            + text.length()
                            + " characters");
        }
    }

    /// A text that counts how often it is looked at.
    private static final class Watched implements CharSequence {
        private final String text;
        private final Pattern pattern;
        private int looks;

        Watched(String text, Pattern pattern) {
            this.text = text;
            this.pattern = pattern;
        }

        @Override
        public char charAt(int index) {
            if (++looks > MOST_LOOKS) {
                throw new InvalidValueException(
                        quoted(pattern.pattern())
                                + " takes too long on a text of "
                                + text.length()
                                + " characters");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return text.substring(from, to);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
