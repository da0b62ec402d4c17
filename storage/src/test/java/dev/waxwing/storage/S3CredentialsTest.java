package dev.waxwing.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class S3CredentialsTest {
    @TempDir Path home;

    private static String keyOf(S3Credentials found) {
        return found.provider().resolveCredentials().accessKeyId();
    }

    @Test
    void theEnvironmentComesBeforeTheFileAndOssKeysBeforeAws() throws IOException {
        file(home.resolve(".aws/credentials"), "default", "from file");
        var environment =
                Map.of(
                        "HOME", home.toString(),
                        "AWS_ACCESS_KEY_ID", "aws",
                        "AWS_SECRET_ACCESS_KEY", "s",
                        "OSS_ACCESS_KEY_ID", "oss",
                        "OSS_ACCESS_KEY_SECRET", "s");
        assertThat(keyOf(S3Credentials.find("oss", StoreSettings.DEFAULTS, environment)))
                .isEqualTo("oss");
        assertThat(keyOf(S3Credentials.find("s3", StoreSettings.DEFAULTS, environment)))
                .isEqualTo("aws");
        assertThat(
                        keyOf(
                                S3Credentials.find(
                                        "s3",
                                        StoreSettings.DEFAULTS,
                                        Map.of("HOME", home.toString()))))
                .isEqualTo("from file");
    }

    @Test
    void aFileThatSettingsNameIsTheOnlyPlace() throws IOException {
        Path file = file(home.resolve("oss.ini"), "night", "named");
        var settings = new StoreSettings(Map.of(), "file:" + file + "#night");
        assertThat(keyOf(S3Credentials.find("oss", settings, S3Server.KEYS))).isEqualTo("named");
        var other = new StoreSettings(Map.of(), "file:" + file);
        assertThatThrownBy(() -> S3Credentials.find("oss", other, S3Server.KEYS))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("file " + file + " (has no [default])")
                .hasMessageNotContaining("environment");
    }

    @Test
    void saysWhereItLookedWhenThereAreNone() {
        var environment = Map.of("HOME", home.toString(), "OSS_ACCESS_KEY_ID", "half");
        assertThatThrownBy(() -> S3Credentials.find("oss", StoreSettings.DEFAULTS, environment))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(
                        "environment OSS_ACCESS_KEY_ID (set), OSS_ACCESS_KEY_SECRET (not set)")
                .hasMessageContaining("environment AWS_ACCESS_KEY_ID (not set)")
                .hasMessageContaining(home + "/.aws/credentials (not there, or not readable)")
                .hasMessageContaining("role (no AWS_CONTAINER_CREDENTIALS")
                .hasMessageContaining("credentials: file:PATH")
                .hasMessageNotContaining("half");
    }

    @Test
    void aKeyInTheSettingsIsRefusedWithoutBeingShown() {
        assertThatThrownBy(() -> new StoreSettings(Map.of(), "LTAI5secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keys themselves never stand in a settings file")
                .hasMessageNotContaining("LTAI5secret");
    }

    private static Path file(Path path, String profile, String key) throws IOException {
        Files.createDirectories(path.getParent());
        return Files.writeString(
                path,
                "["
                        + profile
                        + "]\naws_access_key_id = "
                        + key
                        + "\naws_secret_access_key = hidden\n");
    }
}
