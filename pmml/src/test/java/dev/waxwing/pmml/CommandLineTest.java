package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The command line in processes of its own: what it writes, what it tells and how it ends.
class CommandLineTest {
    private static final String BOOSTED = seed("boosted.pmml");
    private static final String SCORECARD = seed("scorecard.pmml");

    @TempDir Path folder;

    private record Ended(int code, String out, String err) {}

    private static String seed(String name) {
        return Path.of(
                        "src/test/resources/dev/waxwing/pmml/HostileInputFuzzTestInputs/anyBytes",
                        name)
                .toAbsolutePath()
                .toString();
    }

    private static ProcessBuilder command(String... args) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx32m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                Path.of("target", "classes").toAbsolutePath().toString(),
                                "dev.waxwing.pmml.Main"));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    private Ended run(String... args) throws Exception {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process process =
                command(args)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        process.getOutputStream().close();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).getFileName().toString();
    }

    @Test
    void scoresRowsAndWritesWhatTheModelTellsBehindThem() throws Exception {
        file("rows.csv", "id,x,z\n1,4,-2\n\"a,b\",6,\n");
        Ended ended = run("score", BOOSTED, "rows.csv");
        assertThat(ended.err).isEmpty();
        assertThat(ended.code).isZero();
        String[] lines = ended.out.split("\n");
        assertThat(lines[0]).isEqualTo("id,x,z,y,margin,leaf,p");
        // -0.5 - 0.5 + 0.5 at tree 1 left and tree 2 right; 1 / (1 + e^-(0.5 - 0.5 + 0.25))
        double p = 1 / (1 + Math.exp(-(0.5 - 0.5 + 0.25)));
        assertThat(lines[1]).isEqualTo("1,4,-2,1,0.25,1," + p);
        assertThat(lines[2]).startsWith("\"a,b\",6,,1,1.0,2,0.73105857863");
        assertThat(lines).hasSize(3);
    }

    @Test
    void readsSemicolonsTabsQuotesWindowsLineEndsAndMarks() throws Exception {
        file("rows.csv", "\uFEFFz;\"x\"\r\n1;NA\r\n\r\n\"2\";\"7\"\r\n");
        Ended ended = run("score", BOOSTED, "rows.csv", "--fast");
        assertThat(ended.err).isEmpty();
        assertThat(ended.out.lines().map(line -> line.replaceAll("(\\.\\d{4})\\d+", "$1")))
                .containsExactly("z;x;score", "1;NA;0.3775", "2;7;0.7310");
        file("rows.csv", "z\tx\n1\t\n");
        assertThat(run("score", BOOSTED, "rows.csv", "--fast").out)
                .startsWith("z\tx\tscore\n1\t\t0.377");
    }

    @Test
    void fusesTreesWithTheRegressionOverTheirLeaves() throws Exception {
        file(
                "lr.pmml",
                """
                <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary>
                <DataField name="leaf" optype="categorical" dataType="string"/>
                <DataField name="w" optype="continuous" dataType="double"/>
                <DataField name="y" optype="categorical" dataType="string"/></DataDictionary>
                <RegressionModel functionName="classification" normalizationMethod="logit">
                <MiningSchema><MiningField name="leaf"/><MiningField name="w" missingValueReplacement="0"/>
                <MiningField name="y" usageType="target"/></MiningSchema>
                <RegressionTable intercept="0" targetCategory="1">
                <NumericPredictor name="w" coefficient="2"/>
                <CategoricalPredictor name="leaf" value="1" coefficient="-1"/>
                </RegressionTable><RegressionTable intercept="0" targetCategory="0"/>
                </RegressionModel></PMML>
                """);
        file("rows.csv", "x,z,w\n4,0,0.5\n6,0,0\n");
        Ended ended = run("score", BOOSTED, "rows.csv", "--gbdt-lr", "lr.pmml");
        assertThat(ended.err).isEmpty();
        assertThat(ended.out).isEqualTo("x,z,w,score\n4,0,0.5,0.5\n6,0,0,0.5\n");
    }

    @Test
    void tellsEveryProblemOfTheRowsByLineAndColumnAndEndsWith65() throws Exception {
        file("rows.csv", "x,z\n1,2\none,two\n3\n4,5\n");
        for (String[] how : new String[][] {{}, {"--fast"}}) {
            Ended ended =
                    run(
                            Stream.concat(Stream.of("score", BOOSTED, "rows.csv"), Stream.of(how))
                                    .toArray(String[]::new));
            assertThat(ended.code).isEqualTo(65);
            assertThat(ended.err)
                    .contains("rows.csv:3 column x")
                    .contains("rows.csv:3 column z")
                    .contains("'one'")
                    .contains("'two'")
                    .contains("rows.csv:4 has 1 cells, and the header 2");
            // What can be scored is, and rows stay in step with the input.
            assertThat(ended.out.lines()).hasSize(5);
            assertThat(ended.out.lines().skip(4).findFirst().orElseThrow())
                    .matches("4,5,.*0\\.\\d+");
            assertThat(ended.out.lines().skip(2).findFirst().orElseThrow()).matches("one,two,+");
        }
        file("rows.csv", "x,z\n" + "bad,1\n".repeat(1000));
        Ended many = run("score", BOOSTED, "rows.csv");
        assertThat(many.err.lines()).hasSize(21);
        assertThat(many.err).endsWith("… and 980 more; 1000 problems in all\n");
    }

    @Test
    void refusesRowsThatAreNoCsv() throws Exception {
        for (String[] one :
                new String[][] {
                    {"", "rows.csv:1 holds nothing"},
                    {"x,x\n1,2\n", "rows.csv:1 column 'x' is there twice"},
                    {"x,,z\n", "rows.csv:1 a column has no name"},
                    {
                        "x,z\n1,\"2\n3,4\n",
                        "rows.csv:2 a cell that begins with a quote does not end"
                    },
                    {"x,z\n\"1\"2,3\n", "rows.csv:2 a cell goes on after its closing quote"},
                    {"x\n1\n", "rows.csv:1 has no column z; --allow-missing-columns"}
                }) {
            file("rows.csv", one[0]);
            Ended ended = run("score", BOOSTED, "rows.csv");
            assertThat(ended.err).contains(one[1]);
            assertThat(ended.code).isEqualTo(65);
        }
        Files.write(
                folder.resolve("rows.csv"),
                new byte[] {'x', ',', 'z', '\n', (byte) 0xff, ',', '1', '\n'});
        assertThat(run("score", BOOSTED, "rows.csv").err)
                .contains("rows.csv:2 holds bytes that are not UTF-8");
        file("rows.csv", "x\n1\n");
        assertThat(run("score", BOOSTED, "rows.csv", "--allow-missing-columns").code).isZero();
    }

    @Test
    void tellsHowItIsCalled() throws Exception {
        Ended help = run("--help");
        assertThat(help.code).isZero();
        assertThat(help.out)
                .contains("java -jar pmml.jar score MODEL ROWS.csv")
                .contains("Exit codes");
        for (String[] wrong :
                new String[][] {
                    {},
                    {"guess"},
                    {"score", BOOSTED},
                    {"score", BOOSTED, "rows.csv", "--quick"},
                    {"score", BOOSTED, "rows.csv", "--out"},
                    {"verify", BOOSTED, "rows.csv"},
                    {"verify", BOOSTED, "--tolerance", "wide"}
                }) {
            Ended ended = run(wrong);
            assertThat(ended.code).as(List.of(wrong).toString()).isEqualTo(2);
            assertThat(ended.err).contains("--help tells how it is called").hasLineCount(1);
        }
    }

    @Test
    void tellsFilesThatCannotBeReadOrAreNoModel() throws Exception {
        file("rows.csv", "x,z\n1,2\n");
        Ended absent = run("score", "nothing.pmml", "rows.csv");
        assertThat(absent.code).isEqualTo(74);
        assertThat(absent.err).isEqualTo("nothing.pmml is not there\n");
        assertThat(run("score", BOOSTED, "nothing.csv").err)
                .isEqualTo("nothing.csv is not there\n");
        Ended directory = run("inspect", ".");
        assertThat(directory.code).isEqualTo(74);
        assertThat(directory.err).contains("cannot be read").contains("directory");
        file("bad.pmml", "<PMML version=\"4.4\">\n<Dat");
        Ended bad = run("score", "bad.pmml", "rows.csv", "--out", "scored.csv");
        assertThat(bad.code).isEqualTo(65);
        assertThat(bad.err).startsWith("bad.pmml:2:").contains("is not well-formed XML");
        assertThat(folder.resolve("scored.csv")).doesNotExist();
    }

    @Test
    void leavesNoHalfWrittenFile() throws Exception {
        file("rows.csv", "x,z\n1,2\n3,\"4\n");
        Ended ended = run("score", BOOSTED, "rows.csv", "--out", "scored.csv");
        assertThat(ended.code).isEqualTo(65);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("rows.csv", "out.txt", "err.txt");
        }
        file("rows.csv", "x,z\n1,2\n");
        assertThat(run("score", BOOSTED, "rows.csv", "--out", "scored.csv").code).isZero();
        assertThat(folder.resolve("scored.csv")).content().startsWith("x,z,y,margin,leaf,p\n1,2,");
        assertThat(run("score", BOOSTED, "rows.csv", "--out", "rows.csv").code).isEqualTo(2);
    }

    @Test
    void tellsAFullDisk() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/full")));
        file("rows.csv", "x,z\n" + "1,2\n".repeat(50_000));
        Process process =
                command("score", BOOSTED, "rows.csv")
                        .directory(folder.toFile())
                        .redirectOutput(Path.of("/dev/full").toFile())
                        .start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(74);
        assertThat(err).contains("No space left on device").hasLineCount(1);
        Ended named = run("score", BOOSTED, "rows.csv", "--out", "/dev/full");
        assertThat(named.code).isEqualTo(74);
        assertThat(named.err).contains("No space left on device");
    }

    @Test
    void endsQuietlyWhenTheReaderHasHadEnough() throws Exception {
        file("rows.csv", "x,z\n" + "1,2\n".repeat(200_000));
        Process process = command("score", BOOSTED, "rows.csv").directory(folder.toFile()).start();
        try (BufferedReader out = reader(process)) {
            assertThat(out.readLine()).isEqualTo("x,z,y,margin,leaf,p");
        }
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(74);
        assertThat(err).isEmpty();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    @Test
    void scoresMoreThanTheHeapHoldsFromStandardInput() throws Exception {
        Process process =
                command("score", BOOSTED, "-", "--fast").redirectErrorStream(true).start();
        int rows = 300_000; // of 200 characters: 60 MB of text through a heap of 32 MB
        String row = "1,2," + "n".repeat(195) + "\n";
        Thread writing =
                new Thread(
                        () -> {
                            try (BufferedWriter in =
                                    new BufferedWriter(
                                            process.outputWriter(StandardCharsets.UTF_8),
                                            1 << 16)) {
                                in.write("x,z,note\n");
                                for (int i = 0; i < rows; i++) {
                                    in.write(row);
                                }
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        writing.start();
        try (BufferedReader out = reader(process)) {
            assertThat(out.readLine()).isEqualTo("x,z,note,score");
            long scored =
                    out.lines()
                            .filter(line -> line.startsWith("1,2,nnn") && line.contains(",0."))
                            .count();
            assertThat(scored).isEqualTo(rows);
        }
        assertThat(process.waitFor()).isZero();
        writing.join();
    }

    @Test
    void inspectTellsWhatADocumentIs() throws Exception {
        Ended compiled = run("inspect", BOOSTED);
        assertThat(compiled.err).isEmpty();
        assertThat(compiled.code).isZero();
        assertThat(compiled.out)
                .contains("boosted.pmml: PMML 4.4")
                .contains("MiningModel, classification")
                .contains("  x  continuous float; invalid: returnInvalid")
                .contains("  y  categorical string {0, 1}; target")
                .contains("  p  probability of 1")
                .contains("2 trees, 4 leaves, at most 1 deep")
                .contains("scored by compiled trees or terms; 2 inputs, about ");
        Ended evaluated = run("inspect", SCORECARD);
        assertThat(evaluated.out)
                .contains("Scorecard, regression")
                .contains("  x  continuous float; missing counts as 1; invalid: returnInvalid")
                .contains(
                        "scored by evaluating the document, because it is not compiled: scorecard.pmml:");
        Ended refused = run("inspect", seed("refused.pmml"));
        assertThat(refused.code).isEqualTo(65);
        assertThat(refused.out)
                .contains("refused: refused.pmml:")
                .contains("<NeuralNetwork> is not scored");
    }

    @Test
    void verifyComparesWithTheDocumentsOwnRowsAndWithExpectedResults() throws Exception {
        String verified = seed("verified.pmml");
        assertThat(run("verify", verified).out).isEqualTo("1 rows of the document's own agree\n");
        file("wrong.pmml", Files.readString(Path.of(verified)).replace("<p>0.5</p>", "<p>0.6</p>"));
        Ended wrong = run("verify", "wrong.pmml");
        assertThat(wrong.code).isEqualTo(1);
        assertThat(wrong.err).contains("wrong.pmml:").contains("'p' is 0.5, it says 0.6");
        file("rows.csv", "x,z\n4,-2\n6,\n");
        file("expected.csv", "p,leaf\n0.5621765,1\n0.7310586,2\n");
        Ended same = run("verify", BOOSTED, "rows.csv", "expected.csv");
        assertThat(same.err).isEmpty();
        assertThat(same.out).endsWith("2 rows, 4 cells agree\n");
        Ended close = run("verify", BOOSTED, "rows.csv", "expected.csv", "--tolerance", "1e-12");
        assertThat(close.code).isEqualTo(1);
        assertThat(close.err).contains("expected.csv:2 column p: expected 0.5621765, got 0.562176");
        file("expected.csv", "p\n0.5621765\n");
        assertThat(run("verify", BOOSTED, "rows.csv", "expected.csv").err)
                .contains("rows.csv:3 has rows after the last one of the other file");
        file("expected.csv", "q\n1\n");
        assertThat(run("verify", BOOSTED, "rows.csv", "expected.csv").err)
                .contains("expected.csv:1 has no column that the model tells; it tells ");
    }

    @Test
    void everyClassRunsOnJava17() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("target", "classes"))) {
            List<Path> classes = files.filter(file -> file.toString().endsWith(".class")).toList();
            assertThat(classes).isNotEmpty();
            for (Path one : classes) {
                byte[] bytes = Files.readAllBytes(one);
                assertThat(bytes[6] << 8 | bytes[7]).as(one.toString()).isEqualTo(61); // Java 17
            }
        }
    }
}
