package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.config.Config;
import dev.waxwing.config.ConfigException;
import dev.waxwing.storage.StoreSettings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What `waxwing.yaml` says of object stores, and how the command line hands PAI calls on.
class StoresInputTest {
    @TempDir private Path folder;

    private StoreSettings stores(String yaml) throws IOException {
        Files.writeString(folder.resolve(Project.FILE), "project: p\n" + yaml);
        return Project.open(folder).stores();
    }

    @Test
    void endpointsAndCredentialsAreReadAndAFileIsOneOfTheProject() throws IOException {
        assertThat(stores("")).isEqualTo(StoreSettings.DEFAULTS);
        assertThat(
                        stores(
                                """
                                stores:
                                  endpoints: { oss-cn-shanghai-internal.aliyuncs.com: "http://127.0.0.1:9000" }
                                  credentials: file:secrets/oss.ini#night
                                """))
                .isEqualTo(
                        new StoreSettings(
                                Map.of(
                                        "oss-cn-shanghai-internal.aliyuncs.com",
                                        "http://127.0.0.1:9000"),
                                "file:" + folder.resolve("secrets/oss.ini#night")));
    }

    @Test
    void aKeyInThemAndAnEndpointThatIsNoUrlStopTheStart() {
        assertThatThrownBy(
                        () ->
                                stores(
                                        """
                                        stores:
                                          endpoints: { s3.amazonaws.com: 127.0.0.1 }
                                          credentials: LTAI5tSecret
                                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("wanted a URL such as http://127.0.0.1:9000")
                .hasMessageContaining("keys themselves never stand in a settings file")
                .hasMessageNotContaining("LTAI5tSecret");
    }

    @Test
    void callsReachThePipelineAsTheyWereTyped() {
        String calls = "pai -name a\n  -Db=\"x: {y}\" -- why\n;\nPAI -name c -Dd='#1'";
        assertThat(
                        Config.parse("pai", PaiCommand.pipeline(calls))
                                .map("steps")
                                .map("pai")
                                .text("pai"))
                .isEqualTo(calls + "\n");
    }
}
