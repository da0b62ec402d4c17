package dev.waxwing.app;

import dev.waxwing.learn.FactorLoss;
import dev.waxwing.learn.FactorRows;
import dev.waxwing.learn.XlearnData;
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

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.Callable;

@Command(
        name = "predict",
        description = "Predicts as xlearn_predict does, from its models or ours: a number a row.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class XlearnPredictCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TEST", description = "Rows, with labels or without.")
    private Path test;

    @Parameters(index = "1", paramLabel = "MODEL", description = "A model, binary or text.")
    private Path modelFile;

    @Option(names = "-o", paramLabel = "FILE", description = "Where to; default <TEST>.out.")
    private Path output;

    @Option(names = "--sign", description = "1 where the margin is above 0, else 0.")
    private boolean sign;

    @Option(names = "--sigmoid", description = "Probabilities instead of margins.")
    private boolean sigmoid;

    @Option(
            names = "--no-norm",
            description = "The model was trained so. Not needed for a model of ours, which knows.")
    private boolean noNorm;

    @Option(
            names = "-nthread",
            description = "Taken and not needed: predicting takes less time than reading.")
    private Integer threads; // null unless said

    @Option(names = "-block", paramLabel = "MB", description = "Taken and not needed, see --disk.")
    private Integer block; // null unless said

    @Option(
            names = "-l",
            paramLabel = "FILE",
            description = "Taken and not needed: no log is written.")
    private Path log;

    @Option(names = "--disk", description = "Taken and not needed: rows are read into memory.")
    private boolean disk;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws IOException {
        if (sign && sigmoid) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--sign and --sigmoid: the output is one of them; leave one out");
        }
        if (disk || block != null) {
            out.println("--disk, -block: rows are read into memory");
        }
        if (threads != null) {
            out.println(
                    "-nthread: one thread predicts; what takes time is the reading, which has two");
        }
        if (log != null) {
            out.println("-l: no log is written; what there is to say is printed");
        }
        XlearnModel read = XlearnModel.read(modelFile);
        FactorModel model = read.model();
        Scaling scaling = scaling(read);
        out.printf(
                Locale.ROOT,
                "%s: %s, %,d features%s%s, %s%n",
                modelFile,
                model.kind().word(),
                model.features(),
                model.kind() == Kind.FFM ? ", " + model.fields() + " fields" : "",
                model.kind() == Kind.LINEAR ? "" : ", k " + model.k(),
                scaling == Scaling.NONE
                        ? "rows are not scaled"
                        : "rows are scaled by their length");
        XlearnData data = XlearnData.read(test, model.kind());
        FactorRows rows = data.rows();
        out.printf(Locale.ROOT, "%s: %s; %,d rows%n", test, data.format(), rows.rows());
        doubts(data, model);
        double[] margins = new double[rows.rows()];
        for (int row = 0; row < margins.length; row++) {
            margins[row] = rows.margin(model, row, scaling);
        }
        if (data.format().labelled() && read.loss().isPresent()) {
            FactorLoss loss = read.loss().get();
            double sum = 0;
            for (int row = 0; row < margins.length; row++) {
                sum += loss.of(margins[row], rows.label(row));
            }
            out.printf(
                    Locale.ROOT, "loss by the labels of these rows: %.6f%n", sum / margins.length);
        }
        Path to = output == null ? Path.of(test + ".out") : output;
        write(to, margins);
        out.println("predictions: " + to);
        return 0;
    }

    private Scaling scaling(XlearnModel read) {
        Scaling told = noNorm ? Scaling.NONE : Scaling.XLEARN;
        if (noNorm && read.scaling().filter(known -> known == Scaling.XLEARN).isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--no-norm: "
                            + modelFile
                            + ".json says that the model was trained with normalisation; leave the flag out");
        }
        if (read.scaling().isEmpty() && !noNorm && read.model().kind() != Kind.LINEAR) {
            out.println(
                    modelFile
                            + " does not tell whether it was trained with --no-norm; taken is that it was not");
        }
        return read.scaling().orElse(told);
    }

    /// What is no error, and yet seldom meant.
    private void doubts(XlearnData data, FactorModel model) {
        int features = data.rows().features();
        if (data.format().kind() == XlearnFormat.Kind.CSV && features == model.features() - 1) {
            out.printf(
                    Locale.ROOT,
                    "doubt: the first of %d columns was taken for a label, and the model has %d features; rows without"
                            + " labels need a placeholder in front%n",
                    features + 1,
                    model.features());
        }
        if (model.kind() == Kind.FFM && data.format().kind() != XlearnFormat.Kind.LIBFFM) {
            out.println(
                    "doubt: the model has fields and the rows have none (field 0 is taken); give libffm");
        }
        if (data.rows().entries() == 0) {
            out.println("doubt: no row has any feature, so each gets the bias");
        }
    }

    /// Floats as they read back to the same; xLearn prints six digits.
    private void write(Path to, double[] margins) throws IOException {
        Path fresh = Path.of(to + ".tmp");
        try (BufferedWriter lines = Files.newBufferedWriter(fresh, StandardCharsets.US_ASCII)) {
            for (double margin : margins) {
                if (sign) {
                    lines.write(margin > 0 ? "1" : "0");
                } else {
                    lines.write(
                            Float.toString(
                                    (float) (sigmoid ? 1 / (1 + Math.exp(-margin)) : margin)));
                }
                lines.write('\n');
            }
        }
        Files.move(fresh, to, StandardCopyOption.REPLACE_EXISTING);
    }
}
