package dev.waxwing.learn;

import dev.waxwing.model.FactorModel;

import java.util.Map;

/// How a [FactorModel] is trained by [FactorTrainer]. Defaults stand in [#DEFAULTS] and, under `compat`, in [#XLEARN];
/// xLearn's names are accepted.
///
/// | ours | xLearn's name | range |
/// | --- | --- | --- |
/// | `kind` | | linear, fm, ffm |
/// | `loss` | | logistic, squared |
/// | `optimizer` | `opt` | adagrad, ftrl; under `compat` sgd too |
/// | `k` | `k` | 1–1024 |
/// | `learning-rate` | `lr` | above 0, to 100 |
/// | `lambda` | `lambda` | 0–1000 |
/// | `init` | `init` | 0–100; under `compat` above 0 |
/// | `alpha`, `beta`, `lambda-1`, `lambda-2` | `alpha`, `beta`, `lambda_1`, `lambda_2` | above 0; 0–1000 |
/// | `epochs` | `epoch` | 1–100000 |
/// | `early-stopping` | | true, false |
/// | `stop-window` | `stop_window` | 0–100000 |
/// | `norm` | `norm` | true, false |
/// | `positive-weight` | | above 0, to 1e6 |
/// | `threads` | `nthread` | 1–256 |
/// | `lock-free` | `lock_free` | true, false |
/// | `seed` | `seed` | any whole number |
/// | `compat` | | true, false |
///
/// @param kind what is learnt
/// @param loss what is minimised
/// @param optimizer by which steps
/// @param k factors a feature (FFM: a feature and field); read for fm and ffm
/// @param learningRate of AdaGrad and SGD
/// @param lambda L2 of AdaGrad and SGD: each visit of a feature adds `lambda · w` to its gradient; the bias is free
/// @param init factors begin evenly spread over `±init/√k`, under `compat` over `[0, init/√k)`
/// @param alpha FTRL's step
/// @param beta FTRL's other step
/// @param lambda1 FTRL's L1: makes weights exactly 0
/// @param lambda2 FTRL's L2
/// @param epochs at most so many passes over the rows
/// @param earlyStopping whether validation rows end the training and choose the epoch; without, the last epoch stays
/// @param stopWindow training ends when the validation loss has risen this many epochs and one more, each against the one before
/// @param norm whether a row's length counts, see [FactorModel.Scaling#XLEARN]
/// @param positiveWeight how often a row with a label above 0 counts; logistic loss only
/// @param threads how many work; without `lockFree` the result is the same to the bit whatever their number
/// @param lockFree threads update the weights without waiting for each other: faster, but two trainings differ in late digits
/// @param seed of the order of the rows and of the first factors
/// @param compat as xLearn: its first factors, SGD, FTRL that begins with z = 1 and n = 1
public record FactorParams(
        FactorModel.Kind kind,
        FactorLoss loss,
        FactorOptimizer optimizer,
        int k,
        double learningRate,
        double lambda,
        double init,
        double alpha,
        double beta,
        double lambda1,
        double lambda2,
        int epochs,
        boolean earlyStopping,
        int stopWindow,
        boolean norm,
        double positiveWeight,
        int threads,
        boolean lockFree,
        long seed,
        boolean compat) {

    /// What is used where nothing is said.
    public static final FactorParams DEFAULTS =
            new FactorParams(
                    FactorModel.Kind.FM,
                    FactorLoss.LOGISTIC,
                    FactorOptimizer.ADAGRAD,
                    8,
                    0.05,
                    2e-5,
                    0.1,
                    0.1,
                    1,
                    1e-5,
                    2e-5,
                    10,
                    true,
                    0,
                    false,
                    1,
                    1,
                    false,
                    1,
                    false);

    /// What is used under `compat` where nothing is said: xLearn's own defaults, on one thread.
    public static final FactorParams XLEARN =
            new FactorParams(
                    FactorModel.Kind.LINEAR,
                    FactorLoss.LOGISTIC,
                    FactorOptimizer.ADAGRAD,
                    4,
                    0.2,
                    2e-5,
                    0.66,
                    0.3,
                    1,
                    1e-5,
                    2e-5,
                    10,
                    true,
                    2,
                    true,
                    1,
                    1,
                    true,
                    1,
                    true);

    private static final Map<String, String> XLEARN_NAMES =
            Map.of(
                    "opt", "optimizer",
                    "lr", "learning-rate",
                    "epoch", "epochs",
                    "lambda_1", "lambda-1",
                    "lambda_2", "lambda-2",
                    "stop_window", "stop-window",
                    "nthread", "threads",
                    "lock_free", "lock-free");

    public FactorParams {
        new Ranges("factors")
                .whole("k", k, 1, 1024)
                .above("learning-rate", learningRate, 0, 100)
                .within("lambda", lambda, 0, 1000)
                .within("init", init, 0, 100)
                .above("alpha", alpha, 0, 1000)
                .within("beta", beta, 0, 1000)
                .within("lambda-1", lambda1, 0, 1000)
                .within("lambda-2", lambda2, 0, 1000)
                .whole("epochs", epochs, 1, 100_000)
                .whole("stop-window", stopWindow, 0, 100_000)
                .above("positive-weight", positiveWeight, 0, 1e6)
                .whole("threads", threads, 1, 256)
                .require(
                        compat || optimizer != FactorOptimizer.SGD,
                        "optimizer is sgd, which is there under compat alone; adagrad finds the step"
                                + " of each weight by itself")
                .done();
    }

    /// Reads parameters by name, ours or xLearn's; values are numbers or their text. `compat` chooses the defaults of the rest.
    /// @throws TrainingException naming every unknown name, ill-typed value and value out of range
    public static FactorParams of(Map<String, ?> named) {
        NamedValues values = new NamedValues("factors", named, XLEARN_NAMES);
        boolean compat = values.flag("compat", false);
        FactorParams unsaid = compat ? XLEARN : DEFAULTS;
        FactorModel.Kind kind = values.choice("kind", unsaid.kind);
        FactorLoss loss = values.choice("loss", unsaid.loss);
        FactorOptimizer optimizer = values.choice("optimizer", unsaid.optimizer);
        int k = values.whole("k", unsaid.k);
        double learningRate = values.number("learning-rate", unsaid.learningRate);
        double lambda = values.number("lambda", unsaid.lambda);
        double init = values.number("init", unsaid.init);
        double alpha = values.number("alpha", unsaid.alpha);
        double beta = values.number("beta", unsaid.beta);
        double lambda1 = values.number("lambda-1", unsaid.lambda1);
        double lambda2 = values.number("lambda-2", unsaid.lambda2);
        int epochs = values.whole("epochs", unsaid.epochs);
        boolean earlyStopping = values.flag("early-stopping", unsaid.earlyStopping);
        int stopWindow = values.whole("stop-window", unsaid.stopWindow);
        boolean norm = values.flag("norm", unsaid.norm);
        double positiveWeight = values.number("positive-weight", unsaid.positiveWeight);
        int threads = values.whole("threads", unsaid.threads);
        boolean lockFree = values.flag("lock-free", unsaid.lockFree);
        int seed = values.whole("seed", (int) unsaid.seed);
        values.done();
        return new FactorParams(
                kind,
                loss,
                optimizer,
                k,
                learningRate,
                lambda,
                init,
                alpha,
                beta,
                lambda1,
                lambda2,
                epochs,
                earlyStopping,
                stopWindow,
                norm,
                positiveWeight,
                threads,
                lockFree,
                seed,
                compat);
    }

    /// How the model that comes out scores.
    public FactorModel.Scaling scaling() {
        return norm ? FactorModel.Scaling.XLEARN : FactorModel.Scaling.NONE;
    }

    /// Threads that move weights: one, unless they need not wait for each other.
    int learners() {
        return lockFree ? threads : 1;
    }
}
