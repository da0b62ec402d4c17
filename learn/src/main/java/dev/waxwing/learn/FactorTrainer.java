package dev.waxwing.learn;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.FactorModel;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Learns a [FactorModel]: linear, FM or FFM; logistic or squared loss; AdaGrad, FTRL or (under `compat`) SGD, one step a row.
///
/// Rows are visited in an order drawn from the seed. Without `lock-free` one thread learns, the others help it to validate, and the same seed
/// gives the same bits whatever the number of threads. With it, each thread learns from rows of its own and moves the shared weights without waiting for
/// the others (Recht et al., "Hogwild!", NIPS 2011), but for those that most visits go to, of which it has [NearCopies]; only the metrics repeat.
///
/// A feature that no row has gets no factors, so it adds nothing to a row that has it one day; under `compat` it keeps those that were drawn.
///
/// Validation rows end the training early (`stop-window`) and choose the epoch whose model is returned. A trainer is used by one thread; what is
/// said to it holds for every training after.
public final class FactorTrainer {
    private static final int BLOCK = 1024; // rows

    /// Without `--add-modules jdk.incubator.vector` the plain twins work. It stands here, because [FactorVectors] cannot even be loaded then.
    static final boolean VECTORS =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    private final FactorParams params;
    private Consumer<FactorEpoch> listener = _ -> {};
    private FactorModel start; // null = from nothing
    private FactorState startState; // null = not known
    private boolean keepState;

    public FactorTrainer(FactorParams params) {
        this.params = requireNonNull(params, "params");
    }

    /// Is told of every epoch when it has ended.
    public FactorTrainer listener(Consumer<FactorEpoch> toTell) {
        this.listener = requireNonNull(toTell, "toTell");
        return this;
    }

    /// Begin where an earlier model ended. Features and fields it does not have begin fresh, so the vocabulary may grow; its kind and k must be
    /// those of the parameters. What the optimiser knew is not known, so its first steps are as large as a fresh model's.
    public FactorTrainer startFrom(FactorModel model) {
        this.start = requireNonNull(model, "model");
        this.startState = null;
        return this;
    }

    /// As above, and the optimiser goes on with what it knew.
    public FactorTrainer startFrom(FactorModel model, FactorState state) {
        startFrom(model);
        this.startState = requireNonNull(state, "state");
        return this;
    }

    /// Have [FactorFit#state] filled; costs as much memory as the model, for FTRL twice as much.
    public FactorTrainer keepState() {
        this.keepState = true;
        return this;
    }

    /// @throws TrainingException if there are no rows, the start does not fit, or the loss stops being finite (naming epoch and row)
    public FactorFit train(FactorRows rows) {
        return train(rows, FactorRows.builder().build());
    }

    /// @param validation features that the training rows do not have add nothing in these
    /// @throws TrainingException as above
    public FactorFit train(FactorRows rows, FactorRows validation) {
        if (rows.rows() == 0) {
            throw new TrainingException(params.kind().word() + ": there are no rows to learn from");
        }
        try (FactorTable table = table(rows)) {
            return new Training(rows, validation, table).run();
        }
    }

    private FactorTable table(FactorRows rows) {
        int features = rows.features();
        int fields = rows.fields();
        if (start != null) {
            checkStart();
            features = Math.max(features, start.features());
            fields = Math.max(fields, start.fields());
        }
        boolean all = params.compat() || start != null; // what no row has may still weigh something
        FeaturePlaces places = FeaturePlaces.of(rows, features, all);
        FactorTable table = FactorTable.fresh(params, places, fields);
        if (start != null) {
            table.goOnFrom(start, startState);
        }
        return table;
    }

    private void checkStart() {
        int k = params.kind() == FactorModel.Kind.LINEAR ? 0 : params.k();
        if (start.kind() != params.kind() || start.k() != k) {
            throw new TrainingException(
                    params.kind().word()
                            + " with k "
                            + k
                            + " cannot go on from "
                            + start.kind().word()
                            + " with k "
                            + start.k());
        }
        if (startState != null && startState.optimizer() != params.optimizer()) {
            throw new TrainingException(
                    params.optimizer()
                            + " cannot go on with what "
                            + startState.optimizer()
                            + " remembers; start from the model alone");
        }
    }

