package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.flow.Backfill;
import dev.waxwing.flow.Pipelines;
import dev.waxwing.flow.RunListener;
import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.Runs;
import dev.waxwing.flow.Shift;
import dev.waxwing.flow.StepCatalogue;
import dev.waxwing.flow.StepReport;
import dev.waxwing.storage.StoreSettings;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.WarehouseSettings;
import dev.waxwing.warehouse.Writer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// The two examples that wait for a trainer elsewhere: by looking again and again, and by being told.
@Timeout(120)
class TrainerExampleTest {
    private static final LocalDate D = LocalDate.of(2013, 8, 31);
    private static final Path EXAMPLES = Path.of("../examples/movietweetings/pipelines");

    @TempDir private Path home;

    @Test
    void theLoopLooksUntilTheModelIsThereAndTheSensorIsToldOfIt() throws IOException {
        Path folder = Files.createDirectories(home.resolve("pipelines"));
        String loop = Files.readString(EXAMPLES.resolve("trainer_loop.yaml"));
        assertThat(loop).contains("pause: 60s");
        Files.writeString(
                folder.resolve("trainer_loop.yaml"), loop.replace("pause: 60s", "pause: 20ms"));
        Files.copy(EXAMPLES.resolve("trainer_sensor.yaml"), folder.resolve("trainer_sensor.yaml"));
        try (Warehouse warehouse =
                        Warehouse.open(home.resolve("wh"), new WarehouseSettings("500MB", 1));
                Runs runs = Runs.open(home.resolve("waxwing.db"))) {
            trains(warehouse, "20130830", 7);
            Pipelines pipelines =
                    Pipelines.in(folder, StepCatalogue.of(StepKinds.all(workplace(warehouse))));
            String looks = make(runs, pipelines, "trainer_loop");
            String waits = make(runs, pipelines, "trainer_sensor");
            try (Shift _ =
                    Shift.start(
                            runs,
                            home,
                            pipelines,
                            new Shift.Settings(2, ZoneOffset.UTC, Map.of(), false),
                            InstantSource.system(),
                            RunListener.none())) {
                until(() -> iterations(runs, looks) > 3);
                until(
                        () ->
                                step(runs, waits, "model_there")
                                        .message()
                                        .equals("trained_model/ds=20130831"));
                trains(warehouse, "20130831", 8);
                runs.announce("trained_model", Instant.now());
                for (String run : List.of(looks, waits)) {
                    until(() -> runs.find(run).orElseThrow().hasEnded());
                    RunReport report = runs.find(run).orElseThrow();
                    assertThat(report.done()).as(report.message()).isTrue();
                    assertThat(step(runs, run, "model").outputs()).containsEntry("version", "8");
                }
            }
            int iterations = iterations(runs, looks);
            assertThat(step(runs, looks, "model_there").outputs())
                    .containsEntry("iterations", Integer.toString(iterations));
        }
    }

    private static int iterations(Runs runs, String run) {
        return runs.detail(run).orElseThrow().steps().stream()
                .mapToInt(step -> step.iterations().size())
                .sum();
    }

    private static String make(Runs runs, Pipelines pipelines, String name) {
        var backfill = new Backfill(name, D, D, Set.of(), false, 1, false);
        return runs.make(backfill.plan(List.of(pipelines.named(name))), Instant.now()).getFirst();
    }

    private static StepReport step(Runs runs, String run, String step) {
        return runs.find(run).orElseThrow().step(step).orElseThrow();
    }

    private static void trains(Warehouse warehouse, String ds, int version) {
        try (PartitionWrite write =
                warehouse.write(
                        "trained_model", new TreeSet<>(List.of(ds)), new Writer("far", "t", 1))) {
            write.select("SELECT '" + ds + "' AS ds, " + version + " AS version");
            write.commit();
        }
    }

    private Workplace workplace(Warehouse warehouse) {
        return TestWorkplace.of(
                home, warehouse, null, StoreSettings.DEFAULTS, InstantSource.system(), "");
    }

    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) { // the test's own timeout ends it
            LockSupport.parkNanos(5_000_000);
            if (Thread.interrupted()) {
                throw new AssertionError("it did not come to pass");
            }
        }
    }
}
