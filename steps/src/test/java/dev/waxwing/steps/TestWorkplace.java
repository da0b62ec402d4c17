package dev.waxwing.steps;

import dev.waxwing.model.BundleStore;
import dev.waxwing.storage.StoreSettings;
import dev.waxwing.warehouse.Warehouse;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/// Workplaces of tests that make no serving bundle; one that is made fails the test.
final class TestWorkplace {
    private TestWorkplace() {}

    static Workplace of(Path folder, Warehouse warehouse, BundleStore bundles) {
        return of(folder, warehouse, bundles, StoreSettings.DEFAULTS, () -> Instant.EPOCH, "");
    }

    static Workplace of(
            Path folder,
            Warehouse warehouse,
            BundleStore bundles,
            StoreSettings stores,
            InstantSource clock,
            String sandbox) {
        return new Workplace(
                folder,
                warehouse,
                bundles,
                folder.resolve("events"),
                2,
                stores,
                (_, _, _, _) -> {
                    throw new AssertionError("no serving bundle is made in this test");
                },
                clock,
                sandbox);
    }
}
