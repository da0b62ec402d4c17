package dev.waxwing.pmml;

import java.nio.file.Path;

/// Writes an [LrDoc] as PMML 4.4.
public final class LrPmml {
    private LrPmml() {}

    /// Writes the document; an existing file is replaced.
    public static void write(Path file, LrDoc doc) {
        if (Thread.currentThread() != null) {
            throw new UnsupportedOperationException("in work");
        }
    }
}
