package dev.waxwing.learn;

/// What an optimiser remembers of every weight beside its value, so that a training goes on where another one ended.
///
/// AdaGrad remembers one number, the sum of squared gradients; FTRL two, its n and its z; SGD none.
public final class FactorState {
    private final FactorOptimizer optimizer;
    private final float[] bias;
    private final float[][] linear;
    private final float[][] factors;

    /// @param bias a number each
    /// @param linear for each number one a feature; handed over, not copied
    /// @param factors for each number as many, and in the same order, as the factors of the model; handed over, not copied
    public FactorState(
            FactorOptimizer optimizer, float[] bias, float[][] linear, float[][] factors) {
        int wanted = optimizer.numbers - 1;
        if (bias.length != wanted || linear.length != wanted || factors.length != wanted) {
            throw new IllegalArgumentException(
                    optimizer
                            + " remembers "
                            + wanted
                            + " numbers a weight, got "
                            + bias.length
                            + ", "
                            + linear.length
                            + ", "
                            + factors.length);
        }
        this.optimizer = optimizer;
        this.bias = bias;
        this.linear = linear;
        this.factors = factors;
    }

    public FactorOptimizer optimizer() {
        return optimizer;
    }

    /// Number `which` (from 0) of the bias.
    public float bias(int which) {
        return bias[which];
    }

    /// Number `which` of a feature's weight.
    public float weight(int which, int feature) {
        return linear[which][feature];
    }

    /// Number `which` of the factor that lies at `at` in the model's factors: by feature, then field, then factor.
    public float factor(int which, int at) {
        return factors[which][at];
    }
}
