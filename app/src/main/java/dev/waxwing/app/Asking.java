package dev.waxwing.app;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What every command takes that asks something of a run: it is written down with who and why.
final class Asking {
    static final String WHY = "Kept with the run.";

    @Parameters(index = "0", paramLabel = "RUN", description = "A run's id, from `runs`.")
    String run;

    @Option(names = "--why", defaultValue = "no reason given", description = WHY)
    String why;

    String who() {
        return user();
    }

    static String user() {
        return System.getProperty("user.name", "somebody");
    }
}
