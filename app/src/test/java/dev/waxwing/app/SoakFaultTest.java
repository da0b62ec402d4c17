package dev.waxwing.app;

import dev.waxwing.flow.TestPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/// Days that a server and two workers catch up on, while all of them, and the database, are killed again and again: no run is
/// lost, no attempt commits twice, nothing stays queued, and the tables are those of days that nobody disturbed.
///
/// `-Dwaxwing.soak=200` kills that often; docs/reliability.md has what came of it.
@ResourceLock(TestPostgres.SERVER)
class SoakFaultTest {
    private static final int KILLS = Integer.getInteger("waxwing.soak", 6);

    /// Steps that get done between two kills, at least.
    private static final int STEPS_BETWEEN = 3;

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
        System.out.println("soak: seed " + seed);
        var random = new Random(seed);
        int days = Math.max(5, KILLS * (STEPS_BETWEEN + 2) / 5);
        MissedDays missed =
                MissedDays.in(work.resolve("disturbed"), postgres, days, "[sleep, \"0.3\"]");
        Map<String, Integer> killed = new TreeMap<>();
        long start = System.nanoTime();
        List<String[]> commands =
                List.of(
                        missed.command("up", "--port", "0"),
                        missed.command("worker"),
                        missed.command("worker"));
        WaxwingProcess[] processes = new WaxwingProcess[commands.size()];
        try {
            for (int i = 0; i < processes.length; i++) {
                processes[i] = WaxwingProcess.start(commands.get(i));
            }
            for (int kill = 0; kill < KILLS; kill++) {
                int more = missed.stepsDone() + STEPS_BETWEEN;
                missed.awaitSteps(Math.min(more, missed.steps()), Arrays.asList(processes));
                missed.awaitNobodyNearFailure();
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
            missed.awaitSteps(missed.steps(), Arrays.asList(processes));
            missed.awaitEnd();
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
                missed.runs(),
                missed.steps(),
                missed.count("SELECT COUNT(*) FROM run_attempt WHERE state = 'LOST'"),
                (System.nanoTime() - start) / 1_000_000_000L);
        missed.check(work.resolve("calm"));
    }
}
