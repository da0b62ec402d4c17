package dev.waxwing.app;

import dev.waxwing.learn.FactorEpoch;
import dev.waxwing.learn.FactorFit;
import dev.waxwing.learn.FactorLoss;
import dev.waxwing.learn.FactorParams;
import dev.waxwing.learn.FactorRows;
import dev.waxwing.learn.FactorTrainer;
import dev.waxwing.learn.XlearnData;
import dev.waxwing.learn.XlearnFileException;
import dev.waxwing.learn.XlearnFormat;
import dev.waxwing.learn.XlearnModel;
import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FactorModel.Kind;
import dev.waxwing.model.FactorModel.Scaling;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;

@Command(
        name = "train",
        description = "Trains as xlearn_train does, by the same flags and defaults.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class XlearnTrainCommand implements Callable<Integer> {
    private static final String NO_FILE = "none";

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "TRAIN", description = "Rows: libsvm, libffm or CSV.")
    private Path train;

    @Option(
            names = "-s",
            defaultValue = "0",
            description =
                    "0 LR, 1 FM, 2 FFM with cross-entropy; 3, 4, 5 the same with squared loss.")
    private int task;

    @Option(
            names = "-x",
            defaultValue = NO_FILE,
            description =
                    "acc, prec, recall, f1, auc, mae, mape, rmsd or rmse of the validation rows.")
    private String metric;

    @Option(names = "-p", defaultValue = "adagrad", description = "sgd, adagrad or ftrl.")
    private String optimizer;

    @Option(names = "-v", paramLabel = "FILE", description = "Validation rows.")
    private Path validation;

    @Option(
            names = "-m",
            paramLabel = "FILE",
            description = "The model; default <TRAIN>.model, `none` for none.")
    private String modelFile;

    @Option(names = "-t", paramLabel = "FILE", description = "The model as text, too.")
    private Path textFile;

    @Option(
            names = "-pre",
            paramLabel = "MODEL",
            description = "Go on from this model, binary or text; its ids may be fewer.")
    private Path pre;

    @Option(names = "-k", defaultValue = "4", description = "Factors a feature.")
    private int k;

    @Option(names = "-r", defaultValue = "0.2", description = "Learning rate.")
    private double learningRate;

    @Option(names = "-b", defaultValue = "0.00002", description = "L2.")
    private double lambda;

    @Option(names = "-u", defaultValue = "0.66", description = "Factors begin in [0, u/√k).")
    private double init;

    @Option(names = "-e", defaultValue = "10", description = "Epochs.")
    private int epochs;

    @Option(names = "-f", defaultValue = "3", description = "Folds of --cv.")
    private int folds;

    @Option(names = "-alpha", defaultValue = "0.3", description = "Of ftrl.")
    private double alpha;

    @Option(names = "-beta", defaultValue = "1.0", description = "Of ftrl.")
    private double beta;

    @Option(names = "-lambda_1", defaultValue = "0.00001", description = "L1 of ftrl.")
    private double lambda1;

    @Option(names = "-lambda_2", defaultValue = "0.00002", description = "L2 of ftrl.")
    private double lambda2;

    @Option(names = "-nthread", defaultValue = "0", description = "Threads; default all cores.")
    private int threads;

    @Option(names = "-block", paramLabel = "MB", description = "Taken and not needed, see --disk.")
    private Integer block; // null unless said

    @Option(names = "-sw", defaultValue = "2", description = "Early stopping's window.")
    private int stopWindow;

    @Option(
            names = "-seed",
            defaultValue = "1",
            description = "Of the order of rows, from the second epoch on.")
    private int seed;

    @Option(
            names = "-l",
            paramLabel = "FILE",
            description = "Taken and not needed: no log is written.")
    private Path log;

    @Option(names = "--disk", description = "Taken and not needed: rows are read into memory.")
    private boolean disk;

    @Option(
            names = "--cv",
            description = "Cross-validation; saves a model only where -m or -t asks for it.")
    private boolean crossValidation;

    @Option(names = "--dis-es", description = "No early stopping.")
    private boolean noEarlyStopping;

    @Option(
            names = "--dis-lock-free",
            description = "The same bits from the same seed, however many threads.")
    private boolean noLockFree;

    @Option(names = "--no-norm", description = "Do not scale rows by their length.")
    private boolean noNorm;

    @Option(names = "--no-bin", description = "Taken and not needed: no cache is ever written.")
    private boolean noBin;

    @Option(names = "--quiet", description = "Print no epochs; early stopping works all the same.")
    private boolean quiet;

    private final PrintStream out = System.out;
    private Optional<XlearnModel> before = Optional.empty();

    @Override
    public Integer call() {
        check();
        notes();
        Kind kind = List.of(Kind.values()).get(task % 3);
        before = goOnFrom(kind);
        FactorParams params = params(kind);
        XlearnData rows = XlearnData.read(train, kind);
        labelled(rows);
        describe(rows, kind);
        boolean classes = params.loss() == FactorLoss.LOGISTIC;
        if (classes) {
            bothClasses(rows);
        }
        if (crossValidation) {
            fits(rows, params);
            return crossValidate(rows.rows(), params);
        }
        FactorRows checked = FactorRows.builder().build();
        if (validation != null) {
            XlearnData read = XlearnData.read(validation, kind);
            labelled(read);
            describe(read, kind);
            checked = read.rows();
        }
        fits(rows, params);
        FactorFit fit = fit(rows.rows(), checked, params);
        if (validation != null) {
            report(fit, checked, params);
        }
        save(fit, params);
        return 0;
    }

    private void check() {
        wrongUnless(task >= 0 && task <= 5, "-s " + task + ": the task is 0 to 5");
        wrongUnless(
                List.of("adagrad", "ftrl", "sgd").contains(optimizer),
                "-p " + optimizer + ": the optimiser is adagrad, ftrl or sgd");
        wrongUnless(
                metric.equals(NO_FILE) || XlearnMetric.named(metric).isPresent(),
                "-x " + metric + ": the metric is one of " + XlearnMetric.names() + " or none");
        XlearnMetric.named(metric)
                .ifPresent(
                        each ->
                                wrongUnless(
                                        each.ofClasses() == task < 3,
                                        "-x "
                                                + metric
                                                + " is a metric of "
                                                + (each.ofClasses()
                                                        ? "classes (-s 0 to 2)"
                                                        : "values (-s 3 to 5)")));
        wrongUnless(folds >= 2, "-f " + folds + ": at least 2 folds");
        wrongUnless(threads >= 0, "-nthread " + threads + ": at least 1");
    }

    private void wrongUnless(boolean holds, String problem) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), problem);
        }
    }

    /// A line for each flag that xLearn knows and that means something else here, or nothing.
    private void notes() {
        if (disk || block != null) {
            out.println(
                    "--disk, -block: rows are read into memory, 4 bytes an entry where all values are 1, else 8");
        }
        if (noBin) {
            out.println("--no-bin: nothing is ever written beside the rows");
        }
        if (log != null) {
            out.println("-l: no log is written; what there is to say is printed");
        }
        if (crossValidation && validation != null) {
            out.println("--cv: folds of " + train + " are validated, -v is not read");
        }
        if (!metric.equals(NO_FILE) && validation == null && !crossValidation) {
            out.println(
                    "-x " + metric + ": there are no validation rows to measure; give -v or --cv");
        }
    }

    /// The model of `-pre`, whose k holds unless another was asked for.
    private Optional<XlearnModel> goOnFrom(Kind kind) {
        if (pre == null) {
            return Optional.empty();
        }
        XlearnModel read = XlearnModel.readToGoOn(pre);
        if (read.scaling().isPresent()
                && (read.scaling().get() == Scaling.NONE) != noNorm
                && kind != Kind.LINEAR) {
            throw refused(
                    pre
                            + " was trained "
                            + (noNorm ? "with" : "without")
                            + " normalisation; "
                            + (noNorm ? "leave --no-norm out" : "say --no-norm"));
        }
        if (kind != Kind.LINEAR && !spec.commandLine().getParseResult().hasMatchedOption("-k")) {
            k = Math.max(1, read.model().k());
        }
        return Optional.of(read);
    }

    private FactorParams params(Kind kind) {
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("compat", true);
        named.put("kind", kind.word());
        named.put("loss", task < 3 ? "logistic" : "squared");
        named.put("optimizer", optimizer);
        named.put("k", k);
        named.put("learning-rate", learningRate);
        named.put("lambda", lambda);
        named.put("init", init);
        named.put("alpha", alpha);
        named.put("beta", beta);
        named.put("lambda-1", lambda1);
        named.put("lambda-2", lambda2);
        named.put("epochs", epochs);
        named.put("early-stopping", !noEarlyStopping && !crossValidation);
        named.put("stop-window", stopWindow);
        named.put("norm", !noNorm);
        named.put("threads", threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
        named.put("lock-free", !noLockFree);
        named.put("seed", seed);
        return FactorParams.of(named);
    }

    private static void labelled(XlearnData data) {
        if (!data.format().labelled()) {
            throw refused(
                    data.file()
                            + ":1 begins with an entry, so it has no labels; put a label before each row to learn from it");
        }
    }

    private void describe(XlearnData data, Kind kind) {
        FactorRows rows = data.rows();
        out.printf(
                Locale.ROOT,
                "%s: %s; %,d rows, %,d entries, %,d features%s%n",
                data.file(),
                data.format(),
                rows.rows(),
                rows.entries(),
                rows.features(),
                kind == Kind.FFM
                        ? String.format(
                                Locale.ROOT,
                                ", %,d field%s",
                                rows.fields(),
                                rows.fields() == 1 ? "" : "s")
                        : "");
        if (kind == Kind.FFM && data.format().kind() != XlearnFormat.Kind.LIBFFM) {
            out.println(
                    "  it has no fields, so all features are in field 0 and this FFM is an FM; give libffm, or -s "
                            + (task - 1));
        }
    }

    private static void bothClasses(XlearnData data) {
        int positive = 0;
        for (int row = 0; row < data.rows().rows(); row++) {
            positive += data.rows().label(row) > 0 ? 1 : 0;
        }
        if (positive == 0 || positive == data.rows().rows()) {
            throw refused(
                    data.file()
                            + ": all "
                            + data.rows().rows()
                            + " labels are "
                            + (positive == 0 ? "0 or below" : "above 0")
                            + "; there is nothing to tell apart. `waxwing xlearn doctor` shows the labels");
        }
    }

    /// One large id makes a large model; better said than found out by an OutOfMemoryError.
    private static void fits(XlearnData data, FactorParams params) {
        FactorRows rows = data.rows();
        int k = params.kind() == Kind.LINEAR ? 0 : params.k();
        double numbers = rows.features() * (1 + (double) rows.fields() * k);
        double bytes =
                2 * Float.BYTES * numbers; // the weights, and the best epoch or what the optimiser
        // remembers
        long most = Runtime.getRuntime().maxMemory();
        if (bytes > most || numbers > Integer.MAX_VALUE) {
            throw refused(
                    String.format(
                            Locale.ROOT,
                            "%s: ids up to %,d%s and k %d need at least %,.0f MB, and %,d may be used; number ids from 0 without"
                                    + " holes or hash them (`waxwing xlearn doctor` shows the largest), or set WAXWING_HEAP",
                            data.file(),
                            rows.features() - 1,
                            rows.fields() > 1 ? ", fields up to " + (rows.fields() - 1) : "",
                            k,
                            bytes / 1e6,
                            most / 1_000_000));
        }
    }

    private FactorFit fit(FactorRows rows, FactorRows checked, FactorParams params) {
        FactorTrainer trainer = new FactorTrainer(params);
        if (modelFile == null || !modelFile.equals(NO_FILE)) {
            trainer.keepState();
        }
        if (before.isPresent()) {
            FactorModel model = before.get().model();
            before.get()
                    .state()
                    .filter(state -> state.optimizer() == params.optimizer())
                    .ifPresentOrElse(
                            state -> trainer.startFrom(model, state),
                            () -> trainer.startFrom(model));
        }
        if (!quiet) {
            boolean validated = checked.rows() > 0;
            out.printf(
                    Locale.ROOT,
                    "%5s  %12s%s  %8s%n",
                    "epoch",
                    "train loss",
                    validated ? String.format(Locale.ROOT, "  %12s", "valid. loss") : "",
                    "seconds");
            trainer.listener(this::print);
        }
        return trainer.train(rows, checked);
    }

    private void print(FactorEpoch epoch) {
        OptionalDouble validated = epoch.validationLoss();
        out.printf(
                Locale.ROOT,
                "%5d  %12.6f%s  %8.2f%n",
                epoch.epoch(),
                epoch.trainLoss(),
                validated.isPresent()
                        ? String.format(Locale.ROOT, "  %12.6f", validated.getAsDouble())
                        : "",
                epoch.seconds());
    }

    private void report(FactorFit fit, FactorRows checked, FactorParams params) {
        double loss = fit.epochs().get(fit.bestEpoch() - 1).validationLoss().orElseThrow();
        out.printf(Locale.ROOT, "epoch %d is kept, validation loss %.6f%n", fit.bestEpoch(), loss);
        measured(fit, checked, params)
                .ifPresent(value -> out.printf(Locale.ROOT, "validation %s %.6f%n", metric, value));
    }

    private Optional<Double> measured(FactorFit fit, FactorRows checked, FactorParams params) {
        return XlearnMetric.named(metric)
                .map(
                        each -> {
                            double[] margins = new double[checked.rows()];
                            for (int row = 0; row < margins.length; row++) {
                                margins[row] = checked.margin(fit.model(), row, params.scaling());
                            }
                            return each.of(margins, checked);
                        });
    }

    /// Folds are stretches of the file, as xLearn cuts it, and every fold is trained for all epochs: an epoch chosen by the rows that then measure it would
    /// flatter.
    private int crossValidate(FactorRows rows, FactorParams params) {
        wrongUnless(
                folds <= rows.rows(), "-f " + folds + ": there are but " + rows.rows() + " rows");
        double losses = 0;
        double metrics = 0;
        for (int fold = 0; fold < folds; fold++) {
            int from = (int) ((long) rows.rows() * fold / folds);
            int to = (int) ((long) rows.rows() * (fold + 1) / folds);
            FactorRows checked = rows.stretch(from, to);
            if (!quiet) {
                out.printf(
                        Locale.ROOT,
                        "fold %d of %d: rows %,d to %,d are validated%n",
                        fold + 1,
                        folds,
                        from + 1,
                        to);
            }
            FactorFit fit = fit(rows.without(from, to), checked, params);
            double loss = fit.epochs().get(fit.bestEpoch() - 1).validationLoss().orElseThrow();
            Optional<Double> value = measured(fit, checked, params);
            out.printf(
                    Locale.ROOT,
                    "fold %d: loss %.6f%s%n",
                    fold + 1,
                    loss,
                    value.map(v -> String.format(Locale.ROOT, ", %s %.6f", metric, v)).orElse(""));
            losses += loss;
            metrics += value.orElse(0.0);
        }
        out.printf(
                Locale.ROOT,
                "mean of %d folds: loss %.6f%s%n",
                folds,
                losses / folds,
                metric.equals(NO_FILE)
                        ? ""
                        : String.format(Locale.ROOT, ", %s %.6f", metric, metrics / folds));
        boolean asked = modelFile != null && !modelFile.equals(NO_FILE);
        if (!asked && textFile == null) {
            out.println("no model was asked for; -m or -t trains one on all rows");
            return 0;
        }
        out.printf(Locale.ROOT, "all rows, %d epochs%n", params.epochs());
        save(fit(rows, FactorRows.builder().build(), params), params);
        return 0;
    }

    private void save(FactorFit fit, FactorParams params) {
        boolean byDefault = modelFile == null && !crossValidation;
        if (byDefault || (modelFile != null && !modelFile.equals(NO_FILE))) {
            Path file = byDefault ? Path.of(train + ".model") : Path.of(modelFile);
            folderOf(file);
            XlearnModel.write(file, XlearnModel.Form.BINARY, fit.model(), params, fit.state());
            out.println("model: " + file + " (and " + file + ".json)");
        }
        if (textFile != null) {
            folderOf(textFile);
            XlearnModel.write(
                    textFile, XlearnModel.Form.TEXT, fit.model(), params, Optional.empty());
            out.println("model as text: " + textFile + " (and " + textFile + ".json)");
        }
    }

    private static XlearnFileException refused(String problem) {
        return new XlearnFileException(List.of(problem));
    }

    private void folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw refused(
                    file
                            + ": the folder "
                            + folder
                            + " is not there; make it, or give -m another file");
        }
    }
}
