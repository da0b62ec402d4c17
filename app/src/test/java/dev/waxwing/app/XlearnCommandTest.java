package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.app.WaxwingProcess.Ended;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// `waxwing xlearn …` in processes of their own, beside what xLearn 0.44 printed for the same rows.
@Execution(ExecutionMode.CONCURRENT)
class XlearnCommandTest {
    private static final Path REFERENCE =
            Path.of("../learn/src/test/resources/dev/waxwing/learn/xlearn");

    @TempDir Path folder;
    private String train;
    private String valid;
    private String test;

    @BeforeEach
    void copyRows() throws IOException {
        train = copied("ctr.train.svm");
        valid = copied("ctr.valid.svm");
        test = copied("ctr.test.svm");
    }

    private String copied(String name) throws IOException {
        return Files.copy(REFERENCE.resolve(name), folder.resolve(name)).toString();
    }

    private static Ended xlearn(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("xlearn"));
        all.addAll(List.of(arguments));
        return WaxwingProcess.run(all.toArray(String[]::new));
    }

    private static Ended succeeded(String... arguments) throws IOException, InterruptedException {
        Ended ended = xlearn(arguments);
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended;
    }

    /// The numbers of each line that begins with an epoch.
    private static List<double[]> epochs(Stream<String> lines) {
        return lines.map(line -> line.replaceAll("\\[.*?\\]", "").strip())
                .filter(line -> line.matches("\\d+ +\\d+\\.\\d+ .*"))
                .map(line -> Stream.of(line.split(" +")).mapToDouble(Double::parseDouble).toArray())
                .toList();
    }

    private static double[] numbers(Path file) throws IOException {
        return Files.readAllLines(file).stream().mapToDouble(Double::parseDouble).toArray();
    }

    @Test
    void trainsAlongXlearnsLossesAndPredictsWhatItTrained() throws Exception {
        String flags =
                "-s 1 -p adagrad -k 4 -r 0.05 -e 8 -nthread 1 --dis-lock-free --dis-es --no-bin";
        List<String> arguments = new ArrayList<>(List.of("train", train, "-v", valid));
        arguments.addAll(List.of(flags.split(" ")));
        arguments.addAll(List.of("-t", folder.resolve("text").toString(), "-x", "auc"));
        Ended trained = succeeded(arguments.toArray(String[]::new));
        List<double[]> ours = epochs(trained.output().lines());
        List<double[]> theirs =
                epochs(
                        Files.readAllLines(REFERENCE.resolve("ctr-fm-adagrad-k4/epochs.txt"))
                                .stream());
        assertThat(ours).as(trained.output()).hasSize(8);
        assertThat(theirs).hasSize(8);
        for (int epoch = 0; epoch < 8; epoch++) {
            assertThat(ours.get(epoch)[1]).isCloseTo(theirs.get(epoch)[1], within(0.002));
            assertThat(ours.get(epoch)[2]).isCloseTo(theirs.get(epoch)[2], within(0.002));
        }
        assertThat(trained.output())
                .contains(
                        "--no-bin: nothing is ever written beside the rows", "validation auc 0.6");
        Ended predicted = succeeded("predict", test, train + ".model", "--sigmoid");
        double[] chances = numbers(Path.of(test + ".out"));
        double sum = 0;
        List<String> rows = Files.readAllLines(Path.of(test));
        for (int row = 0; row < chances.length; row++) {
            sum -= Math.log(rows.get(row).startsWith("1") ? chances[row] : 1 - chances[row]);
        }
        assertThat(chances).hasSize(rows.size());
        assertThat(predicted.output())
                .contains("loss by the labels of these rows: 0.6")
                .contains("rows are scaled by their length");
        assertThat(sum / chances.length).isBetween(0.6, 0.66);
        succeeded(
                "predict",
                test,
                folder.resolve("text").toString(),
                "--sigmoid",
                "-o",
                folder.resolve("of-text").toString());
        assertThat(folder.resolve("of-text")).hasSameTextualContentAs(Path.of(test + ".out"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "ctr.train.svm",
                            "ctr.valid.svm",
                            "ctr.test.svm",
                            "ctr.train.svm.model",
                            "ctr.train.svm.model.json",
                            "text",
                            "text.json",
                            "ctr.test.svm.out",
                            "of-text");
        }
    }

    @Test
    void aModelOfXlearnsPredictsAsXlearnDid() throws Exception {
        Path model = REFERENCE.resolve("ctr-fm-sgd-k4/model.bin");
        Ended ended = succeeded("predict", test, model.toString());
        assertThat(ended.output())
                .contains(
                        "does not tell whether it was trained with --no-norm; taken is that it was not");
        double[] ours = numbers(Path.of(test + ".out"));
        double[] theirs = numbers(REFERENCE.resolve("ctr-fm-sgd-k4/margin.out"));
        assertThat(ours).hasSameSizeAs(theirs);
        for (int row = 0; row < ours.length; row++) {
            assertThat(ours[row])
                    .isCloseTo(theirs[row], within(1e-5 + 5e-6 * Math.abs(theirs[row])));
        }
        succeeded("predict", test, model.toString(), "--sign", "-o", test + ".sign");
        assertThat(Files.readAllLines(Path.of(test + ".sign")))
                .isEqualTo(Files.readAllLines(REFERENCE.resolve("ctr-fm-sgd-k4/sign.out")));
    }

    @Test
    void aModelKnowsWhetherItWasTrainedWithNormalisation() throws Exception {
        succeeded("train", train, "-s", "1", "--no-norm", "--quiet", "-v", valid, "-r", "0.05");
        Ended plain = succeeded("predict", test, train + ".model");
        assertThat(plain.output()).contains("rows are not scaled");
        succeeded("predict", test, train + ".model", "--no-norm", "-o", test + ".again");
        assertThat(Path.of(test + ".again")).hasSameTextualContentAs(Path.of(test + ".out"));
        succeeded("train", train, "-s", "1", "--quiet", "-e", "1");
        Ended contradicted = xlearn("predict", test, train + ".model", "--no-norm");
        assertThat(contradicted.code()).isEqualTo(2);
        assertThat(contradicted.output())
                .contains("was trained with normalisation; leave the flag out");
    }

    @Test
    void quietTrainingStopsEarlyAllTheSameAndFoldsAreSaidOneByOne() throws Exception {
        Ended quiet =
                succeeded(
                        "train",
                        train,
                        "-s",
                        "1",
                        "-r",
                        "1.5",
                        "-e",
                        "60",
                        "-sw",
                        "0",
                        "-v",
                        valid,
                        "--quiet",
                        "--dis-lock-free",
                        "-m",
                        "none");
        assertThat(quiet.output())
                .containsPattern("epoch [1-9]\\d? is kept")
                .doesNotContain("train loss");
        assertThat(Files.exists(Path.of(train + ".model"))).isFalse();
        Ended folds =
                succeeded("train", train, "--cv", "-f", "4", "-e", "2", "--quiet", "-x", "acc");
        assertThat(folds.output())
                .contains("fold 4: loss 0.", "mean of 4 folds: loss 0.", ", acc 0.")
                .contains("no model was asked for; -m or -t trains one on all rows");
        assertThat(Files.exists(Path.of(train + ".model"))).isFalse();
    }

    @Test
    void trainingGoesOnFromAModelAndItsIdsMayGrow() throws Exception {
        Path more = folder.resolve("more.svm");
        Files.writeString(more, Files.readString(Path.of(train)) + "1 900:1 4:1\n");
        succeeded(
                "train",
                train,
                "-s",
                "1",
                "-k",
                "6",
                "-e",
                "3",
                "--quiet",
                "-m",
                folder + "/first");
        Ended on =
                succeeded(
                        "train",
                        more.toString(),
                        "-s",
                        "1",
                        "-e",
                        "1",
                        "-pre",
                        folder + "/first",
                        "-m",
                        folder + "/second",
                        "-v",
                        valid);
        assertThat(epochs(on.output().lines()).getFirst()[2]).isLessThan(0.69);
        Ended predicted = succeeded("predict", test, folder + "/second");
        assertThat(predicted.output()).contains("fm, 901 features, k 6");
        Ended other = xlearn("train", train, "-s", "1", "-pre", folder + "/first", "--no-norm");
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.output()).contains("was trained with normalisation; leave --no-norm out");
    }

    @Test
    void whatIsWrongIsSaidWithItsPlaceAndWhatWouldDo() throws Exception {
        Ended typo = xlearn("train", train, "-sed", "3");
        assertThat(typo.code()).isEqualTo(2);
        assertThat(typo.output()).contains("-sed").contains("-seed");
        Ended task = xlearn("train", train, "-s", "6");
        assertThat(task.code()).isEqualTo(2);
        assertThat(task.output()).contains("-s 6: the task is 0 to 5");
        Path bad = Files.writeString(folder.resolve("bad.svm"), "1 0:1\n1 0:x\n0 1\n");
        Ended rows = xlearn("train", bad.toString());
        assertThat(rows.code()).isEqualTo(1);
        assertThat(rows.output())
                .contains(bad + ":2:5 found \"0:x\": the value is a finite number")
                .contains(bad + ":3:3 found \"1\"; an entry is index:value");
        Path huge = Files.writeString(folder.resolve("huge.svm"), "1 2000000000:1\n0 1:1\n");
        Ended memory = xlearn("train", huge.toString(), "-s", "1");
        assertThat(memory.code()).isEqualTo(1);
        assertThat(memory.output()).contains("ids up to 2,000,000,000 and k 4 need at least");
        Ended both = xlearn("predict", test, "none", "--sign", "--sigmoid");
        assertThat(both.code()).isEqualTo(2);
        Path one = Files.writeString(folder.resolve("one.svm"), "1 0:1\n1 2:1\n");
        Ended classes = xlearn("train", one.toString());
        assertThat(classes.output())
                .contains("all 2 labels are above 0; there is nothing to tell apart");
    }

    @Test
    void theDoctorsExitCodeSaysWhetherItFoundAnything() throws Exception {
        Ended well = xlearn("doctor", test, "--against", train);
        assertThat(well.code()).as(well.output()).isZero();
        assertThat(well.output()).contains("nothing found", "3.433 % of the entries");
        Ended same = xlearn("doctor", train, "--against", train);
        assertThat(same.code()).isEqualTo(3);
        assertThat(same.output())
                .contains("1,200 rows (100 %) have the same features as a row of")
                .contains("1 finding");
        Path bad = Files.writeString(folder.resolve("bad.svm"), "1 0:1\n\n");
        Ended unreadable = xlearn("doctor", bad.toString());
        assertThat(unreadable.code()).isEqualTo(1);
        assertThat(unreadable.output()).contains(bad + ":2:1 the line is blank");
    }
}
