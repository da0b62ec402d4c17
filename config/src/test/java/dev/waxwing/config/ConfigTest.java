package dev.waxwing.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

class ConfigTest {
    @TempDir Path folder;

    @Test
    void namesAFileByItsFolderAndName() throws IOException {
        Path file = Files.createDirectories(folder.resolve("pipelines")).resolve("night.yaml");
        Files.writeString(file, "x: 1\n");
        MapNode doc = Config.read(file);
        refused(doc::done, "pipelines/night.yaml:1 x: not a known key; no key is known here");
    }

    @Test
    void anEmptyFileHoldsNoKeys() {
        assertThat(Config.parse("t.yaml", "").keys()).isEmpty();
        assertThat(Config.parse("t.yaml", "# only a comment\n").keys()).isEmpty();
        assertThat(Config.parse("t.yaml", "---\n").keys()).isEmpty();
    }

    @Test
    void takesAByteOrderMarkAndCommentsAndWindowsLines() {
        MapNode doc =
                Config.parse(
                        "t.yaml",
                        "\uFEFF# head\r\na: 1 # one\r\n# mid\r\nb:\r\n  # inner\r\n  c: 2\r\n");
        assertThat(doc.whole("a", 1, 1)).isEqualTo(1);
        assertThat(doc.map("b").where("c")).isEqualTo("t.yaml:6");
    }

    @Test
    void refusesAFileThatIsNotThereOrIsAFolder() {
        Path absent = folder.resolve("a/b.yaml");
        refused(
                () -> Config.read(absent),
                "a/b.yaml: there is no such file (looked for " + absent.toAbsolutePath() + ")");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.read(folder))
                .withMessageEndingWith(": is a folder, not a file");
    }

    @Test
    void refusesAFileThatIsNotUtf8WithItsLine() throws IOException {
        Path file = folder.resolve("l.yaml");
        Files.write(file, "a: 1\nb: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.read(file))
                .withMessageEndingWith("l.yaml:2 is not UTF-8 text; save the file as UTF-8");
    }

    @Test
    void refusesAFileThatIsTooLarge() throws IOException {
        Path file = folder.resolve("big.yaml");
        Files.writeString(file, "a: " + "x".repeat(Config.MAX_BYTES));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.read(file))
                .withMessageEndingWith(
                        "big.yaml: 1048579 bytes are too many; a file may have 1048576");
    }

    @Test
    void tellsLineAndColumnOfASyntaxError() {
        refused(
                "a: 1\nb: c: d\n",
                "t.yaml:2 column 5: not YAML: mapping values are not allowed here");
        refused(
                "a:\n\t- 1\n",
                "t.yaml:2 column 1: not YAML: found character '\\t(TAB)' that cannot start any"
                        + " token. (Do not use \\t(TAB) for indentation)");
        refused(
                "a: [1, 2\n",
                "t.yaml:2 column 1: not YAML: expected ',' or ']', but got <stream end>");
        refused("a: \"x\n", "t.yaml:2 column 1: not YAML: found unexpected end of stream");
        refused("a: 1\nb: \u0001\n", "t.yaml:2 not YAML: the character U+0001 is not allowed");
    }

    @Test
    void reportsAKeyGivenTwiceBesideTheOtherProblems() {
        MapNode doc = Config.parse("t.yaml", "a: 1\nb: 2\na: 3\n");
        assertThat(doc.whole("a", 1, 9)).isEqualTo(1);
        refused(
                doc::done,
                "t.yaml:2 b: not a known key; known here: a",
                "t.yaml:3 a: given twice; it stands on line 1 already");
    }

    @Test
    void refusesWhatIsNotKeysAndValues() {
        refused("- 1\n- 2\n", "t.yaml:1 must hold keys and values; found a list");
        refused("hello\n", "t.yaml:1 must hold keys and values; found \"hello\"");
        refused("? [1]\n: 2\n", "t.yaml:1 a key must be a word; found a list");
        refused("~: 2\n? \n: 3\n", "t.yaml:2 a key must be a word; found nothing");
    }

    @Test
    void refusesTagsAndFurtherDocuments() {
        refused(
                "a: !java/object 1\n",
                "t.yaml:1 the tag !java/object is not supported; write the value without a tag");
        refused(
                "a: 1\n---\nb: 2\n",
                "t.yaml:2 a second document begins here (---); a file holds one");
    }

    @Test
    void refusesWhatIsNestedTooDeep() {
        refused("a: " + "[".repeat(50_000), "t.yaml:1 nested deeper than 40 levels");
        refused("a: " + "{x: ".repeat(1000), "t.yaml:1 nested deeper than 40 levels");
        String half = "[".repeat(25) + "]".repeat(25);
        refused(
                "a: &a "
                        + half
                        + "\nb: "
                        + half.substring(0, 25)
                        + "*a"
                        + half.substring(25)
                        + "\n",
                "t.yaml:2 nested deeper than 40 levels");
    }

    @Test
    void refusesAliasBombsBeforeTheyUnfold() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i))
                    .append(("*a" + (i - 1) + " , ").repeat(9))
                    .append("]\n");
        }
        refused(bomb.toString(), "t.yaml:6 more than 100000 values, aliases unfolded");
    }

    @Test
    void refusesAliasesOfNothingAndOfThemselves() {
        refused("a: *b\n", "t.yaml:1 *b has no &b above it");
        refused("a: &a [1, *a]\n", "t.yaml:1 *a refers to what it is itself part of");
    }

    /// Whatever bytes come, the answer is a tree or a [ConfigException].
    @Test
    void neverFailsInAnotherWay() {
        String pieces = "ab:-[]{},\n  \t#&*!|>'\"%@`?~0.e\u0001\u00e9\uD83D\uDE00\\/<=";
        for (long seed = 0; seed < 3000; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(pieces.charAt(random.nextInt(pieces.length())));
            }
            try {
                MapNode doc = Config.parse("t.yaml", text.toString());
                doc.raw();
                doc.done();
            } catch (ConfigException e) {
                assertThat(e.problems()).as("seed %d", seed).allMatch(p -> p.startsWith("t.yaml:"));
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ": " + text, e);
            }
        }
    }

    private static void refused(String text, String... expected) {
        refused(() -> Config.parse("t.yaml", text), expected);
    }

    private static void refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable reading, String... expected) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(reading)
                .satisfies(e -> assertThat(e.problems()).containsExactly(expected));
    }
}
