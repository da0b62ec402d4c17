package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.config.ConfigException;
import dev.waxwing.learn.XlearnModel.Form;
import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FactorModel.Kind;
import dev.waxwing.model.FactorModel.Scaling;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

class XlearnModelTest {
    @TempDir Path folder;

    private static FactorParams params(Object... namesAndValues) {
        Map<String, Object> named = new java.util.HashMap<>(Map.of("compat", true));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            named.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return FactorParams.of(named);
    }

    private static <E> E any(Random random, E[] all) {
        return all[random.nextInt(all.length)];
    }

    private static float[] random(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            float any = Float.intBitsToFloat(random.nextInt());
            values[i] = random.nextInt(5) == 0 ? 0 : Float.isFinite(any) ? any : -1.5f;
        }
        return values;
    }

    private static FactorModel model(Random random) {
        int features = 1 + random.nextInt(30);
        int fields = 1 + random.nextInt(5);
        int k = 1 + random.nextInt(13);
        float bias = (float) random.nextGaussian();
        float[] linear = random(random, features);
        return switch (any(random, Kind.values())) {
            case LINEAR -> FactorModel.linear(bias, linear);
            case FM -> FactorModel.fm(bias, linear, k, random(random, features * k));
            case FFM ->
                    FactorModel.ffm(bias, linear, fields, k, random(random, features * fields * k));
        };
    }

    private static void assertSame(FactorModel found, FactorModel wanted, String what) {
        assertThat(found.kind()).as(what).isEqualTo(wanted.kind());
        assertThat(found.features()).as(what).isEqualTo(wanted.features());
        assertThat(found.fields()).as(what).isEqualTo(wanted.fields());
        assertThat(found.k()).as(what).isEqualTo(wanted.k());
        assertThat(found.bias()).as(what).isEqualTo(wanted.bias());
        for (int i = 0; i < wanted.features(); i++) {
            assertThat(found.weight(i)).as(what).isEqualTo(wanted.weight(i));
            for (int field = 0; field < wanted.fields(); field++) {
                for (int f = 0; f < wanted.k(); f++) {
                    assertThat(found.factor(i, field, f))
                            .as(what)
                            .isEqualTo(wanted.factor(i, field, f));
                }
            }
        }
    }

    @Test
    void whatIsWrittenIsReadToTheBitInBothForms() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            FactorModel model = model(random);
            Path file = folder.resolve("model");
            Form form = any(random, Form.values());
            FactorOptimizer optimizer = any(random, FactorOptimizer.values());
            boolean norm = random.nextBoolean();
            FactorLoss loss = any(random, FactorLoss.values());
            FactorParams params =
                    params("norm", norm, "optimizer", optimizer.name(), "loss", loss.name());
            Optional<FactorState> state =
                    random.nextBoolean()
                            ? Optional.of(state(random, model, optimizer))
                            : Optional.empty();
            XlearnModel.write(file, form, model, params, state);
            XlearnModel read = XlearnModel.readToGoOn(file);
            String what = "seed " + seed + ", " + form + " " + model.kind() + " " + optimizer;
            assertSame(read.model(), model, what);
            assertThat(read.scaling()).contains(norm ? Scaling.XLEARN : Scaling.NONE);
            assertThat(read.loss()).contains(loss);
            assertThat(read.state().isPresent()).isEqualTo(form == Form.BINARY);
            if (form == Form.BINARY) {
                assertSame(read.state().orElseThrow(), state, model, optimizer);
            }
            assertThat(XlearnModel.read(file).state()).isEmpty();
        }
    }

    private static FactorState state(Random random, FactorModel model, FactorOptimizer optimizer) {
        int numbers = optimizer.numbers - 1;
        float[][] linear = new float[numbers][];
        float[][] factors = new float[numbers][];
        for (int i = 0; i < numbers; i++) {
            linear[i] = random(random, model.features());
            factors[i] = random(random, model.features() * model.fields() * model.k());
        }
        return new FactorState(optimizer, random(random, numbers), linear, factors);
    }

    /// Without a state the optimiser has just begun: all its numbers are 1, as in a model of xLearn before its first step.
    private static void assertSame(
            FactorState found,
            Optional<FactorState> wanted,
            FactorModel model,
            FactorOptimizer optimizer) {
        assertThat(found.optimizer()).isEqualTo(optimizer);
        for (int r = 0; r < optimizer.numbers - 1; r++) {
            int number = r;
            assertThat(found.bias(r)).isEqualTo(wanted.map(s -> s.bias(number)).orElse(1f));
            for (int i = 0; i < model.features(); i++) {
                int feature = i;
                assertThat(found.weight(r, i))
                        .isEqualTo(wanted.map(s -> s.weight(number, feature)).orElse(1f));
            }
            for (int i = 0; i < model.features() * model.fields() * model.k(); i++) {
                int at = i;
                assertThat(found.factor(r, i))
                        .isEqualTo(wanted.map(s -> s.factor(number, at)).orElse(1f));
            }
        }
    }

    @Test
    void aTextModelOfXlearnsIsReadWithoutItsSidecar() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("ffm.txt"),
                        """
                        bias: -0.112626
                        i_0: 0
                        i_1: 1e-05
                        v_0_0: 0.5 1
                        v_0_1: 0.25 2
                        v_1_0: -1 3
                        v_1_1: 1e-07 4
                        """);
        XlearnModel read = XlearnModel.read(file);
        assertThat(read.scaling()).isEmpty();
        assertThat(read.loss()).isEmpty();
        FactorModel model = read.model();
        assertThat(model.kind()).isEqualTo(Kind.FFM);
        assertThat(model.fields()).isEqualTo(2);
        assertThat(model.k()).isEqualTo(2);
        assertThat(model.weight(1)).isEqualTo(1e-5f);
        assertThat(model.factor(1, 0, 0)).isEqualTo(-1f);
        assertThat(model.factor(1, 1, 1)).isEqualTo(4f);
    }

    @Test
    void aTextModelThatIsNoneIsRefusedWithItsLine() throws IOException {
        refused("1.5\n0.2\n", "is no model of xLearn: a text model begins with \"bias:\"");
        refused("", "is no model of xLearn");
        refused("bias: x\n", "M:1 bias is \"x\", which is no number");
        refused("bias: 1\n", "M:2 found the end of the file where the weight of feature 0");
        refused("bias: 1\ni_0: 1\ni_2: 1\n", "M:3 found \"i_2: 1\" where \"i_1: …\" should stand");
        refused("bias: 1\ni_0: nan\n", "M:2: i_0 is nan; the training ran away");
        refused("bias: 1\ni_0: 1\nv_0: 1 -inf\n", "M:3: v_0 is -inf; the training ran away");
        refused(
                "bias: 1\ni_0: 1\ni_1: 1\nv_0: 1 2\nv_1: 1\n",
                "M:5 v_1 has 1 numbers, those before have 2");
        refused(
                "bias: 1\ni_0: 1\ni_1: 1\nv_0: 1 2\n",
                "M:5 found the end of the file where \"v_1: …\"");
        refused("bias: 1\ni_0: 1\nv_0:\n", "M:3 v_0 has 0 numbers; it needs at least one");
        refused(
                "bias: 1\ni_0: 1\ni_1: 1\nv_0_0: 1\nv_0_1: 2\nv_1_0: 1\n",
                "M:7 found the end of the file where \"v_1_1: …\"");
        refused("bias: 1\ni_0: 1\nv_0: 1\nv_1: 1\n", "M:4 found \"v_1: 1\" after the last factors");
        refused("bias: 1\n\ni_0: 1\n", "M:2 is blank within the model");
        refused("bias: 1\ni_0: " + "1".repeat(2_000_000), "M:2 is longer than 1 MB");
    }

    private void refused(String text, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("M"), text, StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> XlearnModel.read(file))
                .as(text.length() > 100 ? text.substring(0, 100) : text)
                .isInstanceOf(XlearnFileException.class)
                .hasMessageContaining(message);
    }

    /// The header that xLearn writes, then some floats.
    private Path binary(String score, String loss, int[] numbers, int floats, String name)
            throws IOException {
        ByteBuffer out = ByteBuffer.allocate(200 + 4 * floats).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(score.length()).put(score.getBytes(StandardCharsets.ISO_8859_1));
        out.putLong(loss.length()).put(loss.getBytes(StandardCharsets.ISO_8859_1));
        for (int number : numbers) {
            out.putInt(number);
        }
        for (int i = 0; i < floats; i++) {
            out.putFloat(0.5f);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return Files.write(folder.resolve(name), bytes);
    }

    @Test
    void aHeaderThatPromisesMoreThanTheFileHoldsTakesNoMemory() throws IOException {
        int huge = Integer.MIN_VALUE; // 2^31, unsigned
        for (int[] header :
                new int[][] {
                    {huge, 0, 4, 2, 0, 0},
                    {-1, -1, -1, 3, -1, -1},
                    {1 << 30, 0, 1, 1, 1 << 30, 1 << 30},
                    {500_000_000, 0, 4, 1, 500_000_000, 2_000_000_000},
                    {2, 0, 1 << 29, 1, 2, 1 << 30},
                }) {
            Path fm = binary("fm", "squared", header, 200, "huge");
            assertThatThrownBy(() -> XlearnModel.read(fm)).isInstanceOf(XlearnFileException.class);
            Path ffm = binary("ffm", "squared", header, 200, "huge");
            assertThatThrownBy(() -> XlearnModel.read(ffm)).isInstanceOf(XlearnFileException.class);
            Path linear = binary("linear", "squared", header, 200, "huge");
            assertThatThrownBy(() -> XlearnModel.read(linear))
                    .isInstanceOf(XlearnFileException.class);
        }
    }

    @Test
    void aBinaryModelThatIsNoneIsRefusedWithTheReason() throws IOException {
        int[] right = {2, 0, 4, 2, 4, 16};
        assertThat(XlearnModel.read(binary("fm", "squared", right, 22, "M")).model().k())
                .isEqualTo(4);
        wrong(
                binary("fm", "squared", right, 21, "M"),
                "takes 137 bytes, found 133; was it cut off?");
        wrong(binary("fm", "squared", right, 23, "M"), "takes 137 bytes, found 141");
        wrong(binary("fm", "hinge", right, 22, "M"), "the loss is \"hinge\"");
        wrong(binary("svm", "squared", right, 22, "M"), "the score function is \"svm\"");
        wrong(
                binary("fm", "squared", new int[] {2, 0, 4, 5, 4, 16}, 22, "M"),
                "5 numbers a weight");
        wrong(
                binary("fm", "squared", new int[] {2, 0, 4, 2, 4, 18}, 22, "M"),
                "18 of v, where 4 and 16 follow");
        wrong(binary("fm", "squared", new int[] {2, 0}, 0, "M"), "ends in the header");
        wrong(binary("ffm", "squared", new int[] {2, 0, 4, 2, 4, 0}, 6, "M"), "0 fields");
        Path nan = binary("fm", "squared", right, 22, "M");
        byte[] bytes = Files.readAllBytes(nan);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(bytes.length - 64, Float.NaN);
        Files.write(nan, bytes);
        wrong(nan, "a factor of feature 0 is NaN; the training ran away");
    }

    /// FTRL begins with z = 1 for the padding as well, and so moves it; xLearn's scores hold it.
    @Test
    void paddingThatFtrlHasTrainedCountsAsFactors() throws IOException {
        Path file = folder.resolve("ftrl");
        for (Kind kind : new Kind[] {Kind.FM, Kind.FFM}) {
            float[] factors = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
            FactorModel eight =
                    kind == Kind.FM
                            ? FactorModel.fm(0, new float[2], 8, factors)
                            : FactorModel.ffm(0, new float[2], 1, 8, factors);
            FactorParams params = params("optimizer", "ftrl");
            XlearnModel.write(file, Form.BINARY, eight, params, Optional.empty());
            Files.delete(folder.resolve("ftrl.json"));
            byte[] bytes = Files.readAllBytes(file);
            int placeOfK = 8 + kind.word().length() + 8 + "cross-entropy".length() + 8;
            bytes[placeOfK] = 6; // padded to 8
            Files.write(file, bytes);
            assertSame(XlearnModel.read(file).model(), eight, kind.word());
            assertThat(XlearnModel.readToGoOn(file).state().orElseThrow().factor(1, 15))
                    .isEqualTo(1f);
        }
    }

    private static void wrong(Path file, String message) {
        assertThatThrownBy(() -> XlearnModel.read(file))
                .isInstanceOf(XlearnFileException.class)
                .hasMessageContaining(message);
    }

    @Test
    void noBytesAtAllMakeAModelReaderFailInAnotherWayThanItSays() throws IOException {
        Path file = folder.resolve("model");
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Form form = any(random, Form.values());
            XlearnModel.write(file, form, model(random), params(), Optional.empty());
            Files.delete(folder.resolve("model.json"));
            byte[] bytes = Files.readAllBytes(file);
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[random.nextInt(Math.min(bytes.length, random.nextBoolean() ? 80 : 4000))] =
                        (byte) random.nextInt(256);
            }
            Files.write(file, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            try {
                XlearnModel.read(file);
            } catch (XlearnFileException told) {
                assertThat(told).as("seed %d", seed).hasMessageContaining("model");
            }
        }
    }

    @Test
    void aSidecarOfAnotherModelIsNotBelieved() throws IOException {
        Path file = folder.resolve("m.bin");
        XlearnModel.write(
                file,
                Form.BINARY,
                FactorModel.linear(1, new float[] {2}),
                params("norm", false),
                Optional.empty());
        assertThat(XlearnModel.read(file).scaling()).contains(Scaling.NONE);
        assertThat(folder.resolve("m.bin.json")).content().contains("\"norm\": false");
        Files.writeString(file, "bias: 1\ni_0: 2\n");
        assertThatThrownBy(() -> XlearnModel.read(file))
                .hasMessageContaining("m.bin.json was written with another model than");
        Files.writeString(folder.resolve("m.bin.json"), "{\"norm\": 3}");
        assertThatThrownBy(() -> XlearnModel.read(file)).isInstanceOf(ConfigException.class);
        Files.delete(folder.resolve("m.bin.json"));
        assertThat(XlearnModel.read(file).scaling()).isEmpty();
    }

    @Test
    void aModelThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> XlearnModel.read(folder.resolve("none")))
                .isInstanceOf(XlearnFileException.class)
                .hasMessageContaining("there is no such model");
    }
}
