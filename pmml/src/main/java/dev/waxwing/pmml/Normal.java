package dev.waxwing.pmml;

/// The standard normal distribution.
final class Normal {
    private Normal() {}

    static double pdf(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    static double cdf(double x) {
        return erfc(-x / Math.sqrt(2)) / 2;
    }

    static double erf(double x) {
        return 1 - erfc(x);
    }

    /// Complement of the error function, to about 1e-15: a series near 0, a continued fraction (Lentz) farther out.
    static double erfc(double x) {
        double z = Math.abs(x);
        double result;
        if (z > 40) {
            result = 0; // below the smallest double
        } else if (z < 2.5) {
            double term = z;
            double sum = z;
            for (int n = 1; n < 200 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
                term *= -z * z / n;
                sum += term / (2 * n + 1);
            }
            result = 1 - 2 / Math.sqrt(Math.PI) * sum;
        } else {
            double tiny = 1e-300;
            double f = z;
            double c = z;
            double d = 0;
            for (int n = 1; n < 500; n++) {
                double a = n / 2.0;
                d = z + a * d;
                d = 1 / (d == 0 ? tiny : d);
                c = z + a / c;
                double step = c * d;
                f *= step;
                if (Math.abs(step - 1) < 1e-16) {
                    break;
                }
            }
            result = Math.exp(-z * z) / (f * Math.sqrt(Math.PI));
        }
        return x >= 0 ? result : 2 - result;
    }

    /// The quantile: where the cumulative distribution is `p`; found by bisection, then Newton's steps.
    static double inverse(double p) {
        if (!(p > 0 && p < 1)) {
            return p == 0
                    ? Double.NEGATIVE_INFINITY
                    : p == 1 ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        if (p == 0.5) {
            return 0;
        }
        double low = -40;
        double high = 40;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (cdf(middle) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double x = (low + high) / 2;
        double slope = pdf(x);
        return slope > 1e-300 ? x - (cdf(x) - p) / slope : x;
    }
}
