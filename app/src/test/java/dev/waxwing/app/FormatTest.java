package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Every Java file is as google-java-format (AOSP style, comments left alone) would write it.
///
/// To mend: `mvn -pl app -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest=FormatTest -Dwaxwing.format=write`.
class FormatTest {
    private static final Formatter FORMATTER =
            new Formatter(
                    JavaFormatterOptions.builder()
                            .style(JavaFormatterOptions.Style.AOSP)
                            .formatJavadoc(false)
                            .build());

    @Test
    void everyJavaFileIsFormatted() throws Exception {
        boolean write = "write".equals(System.getProperty("waxwing.format"));
        List<String> unformatted = new ArrayList<>();
        Path root = Path.of("..").toRealPath();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(FormatTest::isSource).toList()) {
                String text = Files.readString(file);
                String formatted = format(file, text);
                if (!formatted.equals(text)) {
                    if (write) {
                        Files.writeString(file, formatted);
                    } else {
                        unformatted.add(root.relativize(file).toString());
                    }
                }
            }
        }
        assertThat(unformatted)
                .as(
                        "to mend: mvn -pl app -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest=FormatTest -Dwaxwing.format=write")
                .isEmpty();
    }

    private static boolean isSource(Path file) {
        String path = file.toString();
        return path.endsWith(".java") && !path.contains("/target/") && !path.contains("/.");
    }

    private static String format(Path file, String text) throws IOException {
        try {
            return ImportOrderer.reorderImports(
                    RemoveUnusedImports.removeUnusedImports(FORMATTER.formatSource(text)),
                    JavaFormatterOptions.Style.AOSP);
        } catch (FormatterException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
