package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Whatever is exchanged in a document, it is refused by place and reason or scored, and nothing else happens.
class SpoiledDocumentTest {
    private static final int EACH = 150;

    /// Small documents that hold every element that is read, by name.
    static List<Path> seeds() throws IOException {
        Path folder =
                Path.of(
                        "src",
                        "test",
                        "resources",
                        "dev",
                        "waxwing",
                        "pmml",
                        "HostileInputFuzzTestInputs",
                        "anyBytes");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".pmml")).sorted().toList();
        }
    }

    @Test
    void everyDocumentOfTheFuzzCorpusIsTakenButTheOneThatIsToBeRefused() throws IOException {
        List<String> refused = new ArrayList<>();
        for (Path seed : seeds()) {
            if (!Attempt.on(Files.readAllBytes(seed))) {
                refused.add(seed.getFileName().toString());
            }
        }
        assertThat(refused).containsExactly("refused.pmml");
    }

    @Test
    void spoiledDocumentsAreScoredOrRefusedByPlace() throws IOException {
        int taken = 0;
        for (Path seed : seeds()) {
            String whole = Files.readString(seed);
            for (int number = 0; number < EACH; number++) {
                String spoiled = SpoiledDocument.of(whole, new Random(number)::nextInt);
                try {
                    taken += Attempt.on(spoiled.getBytes(StandardCharsets.UTF_8)) ? 1 : 0;
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(
                            seed.getFileName() + " with seed " + number + ": " + e + "\n" + spoiled,
                            e);
                }
            }
        }
        // Spoiling that always or never breaks a document would test nothing.
        assertThat(taken).isBetween(seeds().size() * EACH / 10, seeds().size() * EACH * 9 / 10);
    }
}
