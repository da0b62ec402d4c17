package dev.waxwing.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a store of files in folders promises beyond an [ObjectStoreContract].
abstract class FileStoreContract extends ObjectStoreContract<FileStore> {
    @Test
    void exactlyOneOfManyPutsIfAbsentWins() throws Exception {
        List<Boolean> won =
                race(8, i -> store.putIfAbsent("activations/7.json", ("by " + i).getBytes(UTF_8)));
        assertThat(won).filteredOn(w -> w).hasSize(1);
        assertThat(store.read("activations/7.json"))
                .asString(UTF_8)
                .isEqualTo("by " + won.indexOf(true));
        assertThat(store.putIfAbsent("activations/7.json", new byte[0])).isFalse();
    }

    @Test
    void exactlyOneOfManyPublishersOfAFolderWins() throws Exception {
        List<Boolean> won =
                race(
                        6,
                        i -> {
                            Path folder =
                                    Files.createDirectories(
                                                    work.resolve("draft" + i).resolve("inner"))
                                            .getParent();
                            Files.writeString(folder.resolve("one"), "1 by " + i);
                            Files.writeString(folder.resolve("inner/two"), "2 by " + i);
                            return store.publishFolder("bundles/b/1", folder);
                        });
        assertThat(won).filteredOn(w -> w).hasSize(1);
        int winner = won.indexOf(true);
        assertThat(store.list("bundles/"))
                .containsExactly("bundles/b/1/inner/two", "bundles/b/1/one");
        assertThat(store.read("bundles/b/1/one")).asString(UTF_8).isEqualTo("1 by " + winner);
        assertThat(store.local("bundles/b/1").resolve("inner/two")).hasContent("2 by " + winner);
    }

    @Test
    void refusesToPublishAFolderWithoutFiles() throws IOException {
        Path folder = Files.createDirectory(work.resolve("empty"));
        assertThatThrownBy(() -> store.publishFolder("bundles/e", folder))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("it holds no file");
        assertThat(store.exists("bundles/e")).isFalse();
    }

    @Test
    void deletesWholeFolders() {
        store.put("a/1", new byte[0]);
        store.put("a/2", new byte[0]);
        store.delete("a");
        store.delete("a");
        assertThat(store.exists("a")).isFalse();
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void showsWhatItHoldsAsALocalFile() {
        store.put("x/b.txt", "bytes".getBytes(UTF_8));
        assertThat(store.local("x/b.txt")).hasContent("bytes");
        assertThatThrownBy(() -> store.local("no/such"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("no/such");
    }
}
