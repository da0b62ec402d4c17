package dev.waxwing.pmml;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Short texts of a document, each made once however often it comes: names, operators, categories.
///
/// Only ASCII is shared, and a word whose places in the table are taken is made anew, so nobody can choose words that
/// make this slow.
final class Words {
    private static final int MOST = 1 << 16;
    private static final int LOOKS = 8;
    private static final int LONG = 24; // longer texts hardly come again

    static final int STRING_BYTES = 56;

    private static final int ARRAY_BYTES = 20;

    private String[] table = new String[1 << 10];
    private byte[][] spelled =
            new byte[1 << 10][]; // the same words' bytes: a cold JVM reads them faster
    private final Map<String, String> others = new HashMap<>(); // that are not ASCII
    private int count;
    private long taken;

    /// What most of a document's tags are made of, as the readers write it, so that they compare the very same texts.
    private static final String[] USUAL = {
        "Node", "SimplePredicate", "True", "ScoreDistribution", "id", "score", "recordCount",
        "defaultChild", "field", "operator", "value", "lessThan", "lessOrEqual", "greaterThan",
        "greaterOrEqual", "Segment", "TreeModel", "MiningField", "name"
    };

    Words() {
        for (String word : USUAL) {
            int place = (word.hashCode() ^ (word.hashCode() >>> 15)) & (table.length - 1);
            if (table[place] == null) {
                table[place] = word;
                spelled[place] = word.getBytes(StandardCharsets.US_ASCII);
                count++;
            }
        }
    }

    /// The text of some bytes of UTF-8.
    ///
    /// @param hash `31 · hash + byte` over the bytes, which is [String#hashCode()] if they are ASCII
    String of(byte[] bytes, int from, int to, int hash) {
        if (to - from > LONG) {
            return make(bytes, from, to);
        }
        String[] words = table;
        int at = hash ^ (hash >>> 15);
        for (int look = 0; look < LOOKS; look++) {
            int place = (at + look) & (words.length - 1);
            String word = words[place];
            if (word == null) {
                String made = make(bytes, from, to);
                if (made.hashCode() == hash && made.length() == to - from) {
                    words[place] = made;
                    spelled[place] = Arrays.copyOfRange(bytes, from, to);
                    taken += ARRAY_BYTES + to - from;
                    if (++count > words.length / 2) {
                        grow();
                    }
                }
                return made;
            }
            if (is(spelled[place], bytes, from, to)) {
                return word;
            }
        }
        return make(bytes, from, to);
    }

    /// A text of ASCII that need not be shared.
    String makeAscii(byte[] bytes, int from, int to) {
        taken += STRING_BYTES + to - from;
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /// A text that need not be shared.
    String make(byte[] bytes, int from, int to) {
        taken += STRING_BYTES + to - from;
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /// A text that was made elsewhere, or the same that came before.
    String shared(String text) {
        if (others.size() > MOST) {
            others.clear();
        }
        String before = text.length() > LONG ? null : others.putIfAbsent(text, text);
        if (before != null) {
            return before;
        }
        taken += STRING_BYTES + 2L * text.length();
        return text;
    }

    /// The memory that all texts take, about.
    long bytes() {
        return taken;
    }

    private static boolean is(byte[] word, byte[] bytes, int from, int to) {
        if (word.length != to - from) {
            return false;
        }
        for (int i = from, k = 0; i < to; i++, k++) {
            if (word[k] != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        String[] before = table;
        byte[][] bytesBefore = spelled;
        count = 0;
        if (before.length >= 2 * MOST) {
            Arrays.fill(before, null); // they have been shared enough
            return;
        }
        table = new String[2 * before.length];
        spelled = new byte[2 * before.length][];
        for (int i = 0; i < before.length; i++) {
            String word = before[i];
            if (word != null) {
                int at = word.hashCode() ^ (word.hashCode() >>> 15);
                for (int look = 0; look < LOOKS; look++) {
                    int place = (at + look) & (table.length - 1);
                    if (table[place] == null) {
                        table[place] = word;
                        spelled[place] = bytesBefore[i];
                        count++;
                        break;
                    }
                }
            }
        }
    }
}
