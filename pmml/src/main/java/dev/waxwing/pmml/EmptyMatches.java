package dev.waxwing.pmml;

/// Estimates how much a regular expression tries where no character is left to look at.
///
/// `(|a)(|b)` matches the empty text in one way for each of its choices, and each way is tried without a look. The
/// estimate follows the syntax of [java.util.regex.Pattern] and errs upwards: alternatives add, what follows each
/// other multiplies, repetition multiplies as often as it is asked for.
final class EmptyMatches {
    private static final double MOST = 10_000;

    private final String regex;
    private int at;

    /// @param ways in how many ways a part matches the empty text
    /// @param work how many things are tried to find out
    private record Part(double ways, double work) {
        static final Part CHARACTER = new Part(0, 1);
        static final Part ANCHOR = new Part(1, 1);

        /// A part that may also be left out.
        Part maybe() {
            return new Part(ways + 1, work + 1);
        }

        Part times(double least, double most) {
            if (ways == 0) {
                return least == 0 ? maybe() : this;
            }
            double all = ways == 1 ? 1 : Math.pow(ways, most);
            return new Part(least == 0 ? all + 1 : all, work * Math.max(1, most) * all);
        }
    }

    private EmptyMatches(String regex) {
        this.regex = regex;
    }

    /// @param regex an expression that compiles
    static boolean tooMany(String regex) {
        return !(new EmptyMatches(regex).alternatives().work <= MOST); // NaN is too many, too
    }

    private boolean more() {
        return at < regex.length();
    }

    private boolean next(String any) {
        return more() && any.indexOf(regex.charAt(at)) >= 0;
    }

    private Part alternatives() {
        double ways = 0;
        double work = 0;
        double ownWays = 1;
        while (more() && !next(")")) {
            if (next("|")) {
                at++;
                ways += ownWays;
                ownWays = 1;
                continue;
            }
            Part piece = piece();
            if (ownWays > 0) {
                work += ownWays * piece.work;
                ownWays *= piece.ways;
            }
        }
        return new Part(ways + ownWays, work + 1);
    }

    private Part piece() {
        Part part = atom();
        if (next("?*+")) {
            part = part.maybe();
            at++;
        } else if (next("{")) {
            part = counted(part);
        } else {
            return part;
        }
        if (next("?+")) {
            at++;
        }
        return part;
    }

    private Part counted(Part part) {
        int close = after("}", at);
        String[] bounds = regex.substring(at + 1, Math.max(at + 1, close - 1)).split(",", -1);
        at = close;
        double least = number(bounds[0]);
        boolean single = bounds.length == 1 || bounds[1].isEmpty();
        return part.times(least, single ? least : number(bounds[1]));
    }

    private static double number(String digits) {
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : Double.POSITIVE_INFINITY;
    }

    private Part atom() {
        char c = regex.charAt(at++);
        return switch (c) {
            case '(' -> group();
            case '[' -> set();
            case '^', '$' -> Part.ANCHOR;
            case '\\' -> escape();
            default -> Part.CHARACTER;
        };
    }

    private Part group() {
        if (next("?")) {
            int from = ++at;
            while (more() && !next(":=!>)")) {
                at++;
            }
            if (at == from + 1 && regex.charAt(from) == '<') {
                at++; // (?<= and (?<!, of which the < has been passed
            } else {
                boolean flagsOnly = next(")");
                at++;
                if (flagsOnly) {
                    return Part.ANCHOR;
                }
            }
        }
        Part inner = alternatives();
        at++; // the closing bracket
        return inner;
    }

    private Part set() {
        int depth = 1;
        if (next("^")) {
            at++;
        }
        if (next("]")) {
            at++;
        }
        while (more() && depth > 0) {
            char c = regex.charAt(at++);
            if (c == '\\') {
                at = next("Q") ? after("\\E", at) : at + 1;
            } else if (c == '[') {
                depth++;
            } else if (c == ']') {
                depth--;
            }
        }
        return Part.CHARACTER;
    }

    /// The place after the next occurrence, or the end.
    private int after(String what, int from) {
        int found = regex.indexOf(what, from);
        return found < 0 ? regex.length() : found + what.length();
    }

    private Part escape() {
        if (!more()) {
            return Part.CHARACTER;
        }
        char c = regex.charAt(at);
        if (c == 'Q') {
            at = after("\\E", at);
            return Part.CHARACTER;
        }
        at++;
        if (c == 'k') {
            at = after(">", at);
        } else if ("pPxNb".indexOf(c) >= 0 && next("{")) {
            at = after("}", at);
        } else if (c == 'c') {
            at++;
        }
        // Anchors match empty, and so may a group that is referred to.
        return "bBAGZzkX123456789".indexOf(c) >= 0 ? Part.ANCHOR : Part.CHARACTER;
    }
}
