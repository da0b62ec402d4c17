package dev.waxwing.learn;

import static dev.waxwing.learn.FactorTable.get;
import static dev.waxwing.learn.FactorTable.set;

/// How one weight moves against its gradient.
sealed interface StepRule {
    /// @param at where the weight lies, in floats; what is remembered of it lies `apart` floats on, and twice as far
    /// @param g the loss's derivative by the weight, without any penalty
    void move(long table, long at, int apart, float g);

    static StepRule of(FactorParams params) {
        return switch (params.optimizer()) {
            case ADAGRAD -> new AdaGrad((float) params.learningRate(), (float) params.lambda());
            case FTRL ->
                    new Ftrl(
                            (float) params.alpha(),
                            (float) params.beta(),
                            (float) params.lambda1(),
                            (float) params.lambda2());
            case SGD -> new Sgd((float) params.learningRate(), (float) params.lambda());
        };
    }

    /// g += λw; G += g²; w −= rate · g / √G, the root to 7 parts in 10,000. G begins at 1.
    record AdaGrad(float rate, float lambda) implements StepRule {
        @Override
        public void move(long table, long at, int apart, float g) {
            float w = get(table, at);
            moveBy(table, at, apart, w, Math.fma(lambda, w, g));
        }

        /// @param w what lies there
        /// @param g with the penalty's share
        void moveBy(long table, long at, int apart, float w, float g) {
            float sum = Math.fma(g, g, get(table, at + apart));
            set(table, at + apart, sum);
            float y = Float.intBitsToFloat(MAGIC - (Float.floatToRawIntBits(sum) >>> 1));
            set(table, at, Math.fma(g * y, Math.fma(y * y * sum, slope(), -offset()), w));
        }

        /// −rate / √G is about y · (slope · y²G − offset), with y the guess of which [StepRule#MAGIC] tells.
        float slope() {
            return rate * SCALE;
        }

        float offset() {
            return slope() * AIM;
        }
    }

    /// About 1/√x, to 6.5e-4 of it: y = MAGIC minus half of x's bits, taken as a float, and then one Newton step with fitted constants, y · SCALE · (AIM − y²x). Exact roots and
    /// divisions would take half of the training's time.
    ///
    /// Source: Moroz et al., "Fast calculation of inverse square root with the use of magic constant", 2018 (arXiv:1603.04483).
    int MAGIC = 0x5F1FFFF9;

    float SCALE = 0.70395225f;
    float AIM = 2.3892446f;

    /// g += λ₂w; σ = (√(n + g²) − √n) / α; z += g − σw; n += g²; w is 0 where |z| ≤ λ₁, else
    /// (sign z · λ₁ − z) / ((β + √n) / α + λ₂). As xLearn, which counts λ₂ both in g and below the line.
    record Ftrl(float alpha, float beta, float lambda1, float lambda2) implements StepRule {
        @Override
        public void move(long table, long at, int apart, float g) {
            float w = get(table, at);
            float n = get(table, at + apart);
            float full = Math.fma(lambda2, w, g);
            float more = n + full * full;
            float sigma = (float) ((Math.sqrt(more) - Math.sqrt(n)) / alpha);
            float z = get(table, at + 2L * apart) + full - sigma * w;
            set(table, at + apart, more);
            set(table, at + 2L * apart, z);
            float moved =
                    Math.abs(z) <= lambda1
                            ? 0
                            : (Math.signum(z) * lambda1 - z)
                                    / ((beta + (float) Math.sqrt(more)) / alpha + lambda2);
            set(table, at, moved);
        }
    }

    /// w −= rate · (g + λw).
    record Sgd(float rate, float lambda) implements StepRule {
        @Override
        public void move(long table, long at, int apart, float g) {
            float w = get(table, at);
            set(table, at, w - rate * Math.fma(lambda, w, g));
        }
    }
}
