package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.config.ConfigException;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.storage.FileStore;
import dev.waxwing.warehouse.PartitionState;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.WarehouseSettings;
import dev.waxwing.warehouse.Writer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Steps that look at what is there: they wait for it, assert something of it, and hand its rows to loops.
class TableStepsTest {
    private static final LocalDate D = LocalDate.of(2026, 1, 20);

    @TempDir private Path work;
    private Workplace workplace;
    private OneNight night;

    @BeforeEach
    void open() {
        workplace =
                TestWorkplace.of(
                        work,
                        Warehouse.open(work.resolve("wh"), new WarehouseSettings("500MB", 1)),
                        BundleStore.open(FileStore.folder(work.resolve("bundles"))));
        night = new OneNight(work.resolve("runs"), D);
    }

    @AfterEach
    void close() {
        workplace.warehouse().close();
    }

    private void films(String ds, String rows) {
        try (PartitionWrite write =
                workplace
                        .warehouse()
                        .write("film", new TreeSet<>(List.of(ds)), new Writer("r", "s", 1))) {
            write.select(
                    "SELECT '" + ds + "' AS ds, * FROM (VALUES " + rows + ") AS v (id, title)");
            write.commit();
        }
    }

    @Test
    void assignLeavesItsRowsForLoopsAndASingleRowsColumnsForConditions() throws Exception {
        films("20260120", "(1, 'Alien'), (2, 'Brazil')");
        Files.writeString(
                work.resolve("films.sql"),
                "SELECT id, title FROM film WHERE ds = '${bizdate}' ORDER BY id");
        assertThat(night.run(AssignStep.kind(workplace), "films", "assign: films.sql\n"))
                .isEqualTo(Map.of("length", "2", "outputs", "1,Alien\n2,Brazil"));
        assertThat(
                        night.run(
                                AssignStep.kind(workplace),
                                "count",
                                "assign: SELECT count(*) AS rows, max(id) AS most FROM film\n"))
                .isEqualTo(Map.of("length", "1", "outputs", "2,2", "rows", "2", "most", "2"));
    }

    @Test
    void assignRefusesWhatCouldNotBeToldApart() {
        films("20260120", "(1, 'Me, myself')");
        assertThatThrownBy(
                        () ->
                                night.run(
                                        AssignStep.kind(workplace),
                                        "films",
                                        "assign: SELECT id, title FROM film\n"))
                .hasMessageContaining("holds a comma or a line's end");
        assertThatThrownBy(
                        () ->
                                night.run(
                                        AssignStep.kind(workplace),
                                        "films",
                                        "assign: SELECT id AS outputs FROM film\n"))
                .hasMessageContaining("has a column outputs");
        assertThatThrownBy(
                        () ->
                                night.run(
                                        AssignStep.kind(workplace),
                                        "films",
                                        "assign: SELECT * FROM range(10001)\n"))
                .hasMessageContaining("gives more than 10000 rows");
    }

    @Test
    void checksMustGiveNoRowsOrTrueAndAllThatFailAreTold() throws Exception {
        films("20260120", "(1, 'Alien'), (2, '')");
        String yaml =
                """
                check:
                  enough: SELECT count(*) > 5 FROM film
                  titled: SELECT id FROM film WHERE title = ''
                  there: SELECT count(*) > 0 FROM film WHERE ds = '${bizdate}'
                  once: SELECT id FROM film GROUP BY id HAVING count(*) > 1
                """;
        StepOutcome outcome = night.attempt(CheckStep.kind(workplace), "c", yaml);
        assertThat(outcome).isInstanceOf(StepOutcome.Failed.class);
        StepOutcome.Failed failed = (StepOutcome.Failed) outcome;
        assertThat(failed.cause())
                .hasMessage(
                        "2 of 4 checks failed: enough: is false; titled: gave 1 rows, such as"
                                + " id=2");
        assertThat(failed.worthRetrying()).isFalse();
        films("20260120", "(1, 'Alien')");
        night.run(
                CheckStep.kind(workplace),
                "c",
                "check: { titled: SELECT id FROM film WHERE title = '' }\n");
    }

