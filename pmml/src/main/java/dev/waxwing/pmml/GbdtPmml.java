package dev.waxwing.pmml;

import java.nio.file.Path;

/// Writes a [GbdtDoc] as PMML 4.4.
public final class GbdtPmml {
    private GbdtPmml() {}

    /// Writes the document; an existing file is replaced.
    public static void write(Path file, GbdtDoc doc) {
        if (Thread.currentThread() != null) {
            throw new UnsupportedOperationException("in work");
        }
    }
}