    private final class Training {
        private final FactorRows rows;
        private final FactorRows validation;
        private final FactorTable table;
        private final PlacedRows placedRows;
        private final PlacedRows placedValidation;
        private final int window; // rows that are waited for together
        private final List<RowOrder> orders = new ArrayList<>(); // by learner
        private final NearCopies copies; // null if there are none
        private final List<FactorEpoch> epochs = new ArrayList<>();
        private final double weightOfRows;
        private final double weightOfValidation;
        private FactorModel best;
        private FactorState bestState;
        private int bestEpoch;

        Training(FactorRows rows, FactorRows validation, FactorTable table) {
            this.rows = rows;
            this.validation = validation;
            this.table = table;
            this.weightOfRows = weight(rows);
            this.weightOfValidation = weight(validation);
            int learners = params.learners();
            this.placedRows = new PlacedRows(rows, table, table.copies);
            this.placedValidation = new PlacedRows(validation, table, 0);
            this.window = table.stride > 64 ? 1 : 16; // 16 rows of 40 entries of 64 bytes are 40 KB
            this.copies =
                    table.copies > 0 ? new NearCopies(table, params.learningRate(), VECTORS) : null;
            for (int learner = 0; learner < learners; learner++) {
                orders.add(new RowOrder(rows.rows(), learner, learners, params.seed()));
            }
        }

        private double weight(FactorRows some) {
            double sum = 0;
            for (int row = 0; row < some.rows(); row++) {
                sum += weightOf(some, row);
            }
            return sum;
        }

        private float weightOf(FactorRows some, int row) {
            float weight = some.weight == null ? 1 : some.weight[row];
            boolean heavier = params.loss() == FactorLoss.LOGISTIC && some.label[row] > 0;
            return heavier ? weight * (float) params.positiveWeight() : weight;
        }

        FactorFit run() {
            try (ExecutorService pool = Executors.newFixedThreadPool(params.threads())) {
                double before = Double.POSITIVE_INFINITY;
                double least = Double.POSITIVE_INFINITY;
                int rises = 0;
                for (int epoch = 1; epoch <= params.epochs(); epoch++) {
                    long began = System.nanoTime();
                    double trainLoss = learn(pool, epoch);
                    if (validation.rows() == 0) {
                        tell(epoch, trainLoss, OptionalDouble.empty(), began);
                        continue;
                    }
                    double loss = validate(pool);
                    boolean stop = false;
                    if (params.earlyStopping()) {
                        if (loss < least) {
                            least = loss;
                            take(epoch);
                        }
                        rises = loss >= before ? rises + 1 : 0;
                        before = loss;
                        stop = rises > params.stopWindow();
                    }
                    tell(epoch, trainLoss, OptionalDouble.of(loss), began);
                    if (stop) {
                        break;
                    }
                }
            }
            if (best == null) {
                take(epochs.size());
            }
            return new FactorFit(best, bestState, epochs, bestEpoch);
        }

        private void tell(int epoch, double trainLoss, OptionalDouble validationLoss, long began) {
            double seconds = (System.nanoTime() - began) / 1e9;
            FactorEpoch told = new FactorEpoch(epoch, trainLoss, validationLoss, seconds);
            epochs.add(told);
            listener.accept(told);
        }

        private void take(int epoch) {
            best = null; // may be forgotten before the next one is made
            bestState = null;
            best = table.model();
            bestState = keepState ? table.state(params.optimizer()) : null;
            bestEpoch = epoch;
        }

        private double learn(ExecutorService pool, int epoch) {
            List<Callable<Double>> learners = new ArrayList<>();
            for (int learner = 0; learner < orders.size(); learner++) {
                int me = learner;
                learners.add(() -> learn(me, epoch));
            }
            return sum(pool, learners) / weightOfRows;
        }

        private double learn(int learner, int epoch) throws InterruptedException {
            if (copies == null) {
                return learnAll(learner, epoch);
            }
            copies.enter();
            try {
                return learnAll(learner, epoch);
            } finally {
                copies.leave();
            }
        }

