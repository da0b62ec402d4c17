package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Under `compat` training goes as xLearn's own does, epoch by epoch. The reference lies beside the repository; skipped where it is absent.
///
/// Steps, first factors and the first epoch's order of rows are xLearn's, so the first epoch differs only by approximate reciprocal roots
/// (4e-4 of a step there, 6.5e-4 here) and by the order of float sums. From the second epoch on, its order of rows comes from the C
/// library's generator and ours does not; another order of a thousand rows moves a mean loss by about a hundredth of it.
class XlearnReferenceTest {
    private static final Path FOLDER = Path.of("..", "..", "shared", "data", "xlearn-reference");
    private static final String[] TASKS = {"linear", "fm", "ffm"};

    @TestFactory
    List<DynamicTest> everyEpochOfEveryCase() throws IOException {
        SharedData.require(FOLDER);
        List<DynamicTest> tests = new ArrayList<>();
        for (String line : Files.readAllLines(FOLDER.resolve("cases.tsv"))) {
            String[] words = line.split("\t");
            if (!words[0].equals("case")) {
                tests.add(DynamicTest.dynamicTest(words[0], () -> compare(words)));
            }
        }
        return tests;
    }

    private static void compare(String[] words) throws IOException {
        int task = Integer.parseInt(words[1]);
        Map<String, Object> named = new HashMap<>();
        named.put("compat", true);
        named.put("kind", TASKS[task % 3]);
        named.put("loss", task < 3 ? "logistic" : "squared");
        named.put("opt", words[4]);
        named.put("k", words[5]);
        named.put("norm", words[6]);
        named.put("lr", words[7]);
        named.put("epoch", words[8]);
        named.put("early-stopping", false);
        Path valid = FOLDER.resolve(words[2].replace("train", "valid"));
        FactorRows rows = read(FOLDER.resolve(words[2]));
        FactorTrainer trainer = new FactorTrainer(FactorParams.of(named));
        FactorFit fit =
                Files.exists(valid) ? trainer.train(rows, read(valid)) : trainer.train(rows);
        List<String> told = Files.readAllLines(FOLDER.resolve(words[0]).resolve("epochs.txt"));
        assertThat(fit.epochs()).hasSize(told.size() - 1);
        for (FactorEpoch epoch : fit.epochs()) {
            String[] theirs = told.get(epoch.epoch()).replaceAll(".*]", "").strip().split("\\s+");
            near(epoch, "train", epoch.trainLoss(), theirs[1]);
            if (epoch.validationLoss().isPresent()) {
                near(epoch, "validation", epoch.validationLoss().getAsDouble(), theirs[2]);
            }
        }
    }

    private static void near(FactorEpoch epoch, String which, double ours, String theirs) {
        double expected = Double.parseDouble(theirs);
        if (Boolean.getBoolean("show")) {
            System.out.printf(
                    "%d %s %.6f %.6f %.5f%n",
                    epoch.epoch(), which, ours, expected, ours / expected - 1);
            return;
        }
        double part = epoch.epoch() == 1 ? 1e-3 : 1e-2;
        assertThat(ours)
                .as("epoch %d, %s", epoch.epoch(), which)
                .isCloseTo(expected, within(part * expected));
    }

    private static FactorRows read(Path file) throws IOException {
        FactorRows.Builder rows = FactorRows.builder();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.strip().split("[ ,]");
            for (int i = 1; i < words.length; i++) {
                String[] parts = words[i].split(":");
                float x = Float.parseFloat(parts[parts.length - 1]);
                int feature = parts.length == 1 ? i - 1 : Integer.parseInt(parts[parts.length - 2]);
                rows.add(parts.length == 3 ? Integer.parseInt(parts[0]) : 0, feature, x);
            }
            rows.endRow(Float.parseFloat(words[0]));
        }
        return rows.build();
    }
}
