package dev.waxwing.learn;

/// What a row's margin costs, and how that changes with the margin.
public enum FactorLoss {
    /// `ln(1 + e^−ym)`, y = 1 where the label is above 0 and −1 elsewhere.
    LOGISTIC {
        @Override
        double slope(double margin, float label) {
            return label > 0 ? -1 / (1 + Math.exp(margin)) : 1 / (1 + Math.exp(-margin));
        }

        @Override
        double of(double margin, float label, double slope) {
            double z = label > 0 ? margin : -margin;
            double wrong = Math.abs(slope); // 1 − the probability of what happened
            return z < 0 ? -z - Math.log(wrong) : -Math.log(1 - wrong);
        }
    },
    /// `½ (m − label)²`.
    SQUARED {
        @Override
        double slope(double margin, float label) {
            return margin - label;
        }

        @Override
        double of(double margin, float label, double slope) {
            return slope * slope / 2;
        }
    };

    /// What a margin costs at a label.
    public double of(double margin, float label) {
        return of(margin, label, slope(margin, label));
    }

    /// The derivative by the margin.
    abstract double slope(double margin, float label);

    /// @param slope at that margin and label, from which the cost is had for less
    abstract double of(double margin, float label, double slope);
}