        private double learnAll(int learner, int epoch) {
            RowOrder order = orders.get(learner);
            order.shuffle();
            int copy = copies == null ? 0 : 1 + learner;
            FactorKernel kernel = FactorKernel.of(table, placedRows, params, VECTORS, copy);
            double sum = 0;
            int some = 0;
            for (int from = 0; from < order.rows(); from += some) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new TrainingException("training was interrupted");
                }
                int most = copies == null ? BLOCK : copies.putTogether(learner, some);
                some = Math.min(most, order.rows() - from);
                sum += learn(kernel, order, from, from + some, epoch);
            }
            if (copies != null) {
                copies.putTogether(learner, some);
            }
            return sum;
        }

        private double learn(FactorKernel kernel, RowOrder order, int from, int to, int epoch) {
            double sum = 0;
            for (int first = from; first < to; first += window) {
                int end = Math.min(first + window, to);
                for (int i = first; i < end; i++) {
                    kernel.foresee(order.at(Math.min(i + window, to - 1)));
                }
                for (int i = first; i < end; i++) {
                    kernel.touch(order.at(i));
                }
                for (int i = first; i < end; i++) {
                    sum += learn(kernel, order.at(i), epoch);
                }
            }
            return sum;
        }

        private double learn(FactorKernel kernel, int row, int epoch) {
            float weight = weightOf(rows, row);
            float margin = kernel.margin(row);
            double slope = params.loss().slope(margin, rows.label[row]);
            double loss = params.loss().of(margin, rows.label[row], slope) * weight;
            if (!Double.isFinite(loss)) {
                throw new TrainingException(
                        params.kind().word()
                                + ": the loss became "
                                + loss
                                + " in epoch "
                                + epoch
                                + " at row "
                                + row
                                + " (from 0); lower the learning rate ("
                                + params.learningRate()
                                + "), or scale values to order 1");
            }
            kernel.step((float) slope * weight);
            return loss;
        }

        private double validate(ExecutorService pool) {
            return sum(
                            pool,
                            params.threads(),
                            validation.rows(),
                            () -> {
                                FactorKernel kernel =
                                        FactorKernel.of(
                                                table, placedValidation, params, VECTORS, 0);
                                return (from, to) -> loss(kernel, from, to);
                            })
                    / weightOfValidation;
        }

        private double loss(FactorKernel kernel, int from, int to) {
            double sum = 0;
            for (int first = from; first < to; first += window) {
                int end = Math.min(first + window, to);
                for (int row = first; row < end; row++) {
                    kernel.touch(row);
                }
                for (int row = first; row < end; row++) {
                    float margin = kernel.margin(row);
                    double loss = params.loss().of(margin, validation.label[row]);
                    sum += loss * weightOf(validation, row);
                }
            }
            return sum;
        }
    }

    @FunctionalInterface
    private interface BlockWork {
        double on(int from, int to);
    }

    /// The work on all blocks of rows, its results added up in the blocks' order whoever did them.
    private static double sum(
            ExecutorService pool, int threads, int rows, Callable<BlockWork> workOfAThread) {
        double[] sums = new double[(rows + BLOCK - 1) / BLOCK];
        AtomicInteger next = new AtomicInteger();
        List<Callable<Double>> workers = new ArrayList<>();
        for (int thread = 0; thread < Math.min(threads, sums.length); thread++) {
            workers.add(
                    () -> {
                        BlockWork work = workOfAThread.call();
                        for (int b; (b = next.getAndIncrement()) < sums.length; ) {
                            if (Thread.currentThread().isInterrupted()) {
                                throw new TrainingException("training was interrupted");
                            }
                            sums[b] = work.on(b * BLOCK, Math.min(rows, (b + 1) * BLOCK));
                        }
                        return 0.0;
                    });
        }
        sum(pool, workers);
        double sum = 0;
        for (double each : sums) {
            sum += each;
        }
        return sum;
    }

    private static double sum(ExecutorService pool, List<Callable<Double>> workers) {
        double sum = 0;
        try {
            for (Future<Double> done : pool.invokeAll(workers)) {
                sum += done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingException("training was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TrainingException told) {
                throw told;
            }
            throw new IllegalStateException(e.getCause());
        }
        return sum;
    }
}
