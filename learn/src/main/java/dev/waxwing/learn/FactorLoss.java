package dev.waxwing.learn;

/// What a row's margin costs, and how that changes with the margin.
public enum FactorLoss {
    /// `ln(1 + e^−ym)`, y = 1 where the label is above 0 and −1 elsewhere.
    LOGISTIC {
        @Override
        public double of(double margin, float label) {
            double z = label > 0 ? margin : -margin;
            return Math.log(1 + Math.exp(-Math.abs(z))) + (z < 0 ? -z : 0);
        }

        @Override
        double slope(double margin, float label) {
            return label > 0 ? -1 / (1 + Math.exp(margin)) : 1 / (1 + Math.exp(-margin));
        }
    },
    /// `½ (m − label)²`.
    SQUARED {
        @Override
        public double of(double margin, float label) {
            double off = margin - label;
            return off * off / 2;
        }

        @Override
        double slope(double margin, float label) {
            return margin - label;
        }
    };

    public abstract double of(double margin, float label);

    /// The derivative by the margin.
    abstract double slope(double margin, float label);
}
