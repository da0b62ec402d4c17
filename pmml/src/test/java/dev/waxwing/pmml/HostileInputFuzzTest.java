package dev.waxwing.pmml;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Bytes from anywhere are refused or scored, in seconds.
///
/// In an ordinary build these run over the kept corpus; `docs/pmml.md` tells how to let them look for new inputs.
class HostileInputFuzzTest {
    private static final long MOST_NANOS = 20_000_000_000L; // of processor time

    @FuzzTest(maxDuration = "30m")
    void anyBytes(byte[] document) {
        attempt(document);
    }

    @FuzzTest(maxDuration = "30m")
    void spoiledDocument(FuzzedDataProvider data) throws IOException {
        attemptSpoiled(data);
    }

    @FuzzTest(maxDuration = "30m")
    void xgboostJson(byte[] model) {
        within(() -> Attempt.on(model, XgboostReader::read));
    }

    @FuzzTest(maxDuration = "30m")
    void lightGbmText(byte[] model) {
        within(() -> Attempt.on(model, LightGbmReader::read));
    }

    static void attemptSpoiled(FuzzedDataProvider data) throws IOException {
        List<Path> seeds = SpoiledDocumentTest.seeds();
        String seed = Files.readString(data.pickValue(seeds));
        String spoiled = SpoiledDocument.of(seed, bound -> data.consumeInt(0, bound - 1));
        attempt(spoiled.getBytes(StandardCharsets.UTF_8));
    }

    private static void attempt(byte[] document) {
        within(() -> Attempt.on(document));
    }

    private static void within(Runnable attempt) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        attempt.run();
        long taken = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        if (taken > MOST_NANOS) {
            throw new AssertionError("took " + taken / 1_000_000 + " ms");
        }
    }
}
