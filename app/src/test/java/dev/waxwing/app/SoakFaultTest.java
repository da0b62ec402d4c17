package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.RunState;
import dev.waxwing.flow.TestPostgres;
import dev.waxwing.warehouse.Partition;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/// Days that a server and two workers catch up on, while all of them, and the database, are killed again and again: no run is
/// lost, no attempt commits twice, nothing stays queued, and the tables are those of days that nobody disturbed.
///
/// `-Dwaxwing.soak=200` kills that often; docs/reliability.md has what came of it.
class SoakFaultTest {
    private static final int KILLS = Integer.getInteger("waxwing.soak", 6);

    /// Steps that get done between two kills, at least.
    private static final int STEPS_BETWEEN = 3;

    private static final int STEPS_A_DAY = 5;
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    @TempDir private Path work;

    @Test
    void onSqlite() throws Exception {
        soak("");
    }

    @Test
    void onPostgresThatIsKilledToo() throws Exception {
        soak(TestPostgres.freshDatabase());
    }

    private void soak(String postgres) throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int days = Math.max(5, KILLS * (STEPS_BETWEEN + 2) / STEPS_A_DAY);
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Path folder = project(work.resolve("disturbed"), postgres);
        TestProject disturbed = TestProject.in(folder);
        String database =
                postgres.isEmpty()
                        ? "jdbc:sqlite:"
                                + folder.resolve(".waxwing/waxwing.db")
                                + "?busy_timeout=30000"
                        : postgres;
        missDays(disturbed, database, today.minusDays(days));

        Map<String, Integer> killed = new TreeMap<>();
        long start = System.nanoTime();
        List<String[]> commands =
                List.of(
                        command(folder, "up", "--port", "0"),
                        command(folder, "worker"),
                        command(folder, "worker"));
        WaxwingProcess[] processes = new WaxwingProcess[commands.size()];
        try {
            for (int i = 0; i < processes.length; i++) {
                processes[i] = WaxwingProcess.start(commands.get(i));
            }
            for (int kill = 0; kill < KILLS; kill++) {
                awaitSteps(database, stepsDone(database) + STEPS_BETWEEN, processes, seed);
                awaitNobodyNearFailure(database);
                LockSupport.parkNanos(random.nextInt(500) * 1_000_000L);
                int victim = random.nextInt(postgres.isEmpty() ? 3 : 4);
                if (victim == 3) {
                    TestPostgres.crashAndComeBack(
                            () -> LockSupport.parkNanos(random.nextInt(2000) * 1_000_000L));
                } else {
                    processes[victim].kill();
                    processes[victim] = WaxwingProcess.start(commands.get(victim));
                }
                String name = List.of("server", "worker", "worker", "database").get(victim);
                killed.merge(name, 1, Integer::sum);
            }
            awaitSteps(database, days * STEPS_A_DAY, processes, seed);
            awaitEnd(disturbed, days * 2, seed);
        } finally {
            for (WaxwingProcess process : processes) {
                if (process != null) {
                    process.close();
                }
            }
        }
        System.out.printf(
                "soak: killed %s; %d runs, %d steps, %d attempts lost, %d s%n",
                killed,
                days * 2,
                days * STEPS_A_DAY,
                count(database, "SELECT COUNT(*) FROM run_attempt WHERE state = 'LOST'"),
                (System.nanoTime() - start) / 1_000_000_000L);
        check(disturbed, database, days, seed);

