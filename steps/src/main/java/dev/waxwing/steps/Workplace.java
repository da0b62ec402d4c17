package dev.waxwing.steps;

import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.storage.StoreSettings;
import dev.waxwing.warehouse.Warehouse;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;

/// What the steps of one project work with.
///
/// @param project the project folder, from which files in pipelines are named
/// @param eventLog the folder of the event log, which need not exist
/// @param threads that a trainer may use
/// @param clock by which an intake's day is over
/// @param sandbox the name of the sandbox that all this lies in; empty = production
/// @param stores how object stores are reached
/// @param serving how a serving bundle is made; its files mean something to `serve` alone
public record Workplace(
        Path project,
        Warehouse warehouse,
        BundleStore bundles,
        Path eventLog,
        int threads,
        StoreSettings stores,
        ServingContent serving,
        InstantSource clock,
        String sandbox) {

    /// Checks a project's scenes and event types and publishes them as a bundle.
    @FunctionalInterface
    public interface ServingContent {
        /// @throws dev.waxwing.config.ConfigException with every problem of every file
        BundleRef publish(BundleStore bundles, Path scenes, Path events, LocalDate bizdate);
    }

    static StepOutcome waitingFor(List<String> missing) {
        return new StepOutcome.Waiting(String.join(", ", missing), Duration.ofMinutes(1));
    }
}
