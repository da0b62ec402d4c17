package dev.waxwing.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class LinkedCopyTest {
    @TempDir Path folder;

    @Test
    void holdsTheSameBytesUnderTheSameNamesAndTakesNoRoom() throws IOException {
        Path from = folder.resolve("from");
        write(from.resolve("a/b/data"), "rows");
        write(from.resolve("top"), "t");
        Path to = folder.resolve("to");
        LinkedCopy.of(from, to);
        assertThat(names(to)).containsExactly("a/b/data", "top");
        assertThat(to.resolve("a/b/data")).hasContent("rows");
        assertThat(Files.getAttribute(to.resolve("top"), "unix:ino"))
                .isEqualTo(Files.getAttribute(from.resolve("top"), "unix:ino"));
    }

    @Test
    void eitherSideMayRemoveOrReplaceWhatItHas() throws IOException {
        Path from = folder.resolve("from");
        write(from.resolve("gone"), "1");
        write(from.resolve("replaced"), "1");
        Path to = folder.resolve("to");
        LinkedCopy.of(from, to);
        Files.delete(from.resolve("gone"));
        write(to.resolve("new"), "2");
        Files.move(
                to.resolve("new"),
                to.resolve("replaced"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(to.resolve("gone")).hasContent("1");
        assertThat(from.resolve("replaced")).hasContent("1");
    }

    @Test
    void isCompletedByASecondCallAndLeavesOutWhatIsUnderWay() throws IOException {
        Path from = folder.resolve("from");
        write(from.resolve("a"), "1");
        write(from.resolve(".tmp/draft"), "half");
        write(from.resolve(".draft"), "half");
        Path to = folder.resolve("to");
        LinkedCopy.of(from, to);
        write(from.resolve("b"), "2");
        LinkedCopy.of(from, to);
        assertThat(names(to)).containsExactly("a", "b");
    }

    @Test
    void ofAFolderThatIsNotThereIsEmptyAndOfOneThatCannotBeWrittenIsRefused() throws IOException {
        LinkedCopy.of(folder.resolve("absent"), folder.resolve("to"));
        assertThat(names(folder.resolve("to"))).isEmpty();
        write(folder.resolve("from/a"), "1");
        Path file = folder.resolve("file");
        write(file, "no folder");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> LinkedCopy.of(folder.resolve("from"), file))
                .withMessageContaining("cannot copy " + folder.resolve("from") + " to " + file);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static List<String> names(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
