package dev.waxwing.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

class FolderStoreTest extends FileStoreContract {
    @Override
    FileStore open() {
        return FileStore.folder(work.resolve("store"));
    }

    @Test
    void leavesNoTemporaryFilesBehind() throws IOException {
        store.put("a", new byte[] {1});
        store.putIfAbsent("a", new byte[] {2});
        store.putIfAbsent("b", new byte[] {2});
        store.delete("b");
        assertThat(work.resolve("store/.tmp")).isEmptyDirectory();
    }

    @Test
    void removesWhatAKilledWriterLeftADayAgoButNotWhatMayStillBeWritten() throws IOException {
        Path old = Files.writeString(work.resolve("store/.tmp/old"), "half");
        Path young = Files.writeString(work.resolve("store/.tmp/young"), "half");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
        open();
        assertThat(old).doesNotExist();
        assertThat(young).exists();
        assertThat(open().list("")).as("neither is a file of the store").isEmpty();
    }

    @Test
    void saysSoWhenAFileStandsWhereAFolderIsNeeded() {
        store.put("a", new byte[] {1});
        assertThatThrownBy(() -> store.put("a/b", new byte[] {1}))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot store a/b in " + work.resolve("store"));
    }

    @Test
    void knowsTheStandardChecksums() throws IOException {
        String abc =
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2,
        // B.1
        assertThat(Sha256.of("abc".getBytes(UTF_8))).isEqualTo(abc);
        assertThat(Sha256.of(Files.writeString(work.resolve("abc"), "abc"))).isEqualTo(abc);
        assertThatThrownBy(() -> Sha256.of(work.resolve("none")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("none");
    }
}
