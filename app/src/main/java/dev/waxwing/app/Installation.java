package dev.waxwing.app;

import dev.waxwing.console.Console;
import dev.waxwing.flow.Baselines;
import dev.waxwing.flow.Pipelines;
import dev.waxwing.flow.RunListener;
import dev.waxwing.flow.Runner;
import dev.waxwing.flow.Runs;
import dev.waxwing.flow.Shift;
import dev.waxwing.flow.StepCatalogue;
import dev.waxwing.model.BundleStore;
import dev.waxwing.serve.ServingBundle;
import dev.waxwing.steps.StepKinds;
import dev.waxwing.steps.Workplace;
import dev.waxwing.storage.FileStore;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.WarehouseSettings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// The parts of one project, wired by hand. Each is opened when it is first asked for, so that a command pays for what it
/// uses. One thread.
final class Installation implements AutoCloseable {
    /// The folder of the tables in a storage folder.
    static final String WAREHOUSE = "warehouse";

    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);
    private static final Duration AWAY = Duration.ofSeconds(1);

    private final Project project;
    private final InstantSource clock;
    private Warehouse warehouse;
    private BundleStore bundles;
    private Runs runs;

    Installation(Project project) {
        this(project, InstantSource.system());
    }

    /// @param clock what "now" is to all its parts
    Installation(Project project, InstantSource clock) {
        this.project = project;
        this.clock = clock;
        try {
            Files.createDirectories(project.storage());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot make the storage folder " + project.storage(), e);
        }
    }

    InstantSource clock() {
        return clock;
    }

    Project project() {
        return project;
    }

    Warehouse warehouse() {
        if (warehouse == null) {
            warehouse =
                    Warehouse.open(
                            project.storage().resolve(WAREHOUSE),
                            new WarehouseSettings(project.memory(), project.threads()));
            UnpackedLibraries.delete();
        }
        return warehouse;
    }

    BundleStore bundles() {
        if (bundles == null) {
            bundles = BundleStore.open(FileStore.folder(project.storage()));
        }
        return bundles;
    }

    Runs runs() {
        if (runs == null) {
            runs =
                    project.metadata().isEmpty()
                            ? Runs.open(project.storage().resolve("waxwing.db"))
                            : Runs.open(project.metadata());
            UnpackedLibraries.delete();
        }
        return runs;
    }

    Path eventLog() {
        return project.storage().resolve("events");
    }

    StepCatalogue catalogue() {
        Workplace workplace =
                new Workplace(
                        project.folder(),
                        warehouse(),
                        bundles(),
                        eventLog(),
                        project.threads(),
                        project.stores(),
                        ServingBundle::publish,
                        clock,
                        project.sandbox().name());
        return StepCatalogue.of(StepKinds.all(workplace));
    }

    Pipelines pipelines() {
        return Pipelines.in(project.pipelines(), catalogue(), project.sandbox().overrides());
    }

    Runner runner() {
        return new Runner(runs(), project.storage(), project.threads(), clock);
    }

    /// Puts this process on shift: it takes on whatever any worker may run.
    /// @param schedules whether it also makes the runs of schedules; nothing is scheduled in a sandbox
    Shift shift(boolean schedules, RunListener listener) {
        return Shift.start(
                runs(),
                project.storage(),
                pipelines(),
                new Shift.Settings(
                        project.threads(),
                        project.zone(),
                        project.pools(),
                        schedules && project.sandbox().isProduction(),
                        Optional.of(project.baselines()),
                        project.keepRuns()),
                clock,
                listener);
    }

    /// The same; a database that is away is waited for.
    /// @return nothing if the process is told to end before it is there
    Optional<Shift> shift(boolean schedules, RunListener listener, ToldToEnd end)
            throws InterruptedException {
        while (true) {
            try {
                return Optional.of(shift(schedules, listener));
            } catch (RuntimeException e) {
                if (!isAway(e)) {
                    throw e;
                }
                LOG.warn(
                        "the database of runs is away, tried again in {} s: {}",
                        AWAY.toSeconds(),
                        e.getMessage());
            }
            if (end.await(AWAY)) {
                return Optional.empty();
            }
        }
    }

    /// Whether a database cannot be reached (SQL's class 08), or is not ready yet (PostgreSQL's 57P03).
    private static boolean isAway(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SQLException sql) {
                String state = String.valueOf(sql.getSQLState());
                if (state.startsWith("08") || state.startsWith("57P")) {
                    return true;
                }
            }
        }
        return false;
    }

    Baselines baselines() {
        return Baselines.in(project.baselines());
    }

    /// What people may ask of runs over HTTP; close it before this.
    Console console() {
        return new Console(
                runs(), project.storage(), pipelines(), baselines(), project.zone(), clock);
    }

    @Override
    public void close() {
        if (warehouse != null) {
            warehouse.close();
        }
        if (runs != null) {
            runs.close();
        }
    }
}
