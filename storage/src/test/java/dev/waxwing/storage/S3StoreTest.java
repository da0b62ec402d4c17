package dev.waxwing.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class S3StoreTest extends ObjectStoreContract<ObjectStore> {
    private static final String URL = "oss://test.oss-cn-shanghai-internal.aliyuncs.com/model/";
    private static S3Server server;

    @BeforeAll
    static void start() {
        server = new S3Server();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void empty() {
        server.blobs.clearContainer(S3Server.BUCKET);
    }

    @Override
    ObjectStore open() {
        return S3Server.store(URL, server.port(), S3Server.KEYS);
    }

    @Test
    void keepsItsFilesBelowThePrefixOfItsUrl() {
        store.put("ctr.xml", new byte[] {1});
        assertThat(server.blobs.blobExists(S3Server.BUCKET, "model/ctr.xml")).isTrue();
        try (ObjectStore whole =
                S3Server.store(URL.replace("model/", ""), server.port(), S3Server.KEYS)) {
            whole.put("other/ctr.xml", new byte[] {1});
            assertThat(whole.list("")).containsExactly("model/ctr.xml", "other/ctr.xml");
        }
        assertThat(store.list("")).containsExactly("ctr.xml");
    }

    @Test
    void listsMoreThanOneAnswerHolds() {
        for (int i = 0; i < 1001; i++) {
            server.blobs.putBlob(
                    S3Server.BUCKET,
                    server.blobs.blobBuilder("model/n/" + i).payload(new byte[0]).build());
        }
        assertThat(store.list("n/")).hasSize(1001).isSorted();
    }

    @Test
    void storesALargeFileInPartsAndGivesItBack() throws IOException {
        Path file = large(20);
        store.put("large", file);
        store.get("large", work.resolve("back"));
        assertThat(Files.mismatch(file, work.resolve("back"))).isEqualTo(-1);
        assertThat(store.putIfAbsent("large", file)).isFalse();
        store.delete("large");
        assertThat(store.putIfAbsent("large", file)).isTrue();
    }

    @Test
    void aConnectionCutInTheMiddleIsTriedAgain() throws IOException {
        Path file = large(20);
        try (BadWire wire = BadWire.cutting(server.port(), 3_000_000, 2);
                ObjectStore cut = S3Server.store(URL, wire.port(), S3Server.KEYS)) {
            cut.put("large", file);
            assertThat(wire.harmed()).isEqualTo(2);
        }
        store.get("large", work.resolve("back"));
        assertThat(Files.mismatch(file, work.resolve("back"))).isEqualTo(-1);
    }

    @Test
    void anUploadThatIsCutAgainAndAgainLeavesNothingThatCanBeSeen() throws IOException {
        for (Path file : new Path[] {large(4), large(20)}) {
            try (BadWire wire = BadWire.cutting(server.port(), 3_000_000, 1000);
                    ObjectStore cut = S3Server.store(URL, wire.port(), S3Server.KEYS)) {
                assertThatThrownBy(() -> cut.put("large", file))
                        .isInstanceOf(StoreUnreachable.class)
                        .hasMessageContaining("cannot store large in " + URL)
                        .hasMessageContaining("tried 5 times");
                assertThat(wire.harmed()).isEqualTo(5);
            }
            assertThat(store.exists("large")).isFalse();
            assertThat(store.list("")).isEmpty();
            assertThat(server.blobs.listMultipartUploads(S3Server.BUCKET))
                    .as("parts that were sent before")
                    .isEmpty();
        }
    }

    @Test
    void aCutUploadLeavesTheOldFileAsItWas() throws IOException {
        store.put("a", "old".getBytes(UTF_8));
        try (BadWire wire = BadWire.cutting(server.port(), 3_000_000, 1000);
                ObjectStore cut = S3Server.store(URL, wire.port(), S3Server.KEYS)) {
            assertThatThrownBy(() -> cut.put("a", large(4))).isInstanceOf(StoreUnreachable.class);
        }
        assertThat(store.read("a")).asString(UTF_8).isEqualTo("old");
    }

    @Test
    void aByteThatChangesOnTheWayIsNoticedAndSentAgain() throws IOException {
        Path file = large(4);
        try (BadWire wire = BadWire.changing(server.port(), 3_000_000, 1);
                ObjectStore bad = S3Server.store(URL, wire.port(), S3Server.KEYS)) {
            bad.put("a", file);
            assertThat(wire.harmed()).isEqualTo(1);
        }
        store.get("a", work.resolve("back"));
        assertThat(Files.mismatch(file, work.resolve("back"))).isEqualTo(-1);
    }

    @Test
    void bytesThatChangeOnTheWayEachTimeAreNeverStored() throws IOException {
        Path file = large(4);
        try (BadWire wire = BadWire.changing(server.port(), 3_000_000, 1000);
                ObjectStore bad = S3Server.store(URL, wire.port(), S3Server.KEYS)) {
            assertThatThrownBy(() -> bad.put("a", file)).isInstanceOf(StorageException.class);
        }
        assertThat(store.exists("a")).isFalse();
    }

    @Test
    void aFileThatChangedInTheBucketIsRefused() throws IOException {
        store.put("a", "as it was stored".getBytes(UTF_8));
        Map<String, String> metadata =
                server.blobs.blobMetadata(S3Server.BUCKET, "model/a").getUserMetadata();
        server.blobs.putBlob(
                S3Server.BUCKET,
                server.blobs
                        .blobBuilder("model/a")
                        .payload("as it was changed".getBytes(UTF_8))
                        .userMetadata(metadata)
                        .build());
        assertThatThrownBy(() -> store.read("a"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("has the SHA-256")
                .hasMessageContaining("put it there again");
        assertThatThrownBy(() -> store.get("a", work.resolve("back")))
                .isInstanceOf(StorageException.class);
        assertThat(work.resolve("back")).doesNotExist();
    }

    @Test
    void saysWhichKeysWereRefused() {
        var wrong = Map.of("OSS_ACCESS_KEY_ID", "reader", "OSS_ACCESS_KEY_SECRET", "wrong");
        try (ObjectStore other = S3Server.store(URL, server.port(), wrong)) {
            assertThatThrownBy(() -> other.put("a", new byte[] {1}))
                    .isInstanceOf(StorageException.class)
                    .isNotInstanceOf(StoreUnreachable.class)
                    .hasMessageContaining(
                            "the server knows no such key (SignatureDoesNotMatch); used were keys"
                                    + " from the environment (OSS_ACCESS_KEY_ID)")
                    .hasMessageNotContaining("wrong;");
        }
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void saysThatThereIsNoSuchBucket() {
        try (ObjectStore other =
                S3Server.store(URL.replace("test", "nowhere"), server.port(), S3Server.KEYS)) {
            assertThatThrownBy(() -> other.put("a", new byte[] {1}))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("there is no bucket nowhere; make it, or correct");
        }
    }

    @Test
    void saysThatNobodyAnswers() throws Exception {
        int port;
        try (var free = new java.net.ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (ObjectStore nobody = S3Server.store(URL, port, S3Server.KEYS)) {
            assertThatThrownBy(() -> nobody.read("a"))
                    .isInstanceOf(StoreUnreachable.class)
                    .hasMessageContaining("cannot read a in " + URL);
        }
    }

    private Path large(int megabytes) throws IOException {
        byte[] bytes = new byte[megabytes << 20];
        new Random(megabytes).nextBytes(bytes);
        return Files.write(work.resolve("large" + megabytes), bytes);
    }
}
