package dev.waxwing.pmml;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

import java.io.IOException;

/// A few thousand inputs of [HostileInputFuzzTest]'s making, found by Jazzer anew in every build.
class ShortFuzzTest {
    @FuzzTest(maxExecutions = 2_000)
    void spoiledDocument(FuzzedDataProvider data) throws IOException {
        HostileInputFuzzTest.attemptSpoiled(data);
    }
}
