package dev.waxwing.app;

import dev.waxwing.config.ConfigException;
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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parts of one project, wired by hand. Each is opened when it is first asked for, so that a command pays for what it
/// uses. One thread.
final class Installation implements AutoCloseable {
    /// The folder of the tables in a storage folder.
    static final String WAREHOUSE = "warehouse";

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
        return pipelines(project.sandbox().overrides());
    }

    private Pipelines pipelines(Map<String, String> overrides) {
        return Pipelines.in(project.pipelines(), catalogue(), overrides);
    }

    /// @param overrides as a sandbox has them
    /// @throws ConfigException if the pipelines cannot be read with them, or one names no pipeline
    void checkOverrides(Map<String, String> overrides) {
        Pipelines pipelines = pipelines(overrides);
        for (String key : overrides.keySet()) {
            int dot = key.indexOf('.');
            String pipeline = dot < 0 ? key : key.substring(0, dot);
            if (!pipelines.names().contains(pipeline) || key.indexOf('.', dot + 1) < 0) {
                throw new ConfigException(
                        List.of(
                                "cannot set "
                                        + key
                                        + ": it must be PIPELINE.STEP.KEY, and pipelines are "
                                        + pipelines.names()));
            }
        }
        if (!overrides.isEmpty()) {
            pipelines.all();
        }
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
