package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.nio.file.Path;
import java.util.List;

/// A second server of one project, by mistake.
@Execution(ExecutionMode.CONCURRENT)
class TwoServersFaultTest {
    @TempDir private Path work;

    @Test
    void theSecondIsRefusedByNameAndTheFirstRunsEachCycleOnce() throws Exception {
        MissedDays missed = MissedDays.in(work.resolve("disturbed"), "", 5, "[sleep, \"0.3\"]");
        try (WaxwingProcess first = WaxwingProcess.start(missed.command("up", "--port", "0"))) {
            first.line("Serving http://");
            WaxwingProcess.Ended second = WaxwingProcess.run(missed.command("up", "--port", "0"));
            assertThat(second.code()).isEqualTo(1);
            assertThat(second.output())
                    .contains("is being written by process " + first.pid())
                    .contains("only one server writes a log. Stop that one");
            missed.awaitSteps(missed.steps(), List.of(first));
            missed.awaitEnd();
        }
        missed.check(work.resolve("calm"));
    }
}
