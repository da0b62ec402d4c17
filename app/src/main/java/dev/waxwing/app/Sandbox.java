package dev.waxwing.app;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// A namespace beside production for a backfill or a trial: tables, bundles, aliases and runs of its own, which begin as those of
/// production were when it was made. What is done in one is never seen outside.
/// @param name empty in production
/// @param overrides where its pipelines' steps differ from their files, such as `train.fit.rounds` → `50`
record Sandbox(String name, Instant made, String why, SortedMap<String, String> overrides) {
    /// No sandbox.
    static final Sandbox PRODUCTION =
            new Sandbox("", Instant.EPOCH, "", Collections.emptySortedMap());

    Sandbox {
        overrides = Collections.unmodifiableSortedMap(new TreeMap<>(overrides));
    }

    boolean isProduction() {
        return name.isEmpty();
    }
}
