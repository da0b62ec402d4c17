package dev.waxwing.pmml;

import java.io.PrintStream;

/// Tells the first problems of a file as they come and counts the rest.
final class Problems {
    private static final int MOST = 20;

    private final PrintStream err;
    private long found;

    Problems(PrintStream err) {
        this.err = err;
    }

    void add(String problem) {
        if (++found <= MOST) {
            err.println(PmmlException.clip(problem));
        }
    }

    long found() {
        return found;
    }

    void tellRest() {
        if (found > MOST) {
            err.println("… and " + (found - MOST) + " more; " + found + " problems in all");
        }
    }
}