        TestProject calm = TestProject.in(project(work.resolve("calm"), ""));
        for (LocalDate day = today.minusDays(days); day.isBefore(today); day = day.plusDays(1)) {
            calm.run("day", day);
            calm.run("after", day);
        }
        assertThat(disturbed.contents(_ -> true))
                .as("seed %d", seed)
                .isEqualTo(calm.contents(_ -> true));
    }

    private static void check(TestProject project, String database, int days, long seed)
            throws SQLException {
        try (Installation installation = project.install()) {
            List<RunReport> runs = installation.runs().recent(10 * days);
            assertThat(runs).as("seed %d", seed).hasSize(2 * days);
            assertThat(runs)
                    .as("seed %d", seed)
                    .extracting(RunReport::state)
                    .containsOnly(RunState.DONE);
            assertThat(runs)
                    .as("seed %d: each cycle once", seed)
                    .extracting(run -> run.pipeline() + " " + run.bizdate())
                    .doesNotHaveDuplicates();
            Set<String> commits = new HashSet<>();
            for (String table : installation.warehouse().tables()) {
                for (Partition day : installation.warehouse().partitions(table)) {
                    for (Partition commit : installation.warehouse().history(table, day.ds())) {
                        assertThat(commits.add(table + " " + day.ds() + " " + commit.writer()))
                                .as("seed %d: %s committed %s once", seed, commit.writer(), table)
                                .isTrue();
                        assertThat(commit.hash()).isEqualTo(day.hash());
                    }
                }
            }
        }
        assertThat(count(database, "SELECT COUNT(*) FROM run_step WHERE live = 1"))
                .as("seed %d: steps that somebody still has to look at", seed)
                .isZero();
    }

    private static Path project(Path folder, String postgres) throws IOException {
        Files.createDirectories(folder.resolve("pipelines"));
        Files.createDirectories(folder.resolve("sql"));
        Files.writeString(
                folder.resolve(Project.FILE),
                """
                project: soak
                engine: { threads: 1, memory: 200MB }
                server: { port: 0 }
                """
                        + (postgres.isEmpty() ? "" : "metadata: \"" + postgres + "\"\n"));
        Files.writeString(
                folder.resolve("pipelines/day.yaml"),
                """
                pipeline: day
                schedule: "0 0 * * *"
                missed: catch-up
                steps:
                  numbers: { sql: sql/numbers.sql, into: numbers }
                  sums: { sql: sql/sums.sql, into: sums }
                  outside: { program: [sleep, "0.3"] }
                """);
        Files.writeString(
                folder.resolve("pipelines/after.yaml"),
                """
                pipeline: after
                schedule: "0 0 * * *"
                missed: catch-up
                waits: { day: same-cycle }
                steps:
                  best: { sql: sql/best.sql, into: best }
                  told: { sql: sql/told.sql, into: told }
                """);
        Files.writeString(
                folder.resolve("sql/numbers.sql"),
                "SELECT i AS k, (i * 7919 + CAST('${bizdate}' AS BIGINT)) % 13 AS v, '${bizdate}' AS ds FROM range(1000) AS t(i)");
        Files.writeString(
                folder.resolve("sql/sums.sql"),
                "SELECT v, count(*) AS n, CAST(sum(k) AS BIGINT) AS s, '${bizdate}' AS ds FROM numbers WHERE ds = '${bizdate}' GROUP BY v");
        Files.writeString(
                folder.resolve("sql/best.sql"),
                "SELECT max(s) AS s, '${bizdate}' AS ds FROM sums WHERE ds = '${bizdate}'");
        Files.writeString(
                folder.resolve("sql/told.sql"),
                "SELECT s + 1 AS s, '${bizdate}' AS ds FROM best WHERE ds = '${bizdate}'");
        return folder;
    }

    /// As if the schedules had last been looked at on that day.
    private static void missDays(TestProject project, String database, LocalDate last)
            throws SQLException {
        try (Installation installation = project.install()) {
            assertThat(installation.runs().recent(1)).isEmpty();
        }
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement()) {
            for (String pipeline : List.of("day", "after")) {
                statement.execute(
                        "INSERT INTO schedule_cursor (pipeline, cycle) VALUES ('"
                                + pipeline
                                + "', '"
                                + last.atStartOfDay()
                                + "')");
            }
        }
    }

    private static String[] command(Path folder, String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--project", folder.toString()));
        return all.toArray(String[]::new);
    }

    private static void awaitSteps(
            String database, int wanted, WaxwingProcess[] processes, long seed) {
        int done = -1;
        long since = System.nanoTime();
        while (done < wanted) {
            int now = stepsDone(database);
            if (now > done) {
                done = now;
                since = System.nanoTime();
            }
            if (System.nanoTime() - since > PATIENCE_NANOS) {
                fail(
                        "seed %d: stuck at %d of %d steps; not done are%n%sthe processes printed%n%s",
                        seed,
                        done,
                        wanted,
                        notDone(database),
                        String.join(
                                "\n----\n",
                                Arrays.stream(processes).map(WaxwingProcess::output).toList()));
            }
            LockSupport.parkNanos(50_000_000L);
        }
    }

    /// A step whose worker is killed three times fails by rule, and with it the comparison: one that lost two is let through.
    private static void awaitNobodyNearFailure(String database) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                if (count(database, "SELECT COUNT(*) FROM run_step WHERE live = 1 AND losses > 1")
                        == 0) {
                    return;
                }
            } catch (SQLException e) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the database stays away", e);
                }
            }
            LockSupport.parkNanos(50_000_000L);
        }
    }

    /// What is not done, and why.
    private static String notDone(String database) {
        var text = new StringBuilder();
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT run_id, step, state, losses, message FROM run_step WHERE state <> 'DONE'")) {
            while (row.next()) {
                text.append(row.getString(1)).append(' ').append(row.getString(2)).append(' ');
                text.append(row.getString(3))
                        .append(", lost ")
                        .append(row.getInt(4))
                        .append(" times: ");
                text.append(row.getString(5)).append('\n');
            }
        } catch (SQLException e) {
            text.append(e);
        }
        return text.toString();
    }

    private static void awaitEnd(TestProject project, int runs, long seed) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        try (Installation installation = project.install()) {
            while (!installation.runs().recent(runs).stream().allMatch(RunReport::hasEnded)) {
                assertThat(System.nanoTime()).as("seed %d: runs end", seed).isLessThan(deadline);
                LockSupport.parkNanos(50_000_000L);
            }
        }
    }

    /// None can be seen while the database is away.
    private static int stepsDone(String database) {
        try {
            return count(database, "SELECT COUNT(*) FROM run_step WHERE state = 'DONE'");
        } catch (SQLException _) {
            return 0;
        }
    }

    private static int count(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
