package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.app.PreparedNight.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.Map;

/// Two runs of one date at once.
@ExtendWith(PreparedNight.Once.class)
class TwoRunsFaultTest {
    @Test
    void theSecondIsRefusedByNameAndTheFirstIsUnharmed(PreparedNight prepared) throws Exception {
        Outcome undisturbed = prepared.undisturbed();
        TestProject project = prepared.fresh();
        String[] run = {
            "run", "events", "--bizdate", "20130621", "--project", project.folder.toString()
        };
        try (WaxwingProcess first = WaxwingProcess.start(run)) {
            first.line("r-20130621-events-0001, ");
            first.signal("STOP");
            WaxwingProcess.Ended second = WaxwingProcess.run(run);
            first.signal("CONT");
            assertThat(second.code()).isEqualTo(1);
            assertThat(second.output())
                    .contains(
                            "events runs for 20130621 already: r-20130621-events-0001, pid "
                                    + first.pid())
                    .contains("Wait for it to end, or stop it.");
            WaxwingProcess.Ended done = first.end();
            assertThat(done.code()).as(done.output()).isZero();
        }
        Map<String, String> contents = Outcome.of(project).contents();
        assertThat(contents).containsKey("dwd_action/20130621");
        assertThat(undisturbed.contents()).containsAllEntriesOf(contents);
    }
}
