package dev.waxwing.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What every store promises, wherever it keeps its files. One subclass a store.
abstract class ObjectStoreContract<S extends ObjectStore> {
    @TempDir Path work;
    S store;

    abstract S open();

    @BeforeEach
    void openTheStore() {
        store = open();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    @Test
    void givesBackWhatWasPut() throws IOException {
        Path file = Files.writeString(work.resolve("a.txt"), "from a file");
        store.put("x/y/a.txt", file);
        store.put("x/b.txt", "bytes".getBytes(UTF_8));
        store.put("x/empty", new byte[0]);
        assertThat(store.read("x/y/a.txt")).asString(UTF_8).isEqualTo("from a file");
        assertThat(store.read("x/b.txt")).asString(UTF_8).isEqualTo("bytes");
        assertThat(store.read("x/empty")).isEmpty();
        assertThat(file).as("the source stays").exists();
        assertThat(store.exists("x/y/a.txt")).isTrue();
        assertThat(store.exists("x/y/a.tx")).isFalse();
    }

    @Test
    void getsAFileInPlaceOfWhatWasThere() throws IOException {
        store.put("a", "stored".getBytes(UTF_8));
        Path target = Files.writeString(work.resolve("target"), "something longer than that");
        store.get("a", target);
        assertThat(target).hasContent("stored");
        assertThatThrownBy(() -> store.get("none", target)).isInstanceOf(StorageException.class);
        assertThat(target).as("a failure leaves it as it was").hasContent("stored");
        assertThat(work).as("nothing beside it").isDirectoryNotContaining("glob:**target.*");
    }

    @Test
    void replacesAFileByAnother() {
        store.put("a", "old".getBytes(UTF_8));
        store.put("a", "new and longer".getBytes(UTF_8));
        assertThat(store.read("a")).asString(UTF_8).isEqualTo("new and longer");
        assertThat(store.list("")).containsExactly("a");
    }

    @Test
    void aReaderNeverSeesHalfAFile() throws Exception {
        byte[] small = "s".repeat(10).getBytes(UTF_8);
        byte[] large = "l".repeat(1_000_000).getBytes(UTF_8);
        store.put("a", small);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> writer =
                    threads.submit(
                            () -> {
                                for (int i = 0; i < 40; i++) {
                                    store.put("a", i % 2 == 0 ? large : small);
                                }
                            });
            while (!writer.isDone()) {
                assertThat(store.read("a").length).isIn(10, 1_000_000);
            }
            writer.get();
        }
    }

    @Test
    void aFileThatIsThereIsNotReplacedByAPutIfAbsent() throws IOException {
        Path file = Files.writeString(work.resolve("a.txt"), "first");
        assertThat(store.putIfAbsent("a", file)).isTrue();
        Files.writeString(file, "second");
        assertThat(store.putIfAbsent("a", file)).isFalse();
        assertThat(store.read("a")).asString(UTF_8).isEqualTo("first");
    }

    @Test
    void listsByPrefixInOrder() {
        for (String name : List.of("b/2", "b/10", "a", "bc/1")) {
            store.put(name, new byte[] {1});
        }
        assertThat(store.list("")).containsExactly("a", "b/10", "b/2", "bc/1");
        assertThat(store.list("b/")).containsExactly("b/10", "b/2");
        assertThat(store.list("b")).containsExactly("b/10", "b/2", "bc/1");
        assertThat(store.list("b/1")).containsExactly("b/10");
        assertThat(store.list("nothing/here")).isEmpty();
    }

    @Test
    void deletesAFileAndNoOther() {
        store.put("a/1", new byte[0]);
        store.put("a/2", new byte[0]);
        store.delete("a/1");
        store.delete("a/1");
        assertThat(store.list("")).containsExactly("a/2");
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> store.read("no/such"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("no/such");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/a", "a/", "a//b", "..", "a/../b", "./a", ".tmp/x", "a\\b", "a\nb"})
    void refusesNamesThatCouldLeaveTheStore(String name) {
        assertThatThrownBy(() -> store.put(name, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a name in a store");
    }

    interface Contender {
        boolean run(int i) throws Exception;
    }

    static List<Boolean> race(int contenders, Contender contender) throws Exception {
        var start = new CyclicBarrier(contenders);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < contenders; i++) {
                int me = i;
                all.add(
                        () -> {
                            start.await();
                            return contender.run(me);
                        });
            }
            List<Boolean> won = new ArrayList<>();
            for (Future<Boolean> each : threads.invokeAll(all)) {
                won.add(each.get());
            }
            return won;
        }
    }
}
