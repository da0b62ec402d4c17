package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.RunState;
import dev.waxwing.warehouse.Partition;

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
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// A small project whose server was stopped for some days: two pipelines, one after the other, whose missed days it makes up for.
/// Tests disturb that, and compare.
final class MissedDays {
    private static final int STEPS_A_DAY = 5;
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    final Path folder;
    final TestProject project;
    private final String database;
    private final int days;
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

    private MissedDays(Path folder, String postgres, int days) {
        this.folder = folder;
        this.project = TestProject.in(folder);
        this.days = days;
        this.database =
                postgres.isEmpty()
                        ? "jdbc:sqlite:"
                                + folder.resolve(".waxwing/waxwing.db")
                                + "?busy_timeout=30000"
                        : postgres;
    }

    /// @param postgres the URL of an empty database, or nothing for SQLite
    /// @param outside the command of a step that works outside, as YAML
    static MissedDays in(Path folder, String postgres, int days, String outside)
            throws IOException, SQLException {
        write(folder, postgres, outside);
        var missed = new MissedDays(folder, postgres, days);
        missed.miss();
        return missed;
    }

    int steps() {
        return days * STEPS_A_DAY;
    }

    int runs() {
        return days * 2;
    }

    LocalDate first() {
        return today.minusDays(days);
    }

    private static void write(Path folder, String postgres, String outside) throws IOException {
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
                  outside: { program: %s }
                """
                        .formatted(outside));
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
    }

    /// As if the schedules had last been looked at on that day.
    private void miss() throws SQLException {
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
                                + first().atStartOfDay()
                                + "')");
            }
        }
    }

    /// The words of a command on this project.
    String[] command(String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--project", folder.toString()));
        return all.toArray(String[]::new);
    }

    /// Waits until so many steps are done.
    void awaitSteps(int wanted, Collection<WaxwingProcess> processes) {
        int done = -1;
        long since = System.nanoTime();
        while (done < wanted) {
            int now = stepsDone();
            if (now > done) {
                done = now;
                since = System.nanoTime();
            }
            boolean allLive = processes.stream().allMatch(WaxwingProcess::isAlive);
            if (!allLive || System.nanoTime() - since > PATIENCE_NANOS) {
                fail(
                        "%s at %d of %d steps; not done are%n%sthe processes printed%n%s",
                        allLive ? "stuck" : "a process ended by itself",
                        done,
                        wanted,
                        notDone(),
                        String.join(
                                "\n----\n",
                                processes.stream().map(WaxwingProcess::outputAndThreads).toList()));
            }
            LockSupport.parkNanos(50_000_000L);
        }
    }

    /// A step whose worker is killed three times fails by rule, and with it the comparison: one that lost two is let through.
    void awaitNobodyNearFailure() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                if (count("SELECT COUNT(*) FROM run_step WHERE live = 1 AND losses > 1") == 0) {
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
    private String notDone() {
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

    /// Waits until all runs have ended.
    void awaitEnd() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        try (Installation installation = project.install()) {
            while (!installation.runs().recent(runs()).stream().allMatch(RunReport::hasEnded)) {
                assertThat(System.nanoTime()).as("runs end").isLessThan(deadline);
                LockSupport.parkNanos(50_000_000L);
            }
        }
    }

    /// Each cycle has one run, which is done; nothing was committed twice; nobody still has to look at anything; and all tables are
    /// those of days that nobody disturbed.
    /// @param calm an empty folder for those
    void check(Path calm) throws IOException, SQLException {
        try (Installation installation = project.install()) {
            List<RunReport> runs = installation.runs().recent(10 * runs());
            assertThat(runs).hasSize(runs());
            assertThat(runs).extracting(RunReport::state).containsOnly(RunState.DONE);
            assertThat(runs)
                    .as("each cycle once")
                    .extracting(run -> run.pipeline() + " " + run.bizdate())
                    .doesNotHaveDuplicates();
            Set<String> commits = new HashSet<>();
            for (String table : installation.warehouse().tables()) {
                for (Partition day : installation.warehouse().partitions(table)) {
                    for (Partition commit : installation.warehouse().history(table, day.ds())) {
                        assertThat(commits.add(table + " " + day.ds() + " " + commit.writer()))
                                .as("%s committed %s once", commit.writer(), table)
                                .isTrue();
                        assertThat(commit.hash()).isEqualTo(day.hash());
                    }
                }
            }
        }
        assertThat(count("SELECT COUNT(*) FROM run_step WHERE live = 1"))
                .as("steps that somebody still has to look at")
                .isZero();
        write(calm, "", "[\"true\"]");
        TestProject undisturbed = TestProject.in(calm);
        for (LocalDate day = first(); day.isBefore(today); day = day.plusDays(1)) {
            undisturbed.run("day", day);
            undisturbed.run("after", day);
        }
        assertThat(project.contents(_ -> true)).isEqualTo(undisturbed.contents(_ -> true));
    }

    /// None can be seen while the database is away.
    int stepsDone() {
        try {
            return count("SELECT COUNT(*) FROM run_step WHERE state = 'DONE'");
        } catch (SQLException _) {
            return 0;
        }
    }

    int count(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
