package dev.waxwing.pmml;

/// Numbers of few digits, as models are full of them, read without the JDK's long way, which a cold JVM feels.
///
/// A whole number up to 2^53 times or over a power of ten up to 10^22 is two exact doubles and one rounding, so it is the double
/// that [Double#parseDouble] finds (Clinger, "How to read floating point numbers accurately", PLDI 1990). A larger one is the sum
/// of two doubles, and so is the result; one that lies too close to the middle of two doubles is left to the JDK.
final class Decimal {
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };
    private static final int MOST_DIGITS = 18; // of a long
    private static final int LONGEST = 40;

    private Decimal() {}

    /// The number, or NaN if the text is none, or one that needs a closer look.
    static double parse(String text) {
        int end = text.length();
        if (end == 0 || end > LONGEST) {
            return Double.NaN;
        }
        char first = text.charAt(0);
        int at = first == '-' || first == '+' ? 1 : 0;
        long digits = 0;
        int count = 0; // of digits from the first that is not 0
        int point = -1;
        int from = at;
        for (; at < end; at++) {
            char c = text.charAt(at);
            if (c >= '0' && c <= '9') {
                digits = 10 * digits + (c - '0');
                if (digits != 0 && ++count > MOST_DIGITS) {
                    return Double.NaN;
                }
            } else if (c == '.' && point < 0) {
                point = at;
            } else {
                break;
            }
        }
        boolean any = at - from > (point < 0 ? 0 : 1);
        int power = point < 0 ? 0 : point + 1 - at;
        if (any && at < end && (text.charAt(at) | 0x20) == 'e') {
            at++;
            boolean down = at < end && text.charAt(at) == '-';
            at += at < end && (down || text.charAt(at) == '+') ? 1 : 0;
            int exponent = 0;
            int start = at;
            for (; at < end && at - start < 4; at++) {
                char c = text.charAt(at);
                if (c < '0' || c > '9') {
                    return Double.NaN;
                }
                exponent = 10 * exponent + (c - '0');
            }
            any = at > start;
            power += down ? -exponent : exponent;
        }
        if (!any || at < end || power < -22 || power > 22) {
            return Double.NaN;
        }
        double found = scaled(digits, power);
        return first == '-' ? -found : found;
    }

    private static double scaled(long digits, int power) {
        double high = digits;
        double low = digits - (long) high; // exact, and 0 up to 2^53
        double by = POWERS[Math.abs(power)];
        double near = power < 0 ? high / by : high * by;
        if (low == 0) {
            return near;
        }
        // What is missing is known to 51 bits; it decides unless the sum lies that close to the
        // middle of two doubles.
        double missing =
                power < 0
                        ? (Math.fma(-near, by, high) + low) / by
                        : Math.fma(high, by, -near) + low * by;
        double found = near + missing * (1 - 0x1p-50);
        return found == near + missing * (1 + 0x1p-50) ? found : Double.NaN;
    }
}
