package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.config.Config;
import dev.waxwing.config.ConfigException;
import dev.waxwing.config.MapNode;
import dev.waxwing.events.Event;
import dev.waxwing.events.EventLog;
import dev.waxwing.events.LogReader;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.BundleStore;
import dev.waxwing.storage.FileStore;
import dev.waxwing.storage.StoreSettings;
import dev.waxwing.warehouse.PartitionState;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.WarehouseSettings;
import dev.waxwing.warehouse.Writer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// When an intake's day is open and when it is whole, and what then leaves the event log.
class CollectStepTest {
    private static final LocalDate D = LocalDate.of(2026, 1, 30);

    @TempDir private Path work;
    private Warehouse warehouse;
    private EventLog log;
    private Instant now = Instant.parse("2026-01-30T12:00:00Z");
    private String sandbox = "";

    @BeforeEach
    void open() {
        warehouse = Warehouse.open(work.resolve("wh"), new WarehouseSettings("500MB", 1));
    }

    @AfterEach
    void close() {
        if (log != null) {
            log.close();
        }
        warehouse.close();
    }

    @Test
    void aDayIsOpenUntilItsMidnightAndTheGraceAreOver() throws Exception {
        arrives("a", "2026-01-30T11:00:00Z");
        collect(D);
        assertThat(state(D)).isEqualTo(PartitionState.OPEN);
        assertThat(missing(Optional.of(0)))
                .containsExactly(
                        "ods_event/ds=20260130 (still open: events arrive until the day is over in"
                                + " UTC; collect closes it then)");
        assertThat(missing(Optional.empty())).isEqualTo(missing(Optional.of(0)));

        arrives("b", "2026-01-30T23:59:59Z");
        now = Instant.parse("2026-01-31T00:04:59Z");
        collect(D);
        assertThat(state(D)).isEqualTo(PartitionState.OPEN);

        now = Instant.parse("2026-01-31T00:05:00Z");
        collect(D);
        assertThat(state(D)).isEqualTo(PartitionState.COMMITTED);
        assertThat(missing(Optional.of(0))).isEmpty();
        assertThat(missing(Optional.empty())).isEmpty();
        assertThat(ids()).containsExactly("a", "b");
    }

    @Test
    void anEventOfTheNextDayClosesADayBeforeTheGraceIsOver() throws Exception {
        arrives("a", "2026-01-30T23:59:59Z");
        arrives("b", "2026-01-31T00:00:01Z");
        now = Instant.parse("2026-01-31T00:00:02Z");
        collect(D);
        assertThat(state(D)).isEqualTo(PartitionState.COMMITTED);
        assertThat(ids()).containsExactly("a");
    }

    @Test
    void aDayThatWasLeftOpenIsClosedByTheNightAfterIt() throws Exception {
        arrives("a", "2026-01-30T11:00:00Z");
        collect(D);
        now = Instant.parse("2026-02-01T01:30:00Z");
        collect(D.plusDays(1));
        assertThat(state(D)).isEqualTo(PartitionState.COMMITTED);
        assertThat(state(D.plusDays(1))).isEqualTo(PartitionState.COMMITTED);
    }

    @Test
    void aDayWithoutAnEventIsOpenTooWhileAServerMaySendSome() throws Exception {
        arrives("a", "2026-01-29T11:00:00Z");
        collect(D);
        assertThat(state(D)).isEqualTo(PartitionState.OPEN);
        now = Instant.parse("2026-01-31T01:30:00Z");
        collect(D);
        assertThat(state(D)).isEqualTo(PartitionState.COMMITTED);
    }

    @Test
    void whatWasImportedIsCommittedAtOnce() throws Exception {
        try (PartitionWrite write =
                warehouse.write(
                        "ods_event",
                        new TreeSet<>(List.of(Days.ds(D))),
                        new Writer("import", "import", 1))) {
            write.adding().rows(CollectStep.COLUMNS, List.of()).commit();
        }
        assertThat(state(D)).isEqualTo(PartitionState.COMMITTED);
        collect(D);
        assertThat(state(D)).isEqualTo(PartitionState.COMMITTED);
    }

