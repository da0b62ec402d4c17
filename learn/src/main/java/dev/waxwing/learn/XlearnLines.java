package dev.waxwing.learn;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Parses the lines of one chunk into its stretch of the columns.
///
/// Numbers are exact, the float nearest to what is written: up to 15 digits with a point go through one division of two exact doubles, and
/// whatever could be rounded twice, or is written otherwise, through [Float#parseFloat].
final class XlearnLines {
    /// @param column of the file's line, from 1, in bytes
    record Problem(int line, int column, String text) {}

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final double[] TENS = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };
    private static final int NOT_PARSED = -1;
    private static final int LARGEST = Integer.MAX_VALUE - 9; // so that "and one" is a length

    private final XlearnFormat format;
    private final int separator;
    private final XlearnColumns columns;
    private final int firstEntry;
    private final int[] index;
    private final int[] field;
    private float[] value;
    private byte[] bytes;
    private int row;
    private int entry;
    private int lineStart;
    private int largestFeature = -1;
    private int largestField;
    private float number; // what number() found
    private final List<Problem> problems = new ArrayList<>();

    XlearnLines(XlearnFormat format, XlearnColumns columns, int firstRow, int firstEntry) {
        this.format = format;
        this.separator = format.separator();
        this.columns = columns;
        this.row = firstRow;
        this.firstEntry = firstEntry;
        this.entry = firstEntry;
        this.index = columns.index;
        this.field = columns.field;
    }

    int entries() {
        return entry - firstEntry;
    }

    /// -1 if there is none.
    int largestFeature() {
        return largestFeature;
    }

    int largestField() {
        return largestField;
    }

    List<Problem> problems() {
        return problems;
    }

    /// @param length up to and with the last line break; 8 more bytes may be looked at
    void parse(byte[] chunk, int length) {
        bytes = chunk;
        int at = 0;
        while (at < length && problems.size() <= XlearnData.PROBLEMS) {
            lineStart = at;
            columns.starts[row] = entry;
            at = format.labelled() ? label(at) : unlabelled(at);
            if (at != NOT_PARSED) {
                at =
                        switch (format.kind()) {
                            case LIBSVM -> libsvm(at);
                            case LIBFFM -> libffm(at);
                            case CSV -> csv(at);
                        };
            }
            if (at == NOT_PARSED) {
                at = afterLine(lineStart);
            }
            if (at - lineStart > XlearnReader.LONGEST_LINE) {
                problem(lineStart, "the line is longer than 10 MB; is it a row?");
            }
            row++;
        }
    }

    private int unlabelled(int at) {
        columns.label[row] = Float.NaN;
        return at;
    }

    private int label(int from) {
        int at = from;
        while (bytes[at] == separator
                && (separator == ' ' || format.kind() != XlearnFormat.Kind.CSV)) {
            at++;
        }
        int end = number(at);
        if (end == NOT_PARSED) {
            return problem(
                    at,
                    blank(at)
                            ? "the line is blank; a row begins with its label, so take the line out"
                            : found(at)
                                    + "; a label is a finite number"
                                    + (row == 0 ? " (take a line of column names out)" : ""));
        }
        columns.label[row] = number;
        return end;
    }

    /// @return where the next line begins
    private int libsvm(int from) {
        byte[] b = bytes;
        int at = from;
        int e = entry;
        int largest = largestFeature;
        while (true) {
            int c = b[at];
            if (c == separator) {
                at++;
                continue;
            }
            if (c == '\n') {
                entry = e;
                largestFeature = largest;
                return at + 1;
            }
            long word = (long) LONGS.get(b, at);
            int digits = digits(word);
            if (digits == 0 || digits == 8 || b[at + digits] != ':') {
                if (blank(at)) {
                    at = lineBreak(at);
                    continue;
                }
                word = whole(at, ':');
                if (word < 0) {
                    return problem(at, entryProblem(at));
                }
                while (b[at] != ':') {
                    at++;
                }
            } else {
                word = decimal(word, digits);
                at += digits;
            }
            at++;
            if (b[at] == '1' && ends(b[at + 1])) {
                at++;
            } else {
                int end = number(at);
                if (end == NOT_PARSED) {
                    return problem(at, entryProblem(at));
                }
                at = end;
                if (number != 1f) {
                    keep(e, number);
                }
            }
            index[e++] = (int) word;
            largest = Math.max(largest, (int) word);
        }
    }

    /// @return where the next line begins
    private int libffm(int from) {
        byte[] b = bytes;
        int at = from;
        while (true) {
            int c = b[at];
            if (c == separator) {
                at++;
                continue;
            }
            if (c == '\n') {
                return at + 1;
            }
            if (blank(at)) {
                at = lineBreak(at);
                continue;
            }
            int begin = at;
            long group = whole(at, ':');
            if (group < 0) {
                return problem(begin, entryProblem(begin));
            }
            at = after(at, ':');
            long feature = whole(at, ':');
            if (feature < 0) {
                return problem(begin, entryProblem(begin));
            }
            at = after(at, ':');
            int end = number(at);
            if (end == NOT_PARSED) {
                return problem(begin, entryProblem(begin));
            }
            at = end;
            if (number != 1f) {
                keep(entry, number);
            }
            if (field != null) {
                field[entry] = (int) group;
                largestField = Math.max(largestField, (int) group);
            }
            index[entry++] = (int) feature;
            largestFeature = Math.max(largestFeature, (int) feature);
        }
    }

    /// @return where the next line begins
    private int csv(int from) {
        int at = from;
        int feature = 0;
        while (true) {
            if ((bytes[at] != separator || separator == ' ') && blank(at)) {
                return afterLine(at);
            }
            while (bytes[at] == separator) { // it ended the number before; several blanks are one
                at++;
                if (separator != ' ') {
                    break;
                }
            }
            int end = number(at);
            if (end == NOT_PARSED) {
                return problem(
                        at,
                        tokenEnd(at) == at
                                ? "the cell is empty; xLearn would take the next cell in its place, so write 0"
                                : found(at) + "; a cell is a finite number, as in line 1");
            }
            at = end;
            if (number != 1f) {
                keep(entry, number);
            }
            index[entry++] = feature;
            largestFeature = Math.max(largestFeature, feature);
            feature++;
        }
    }

    private void keep(int at, float x) {
        if (value == null) {
            value = columns.values();
        }
        value[at] = x;
    }

    /// How many of the 8 bytes, from the lowest on, are digits before one is not.
    private static int digits(long word) {
        // The high half of a digit is 3, before and after 6 is added to it; a carry reaches only
        // bytes that come later.
        long other =
                ((word & 0xf0f0f0f0f0f0f0f0L) ^ 0x3030303030303030L)
                        | (((word + 0x0606060606060606L) & 0xf0f0f0f0f0f0f0f0L)
                                ^ 0x3030303030303030L);
        return Long.numberOfTrailingZeros(other) >>> 3;
    }

    /// The number that the first 1 to 7 of 8 digits make; pairs are joined, then pairs of pairs.
    private static long decimal(long word, int digits) {
        long v = (word & 0x0f0f0f0f0f0f0f0fL) << (64 - 8 * digits);
        v = (v * 2561) >>> 8;
        v = ((v & 0x00ff00ff00ff00ffL) * 6553601) >>> 16;
        return ((v & 0x0000ffff0000ffffL) * 42949672960001L) >>> 32;
    }

    /// A whole number up to its end mark; -1 if it is none or too large.
    private long whole(int from, char end) {
        long sum = 0;
        int at = from;
        for (; bytes[at] >= '0' && bytes[at] <= '9' && sum <= LARGEST; at++) {
            sum = sum * 10 + bytes[at] - '0';
        }
        return at == from || bytes[at] != end || sum > LARGEST ? -1 : sum;
    }

    /// Leaves a finite number in [#number].
    /// @return where it ends, or [#NOT_PARSED]
    private int number(int from) {
        byte[] b = bytes;
        int at = from;
        boolean negative = b[at] == '-';
        if (negative || b[at] == '+') {
            at++;
        }
        long sum = 0;
        int first = at;
        int point = -1;
        while (true) {
            int c = b[at];
            if (c >= '0' && c <= '9') {
                sum = sum * 10 + c - '0'; // overflows beyond 15 digits, which are not used then
            } else if (c == '.' && point < 0) {
                point = at;
            } else {
                break;
            }
            at++;
        }
        int digits = at - first - (point < 0 ? 0 : 1);
        if (digits == 0 || digits > 15 || !ends(b[at])) {
            return unusual(from);
        }
        double exact = sum / TENS[point < 0 ? 0 : at - point - 1];
        boolean between = (Double.doubleToRawLongBits(exact) & 0x1fffffffL) == 0x10000000L;
        if (between || (exact < Float.MIN_NORMAL && exact != 0)) {
            return unusual(from);
        }
        number = (float) (negative ? -exact : exact);
        return at;
    }

    /// A number with an exponent, with many digits, or none at all.
    private int unusual(int from) {
        int end = tokenEnd(from);
        if (end == from || end - from > 400) {
            return NOT_PARSED;
        }
        for (int at = from; at < end; at++) {
            int c = bytes[at];
            if (!(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '+' && (c | 32) != 'e') {
                return NOT_PARSED; // Java would take 1f, NaN and 0x1p3, too
            }
        }
        try {
            number = Float.parseFloat(token(from));
        } catch (NumberFormatException e) {
            return NOT_PARSED;
        }
        return Float.isFinite(number) ? end : NOT_PARSED;
    }

    private boolean ends(int c) {
        return c == separator || c == '\n' || c == '\r' || c == ' ' || c == '\t';
    }

    /// Whether nothing but blanks and a carriage return follows in this line.
    private boolean blank(int from) {
        int at = from;
        while (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r') {
            at++;
        }
        return bytes[at] == '\n';
    }

    private int lineBreak(int from) {
        return after(from, '\n') - 1;
    }

    private int afterLine(int from) {
        return after(from, '\n');
    }

    private int after(int from, char mark) {
        int at = from;
        while (bytes[at] != mark) {
            at++;
        }
        return at + 1;
    }

    private int tokenEnd(int from) {
        int at = from;
        while (bytes[at] != separator && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    private String token(int from) {
        return new String(bytes, from, tokenEnd(from) - from, StandardCharsets.ISO_8859_1);
    }

    private String found(int from) {
        String token = token(from);
        return "found \"" + (token.length() > 40 ? token.substring(0, 40) + "…" : token) + "\"";
    }

    private String entryProblem(int at) {
        int begin = at;
        while (begin > lineStart && bytes[begin - 1] != separator) {
            begin--;
        }
        String token = token(begin);
        String wanted = "; an entry is " + format.kind().entry + ", as in line 1";
        for (char other : new char[] {' ', '\t', ','}) {
            if (token.indexOf(other) >= 0) {
                return found(begin)
                        + " holds a "
                        + XlearnFormat.name(other)
                        + "; "
                        + XlearnFormat.name(format.separator())
                        + "s separate here, as line 1 tells, so use them alone";
            }
        }
        String[] parts = token.split(":", -1);
        int colons = format.kind() == XlearnFormat.Kind.LIBFFM ? 2 : 1;
        if (parts.length != colons + 1) {
            return found(begin) + wanted;
        }
        for (int part = 0; part < colons; part++) {
            String name = part == 0 && colons == 2 ? "field" : "index";
            if (!parts[part].matches("[0-9]{1,10}") || Long.parseLong(parts[part]) > LARGEST) {
                return found(begin)
                        + ": the "
                        + name
                        + " is a whole number from 0 to "
                        + LARGEST
                        + wanted;
            }
        }
        return found(begin) + ": the value is a finite number" + wanted;
    }

    /// @return [#NOT_PARSED]
    private int problem(int at, String text) {
        problems.add(new Problem(row + 1, at - lineStart + 1, text));
        return NOT_PARSED;
    }
}
