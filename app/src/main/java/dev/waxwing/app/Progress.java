package dev.waxwing.app;

import dev.waxwing.flow.RunEvent;
import dev.waxwing.flow.RunListener;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/// Shows a run on the terminal as it happens: a line for each step that ends, and why one did not.
final class Progress implements RunListener {
    private final PrintStream out;

    Progress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void on(RunEvent event) {
        switch (event) {
            case RunEvent.RunStarted(String run, _, var bizdate, int steps, String tookOver) -> {
                out.printf("%s  %s, %d steps%n", bizdate, run, steps);
                if (!tookOver.isEmpty()) {
                    out.printf("  takes over from %s, whose process is gone%n", tookOver);
                }
            }
            case RunEvent.StepDone(_, String step, long rows, Duration took) ->
                    out.printf(
                            Locale.ROOT,
                            "  %-16s %9s  %6.2f s%n",
                            step,
                            rows == 0 ? "" : String.format(Locale.ROOT, "%,d", rows),
                            seconds(took));
            case RunEvent.StepFailed(_, String step, _, String message) ->
                    out.printf("  %-16s FAILED: %s%n", step, message);
            case RunEvent.StepRetrying(
                            _,
                            String step,
                            int attempt,
                            Duration pause,
                            String message) ->
                    out.printf(
                            "  %-16s attempt %d failed, again in %d s: %s%n",
                            step, attempt, pause.toSeconds(), message);
            case RunEvent.StepWaiting(_, String step, String missing) ->
                    out.printf("  %-16s not run: %s is not there%n", step, missing);
            case RunEvent.StepSkipped(_, String step, String because) ->
                    out.printf("  %-16s skipped: %s%n", step, because);
            case RunEvent.StepLeftOut(_, String step, String because) ->
                    out.printf("  %-16s left out: %s%n", step, because);
            case RunEvent.StepCancelled(_, String step) -> out.printf("  %-16s cancelled%n", step);
            case RunEvent.IterationEnded(_, String step, int loopTimes, var report) ->
                    out.printf(
                            Locale.ROOT,
                            "  %-16s iteration %d %s in %.1f s%n",
                            step,
                            loopTimes,
                            report.state().toString().toLowerCase(Locale.ROOT),
                            seconds(report.took()));
            case RunEvent.RunEnded(_, var report) -> {
                out.printf(
                        Locale.ROOT,
                        "  %s in %.1f s%n",
                        report.state().toString().toLowerCase(Locale.ROOT),
                        seconds(report.took()));
                report.steps()
                        .forEach(
                                step ->
                                        Segment.of(step.outputs())
                                                .forEach(
                                                        segment ->
                                                                out.printf(
                                                                        "    %s %s: %s%n",
                                                                        step.step(),
                                                                        segment.name(),
                                                                        segment)));
                if (!report.done() && !report.message().isEmpty()) {
                    out.println("  " + report.message().replace("\n", "\n  "));
                }
            }
            case RunEvent.StepStarted _, RunEvent.StepSaid _ -> {
                // the step's log has them
            }
        }
        out.flush();
    }

    private static double seconds(Duration took) {
        return took.toMillis() / 1000.0;
    }
}