    @Test
    void segmentsThatAreCollectedAndOldLeaveTheLog() throws Exception {
        for (int day = 1; day <= 9; day++) {
            arrives("e" + day, "2026-01-0" + day + "T12:00:00Z");
        }
        now = Instant.parse("2026-01-09T01:30:00Z");
        collect(LocalDate.of(2026, 1, 8), "keep-log: 5d");
        assertThat(days()).containsExactly("03", "04", "05", "06", "07", "08", "09");
        collect(LocalDate.of(2026, 1, 8), "keep-log: 5d");
        now = Instant.parse("2026-01-31T01:30:00Z");
        collect(D, "keep-log: 5d");
        assertThat(days()).containsExactly("09"); // the last one is the writer's
        assertThat(ids()).hasSize(9).doesNotHaveDuplicates();
        arrives("next", "2026-01-31T02:00:00Z");
        now = Instant.parse("2026-02-01T01:30:00Z");
        collect(D.plusDays(1), "keep-log: 5d");
        assertThat(days()).containsExactly("31");
        assertThat(ids()).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void whatIsNotCollectedStaysHoweverOldItIs() throws Exception {
        for (int day = 1; day <= 3; day++) {
            arrives("e" + day, "2026-01-0" + day + "T12:00:00Z");
        }
        collect(LocalDate.of(2026, 1, 1), "keep-log: 5d");
        now = Instant.parse("2026-01-31T01:30:00Z");
        collect(LocalDate.of(2026, 1, 1), "keep-log: 5d");
        assertThat(days()).containsExactly("01", "02", "03");
    }

    @Test
    void aDateInTheFarFutureEmptiesNothingThatIsYoung() throws Exception {
        arrives("a", "2026-01-29T12:00:00Z");
        arrives("b", "2026-01-30T11:00:00Z");
        collect(LocalDate.of(2099, 1, 1), "keep-log: 5d");
        assertThat(days()).containsExactly("29", "30");
    }

    @Test
    void aLogShorterThanAServerReadsBackIsRefused() {
        MapNode config = Config.parse("p.yaml", "collect: ods_event\nkeep-log: 4d\n");
        CollectStep.kind(workplace()).parse("collect", config);
        assertThatThrownBy(config::done)
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "p.yaml:2 keep-log: must be at least 5d: a server that starts reads its"
                                + " state from the log");
    }

    @Test
    void inASandboxNothingIsCollectedAndADayThatIsNotThereIsToldSo() throws Exception {
        arrives("a", "2026-01-30T11:00:00Z");
        now = Instant.parse("2026-01-31T00:05:00Z");
        collect(D);
        arrives("b", "2026-01-31T11:00:00Z");
        sandbox = "trial";
        collect(D);
        assertThat(ids()).containsExactly("a");
        assertThatThrownBy(() -> collect(D.plusDays(1)))
                .hasMessage(
                        "ods_event has no ds=20260131 in the sandbox trial, and a sandbox collects nothing;"
                                + " collect the day in production and make another sandbox");
        sandbox = "";
        now = Instant.parse("2026-02-01T00:05:00Z");
        collect(D.plusDays(1));
        assertThat(ids()).containsExactly("a", "b");
    }

    private void arrives(String id, String at) {
        if (log == null) {
            log = EventLog.open(work.resolve("events"));
        }
        Instant arrival = Instant.parse(at);
        log.append(
                List.of(new Event(id, "click", "u", "i", arrival, 1, "", "home", 0, "{}")),
                arrival);
    }

    private Workplace workplace() {
        return new Workplace(
                work,
                warehouse,
                BundleStore.open(FileStore.folder(work)),
                work.resolve("events"),
                1,
                StoreSettings.DEFAULTS,
                (_, _, _, _) -> {
                    throw new UnsupportedOperationException();
                },
                () -> now,
                sandbox);
    }

    private void collect(LocalDate bizdate, String... more) throws Exception {
        String config = "collect: ods_event\n" + String.join("\n", more) + "\n";
        Step step = CollectStep.kind(workplace()).parse("collect", Config.parse("p.yaml", config));
        assertThat(step.run(new Asked(bizdate))).isInstanceOf(StepOutcome.Done.class);
    }

    private PartitionState state(LocalDate day) {
        return warehouse.state("ods_event", Days.ds(day));
    }

    private List<String> missing(Optional<Integer> offset) {
        return new Upstream(Map.of("ods_event", offset))
                .missing(warehouse, List.of("ods_event"), D);
    }

    private List<String> ids() {
        return warehouse.query(
                "SELECT event_id FROM ods_event ORDER BY event_id",
                rows -> {
                    List<String> ids = new ArrayList<>();
                    while (rows.next()) {
                        ids.add(rows.getString(1));
                    }
                    return ids;
                });
    }

    /// The days of January whose segments the log has.
    private List<String> days() throws IOException {
        assertThat(LogReader.of(work.resolve("events")).isEmpty()).isFalse();
        try (Stream<Path> files = Files.list(work.resolve("events"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".log"))
                    .map(name -> name.substring(name.length() - 6, name.length() - 4))
                    .sorted()
                    .toList();
        }
    }

    /// A run of one step.
    private record Asked(LocalDate bizdate) implements StepContext {
        @Override
        public String pipeline() {
            return "events";
        }

        @Override
        public String step() {
            return "collect";
        }

        @Override
        public String runId() {
            return "r-" + bizdate;
        }

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public Path work() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, String> outputsOf(String step) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void output(String key, String value) {}

        @Override
        public void log(String line) {}
    }
}
