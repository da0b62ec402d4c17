package dev.waxwing.pmml;

/// How a margin becomes a score.
enum Link {
    IDENTITY {
        @Override
        double apply(double margin) {
            return margin;
        }
    },
    LOGIT {
        @Override
        double apply(double margin) {
            return 1 / (1 + Math.exp(-margin));
        }
    },
    EXP {
        @Override
        double apply(double margin) {
            return Math.exp(margin);
        }
    };

    abstract double apply(double margin);
}
