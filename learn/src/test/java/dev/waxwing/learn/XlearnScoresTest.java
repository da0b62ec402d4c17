package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FactorModel.Scaling;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Our scores beside those that xLearn 0.44 printed for its own models.
class XlearnScoresTest {
    /// xLearn adds up in floats and prints six digits.
    private static double fromBinary(double margin) {
        return 1e-5 + 5e-6 * Math.abs(margin);
    }

    /// A text model has six digits of each weight.
    private static double fromText(double margin) {
        return 5e-5;
    }

    private interface Tolerance {
        double of(double margin);
    }

    /// One line of `cases.tsv`.
    private record Case(String name, int task, String test, boolean norm) {
        FactorModel.Kind kind() {
            return List.of(FactorModel.Kind.values()).get(task % 3);
        }
    }

    private static final List<Case> SMALL =
            List.of(
                    new Case("dense-fm-adagrad-k4", 1, "dense.test.csv", true),
                    new Case("ctr-fm-sgd-k4", 1, "ctr.test.svm", true));

    @Test
    void threeOfItsModelsScoreAsXlearnScoresThem() throws Exception {
        Path folder = own();
        for (Case each : SMALL) {
            compare(folder, each, "model.bin", XlearnScoresTest::fromBinary);
            compare(folder, each, "model.txt", XlearnScoresTest::fromText);
            signs(folder, each);
        }
        compare(
                folder,
                new Case("ctr-lr-ftrl-k4", 0, "ctr.test.svm", true),
                "model.bin",
                XlearnScoresTest::fromBinary);
    }

    @Test
    void everyModelOfTheReferenceScoresAsXlearnScoresIt() throws IOException {
        Path folder = Path.of("..", "..", "shared", "data", "xlearn-reference");
        SharedData.require(folder);
        List<Case> cases = cases(folder);
        assertThat(cases).hasSize(29);
        double worst = 0;
        for (Case each : cases) {
            worst =
                    Math.max(
                            worst,
                            compare(folder, each, "model.bin", XlearnScoresTest::fromBinary));
            compare(folder, each, "model.txt", XlearnScoresTest::fromText);
            signs(folder, each);
        }
        System.out.printf("xLearn's binary models: at most %.2f of the tolerance%n", worst);
    }

    @Test
    void aModelOfXlearnsReadAndWrittenAgainScoresTheSameBits(@TempDir Path temporary)
            throws IOException, URISyntaxException {
        Path folder = own();
        for (Case each : SMALL) {
            XlearnModel read =
                    XlearnModel.readToGoOn(folder.resolve(each.name).resolve("model.bin"));
            FactorParams params =
                    FactorParams.of(
                            Map.of(
                                    "compat",
                                    true,
                                    "optimizer",
                                    read.state().orElseThrow().optimizer().name()));
            Path again = temporary.resolve(each.name);
            XlearnModel.write(again, XlearnModel.Form.BINARY, read.model(), params, read.state());
            assertThat(again)
                    .hasSameBinaryContentAs(folder.resolve(each.name).resolve("model.bin"));
            XlearnModel.write(again, XlearnModel.Form.TEXT, read.model(), params, Optional.empty());
            XlearnModel text = XlearnModel.read(again);
            assertThat(text.scaling()).contains(Scaling.XLEARN);
            assertThat(margins(folder, each, text.model()))
                    .containsExactly(margins(folder, each, read.model()));
        }
    }

    private static List<Case> cases(Path folder) throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String line :
                Files.readAllLines(folder.resolve("cases.tsv")).stream().skip(1).toList()) {
            String[] cells = line.split("\t", -1);
            cases.add(
                    new Case(
                            cells[0],
                            Integer.parseInt(cells[1]),
                            cells[3],
                            Boolean.parseBoolean(cells[6])));
        }
        return cases;
    }

    /// @return the largest share of the tolerance that was used
    private static double compare(Path folder, Case each, String file, Tolerance tolerance)
            throws IOException {
        XlearnModel model = XlearnModel.read(folder.resolve(each.name).resolve(file));
        assertThat(model.model().kind()).as(each.name).isEqualTo(each.kind());
        model.loss()
                .ifPresent(
                        loss ->
                                assertThat(loss)
                                        .isEqualTo(
                                                each.task < 3
                                                        ? FactorLoss.LOGISTIC
                                                        : FactorLoss.SQUARED));
        double[] ours = margins(folder, each, model.model());
        double[] theirs = numbers(folder.resolve(each.name).resolve("margin.out"));
        assertThat(ours).as(each.name).hasSameSizeAs(theirs);
        double worst = 0;
        for (int row = 0; row < ours.length; row++) {
            double share = Math.abs(ours[row] - theirs[row]) / tolerance.of(theirs[row]);
            assertThat(share)
                    .as("%s/%s row %d: %s, xLearn %s", each.name, file, row, ours[row], theirs[row])
                    .isLessThanOrEqualTo(1);
            worst = Math.max(worst, share);
        }
        return worst;
    }

    private static void signs(Path folder, Case each) throws IOException {
        if (each.task > 2) {
            return;
        }
        XlearnModel model = XlearnModel.read(folder.resolve(each.name).resolve("model.bin"));
        double[] margins = margins(folder, each, model.model());
        double[] chances = numbers(folder.resolve(each.name).resolve("sigmoid.out"));
        double[] signs = numbers(folder.resolve(each.name).resolve("sign.out"));
        for (int row = 0; row < margins.length; row++) {
            assertThat(1 / (1 + Math.exp(-margins[row])))
                    .isCloseTo(chances[row], org.assertj.core.api.Assertions.within(1e-5));
            assertThat(margins[row] > 0 ? 1.0 : 0.0).isEqualTo(signs[row]);
        }
    }

    private static double[] margins(Path folder, Case each, FactorModel model) {
        FactorRows rows = XlearnData.read(folder.resolve(each.test), model.kind()).rows();
        double[] margins = new double[rows.rows()];
        for (int row = 0; row < margins.length; row++) {
            margins[row] = rows.margin(model, row, each.norm ? Scaling.XLEARN : Scaling.NONE);
        }
        return margins;
    }

    private static double[] numbers(Path file) throws IOException {
        return Files.readAllLines(file).stream().mapToDouble(Double::parseDouble).toArray();
    }

    private static Path own() throws URISyntaxException {
        return Path.of(XlearnScoresTest.class.getResource("xlearn").toURI());
    }
}
