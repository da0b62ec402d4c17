package dev.waxwing.learn;

/// By which steps a factor model is learnt, and what is kept beside each weight for it.
public enum FactorOptimizer {
    /// Steps shrink with the squared gradients a weight has seen. Keeps their sum. Duchi et al., JMLR 12 (2011).
    ADAGRAD(2),
    /// Follow the regularised leader; makes weights exactly 0. Keeps n and z. McMahan et al., KDD 2013.
    FTRL(3),
    /// The gradient times the learning rate. Keeps nothing.
    SGD(1);

    /// Numbers a weight, itself included.
    final int numbers;

    FactorOptimizer(int numbers) {
        this.numbers = numbers;
    }
}