    @Test
    void aCheckWaitsForTheDayThatItLooksAtAndAQuarantinedDayIsNotThere() throws Exception {
        String yaml = "check: { some: SELECT count(*) > 0 FROM film }\n";
        assertThat(night.attempt(CheckStep.kind(workplace), "c", yaml))
                .isInstanceOfSatisfying(
                        StepOutcome.Waiting.class,
                        waiting -> assertThat(waiting.missing()).isEqualTo("film/ds=20260120"));
        StepOutcome written = write("count(*) > 1000");
        assertThat(written).isInstanceOf(StepOutcome.Failed.class);
        assertThat(workplace.warehouse().state("film", "20260120"))
                .isEqualTo(PartitionState.QUARANTINED);
        assertThat(night.attempt(WaitStep.kind(workplace), "w", "wait: { table: film }\n"))
                .isInstanceOfSatisfying(
                        StepOutcome.Waiting.class,
                        waiting ->
                                assertThat(waiting.missing())
                                        .isEqualTo("film/ds=20260120 (quarantined)"));
        assertThat(write("count(*) > 0")).isInstanceOf(StepOutcome.Done.class);
        night.run(WaitStep.kind(workplace), "w", "wait: { table: film }\n");
        night.run(CheckStep.kind(workplace), "c", yaml);
    }

    private StepOutcome write(String check) throws Exception {
        Files.writeString(
                work.resolve("film.sql"), "SELECT '${bizdate}' AS ds, 1 AS id, 'Alien' AS title");
        try {
            return night.attempt(
                    SqlStep.kind(workplace),
                    "film",
                    "sql: film.sql\ninto: film\nchecks: " + check + "\n");
        } catch (dev.waxwing.warehouse.ChecksFailed e) {
            return new StepOutcome.Failed(e, false);
        }
    }

    @Test
    void waitIsDoneWhenTheDayOrTheBundleIsThere() throws Exception {
        films("20260119", "(1, 'Alien')");
        night.run(WaitStep.kind(workplace), "w", "wait: { table: film, day: -1 }\n");
        assertThat(missing("wait: { table: film }\n")).isEqualTo("film/ds=20260120");
        assertThat(missing("wait: { bundle: hot }\n")).isEqualTo("bundle hot of 20260120");
        assertThat(missing("wait: { bundle: hot/live, day: -1 }\n"))
                .isEqualTo("bundle hot/live of 20260119");
        BundleRef ref = bundle();
        assertThat(night.run(WaitStep.kind(workplace), "w", "wait: { bundle: hot }\n"))
                .containsValue(ref.toString());
        workplace.bundles().activate(Map.of("hot/live", ref), "test", "test", Map.of());
        night.run(WaitStep.kind(workplace), "w", "wait: { bundle: hot/live, day: -1 }\n");
    }

    private BundleRef bundle() throws Exception {
        var draft = workplace.bundles().draft(BundleKind.LIST, "hot", D);
        Files.writeString(draft.file("list.txt"), "1\n");
        return draft.publish();
    }

    private String missing(String yaml) throws Exception {
        StepOutcome outcome = night.attempt(WaitStep.kind(workplace), "w", yaml);
        assertThat(outcome).isInstanceOf(StepOutcome.Waiting.class);
        return ((StepOutcome.Waiting) outcome).missing();
    }

    @Test
    void allThatIsWrongIsToldBeforeAnythingRuns() {
        assertThatThrownBy(
                        () ->
                                night.attempt(
                                        WaitStep.kind(workplace),
                                        "w",
                                        "wait: { table: a, bundle: b, day: 1, poll: 0s, dya: 1 }\n"))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.problems()).hasSize(4));
        assertThatThrownBy(
                        () ->
                                night.attempt(
                                        CheckStep.kind(workplace),
                                        "c",
                                        "check: { a: none.sql, b: DROP TABLE x, c: \"SELECT ${bizdat}\" }\n"))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.problems()).hasSize(3));
    }
}
