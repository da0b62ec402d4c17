package dev.waxwing.pmml;

import java.util.Arrays;
import java.util.List;

/// How the sums of regression equations become predictions or probabilities.
enum Normalization {
    NONE,
    SIMPLEMAX,
    SOFTMAX,
    LOGIT,
    PROBIT,
    CLOGLOG,
    LOGLOG,
    CAUCHIT,
    EXP;

    static Normalization read(Element element, String attribute, String absent) {
        String word =
                element.word(
                        attribute,
                        absent,
                        List.of(
                                "none",
                                "simplemax",
                                "softmax",
                                "logit",
                                "probit",
                                "cloglog",
                                "loglog",
                                "cauchit",
                                "exp"));
        return switch (word) {
            case "simplemax" -> SIMPLEMAX;
            case "softmax" -> SOFTMAX;
            case "logit" -> LOGIT;
            case "probit" -> PROBIT;
            case "cloglog" -> CLOGLOG;
            case "loglog" -> LOGLOG;
            case "cauchit" -> CAUCHIT;
            case "exp" -> EXP;
            default -> NONE;
        };
    }

    /// The inverse of the link, of a single equation.
    double ofOne(double y) {
        return switch (this) {
            case NONE, SIMPLEMAX -> y;
            case SOFTMAX, LOGIT -> 1 / (1 + Math.exp(-y));
            case PROBIT -> Normal.cdf(y);
            case CLOGLOG -> -Math.expm1(-Math.exp(y));
            case LOGLOG -> Math.exp(-Math.exp(-y));
            case CAUCHIT -> 0.5 + Math.atan(y) / Math.PI;
            case EXP -> Math.exp(y);
        };
    }

    /// Probabilities of categories without an order, one equation each.
    double[] shares(double[] sums) {
        double[] shares = new double[sums.length];
        switch (this) {
            case SOFTMAX -> {
                double most = Arrays.stream(sums).max().orElse(0);
                for (int i = 0; i < sums.length; i++) {
                    shares[i] = Math.exp(sums[i] - most);
                }
                divide(shares);
            }
            case SIMPLEMAX -> {
                System.arraycopy(sums, 0, shares, 0, sums.length);
                divide(shares);
            }
            default -> {
                if (this == NONE || sums.length == 2) {
                    // The last equation is trivial: its category takes what the others leave.
                    double rest = 1;
                    for (int i = 0; i < sums.length - 1; i++) {
                        double share = ofOne(sums[i]);
                        shares[i] = sums.length == 2 ? Math.max(0, Math.min(1, share)) : share;
                        rest -= shares[i];
                    }
                    shares[sums.length - 1] = rest;
                } else {
                    for (int i = 0; i < sums.length; i++) {
                        shares[i] = ofOne(sums[i]);
                    }
                    if (this == LOGIT) {
                        divide(shares); // one class against the rest: together they are certain
                    }
                }
            }
        }
        return shares;
    }

    private static void divide(double[] shares) {
        double sum = Arrays.stream(shares).sum();
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
    }

    /// Probabilities of ordered categories: equations give the chance of this category or a lower one.
    double[] ordered(double[] sums) {
        if (this == SOFTMAX || this == SIMPLEMAX) {
            return shares(sums);
        }
        double[] shares = new double[sums.length];
        double below = 0;
        for (int i = 0; i < sums.length; i++) {
            double upTo = i == sums.length - 1 ? 1 : ofOne(sums[i]);
            shares[i] = upTo - below;
            below = upTo;
        }
        return shares;
    }
}
