package dev.waxwing.app;

import dev.waxwing.flow.LogTail;
import dev.waxwing.flow.RunDetail;
import dev.waxwing.flow.RunHead;
import dev.waxwing.flow.RunNote;
import dev.waxwing.flow.StepReport;
import dev.waxwing.flow.StepState;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One run for a person to read: each step as far to the right as it is from the beginning, with what it comes after, how it
/// stands, and the end of its log where something went wrong or goes on.
final class RunPicture {
    private static final int DEEPEST = 12;
    private static final int ITERATIONS = 5;

    private final RunDetail run;
    private final Path home;
    private final int lines;

    /// @param home the project's `.waxwing`
    /// @param lines of each log
    RunPicture(RunDetail run, Path home, int lines) {
        this.run = run;
        this.home = home;
        this.lines = lines;
    }

    void print(PrintStream out) {
        RunHead head = run.head();
        out.printf(
                Locale.ROOT,
                "%s  %s of %s, %s%s, started %s, %.1f s%n",
                head.run(),
                head.pipeline(),
                head.bizdate(),
                head.state(),
                head.paused() ? " and paused" : "",
                head.startedAt(),
                head.took().toMillis() / 1000.0);
        run.overrides().forEach((key, value) -> out.printf("  set %s=%s%n", key, value));
        for (RunDetail.Awaited each : run.waitsFor()) {
            out.printf(
                    "  waits for %s of %s: %s%n",
                    each.pipeline(),
                    each.cycle(),
                    each.state().map(state -> each.run() + " is " + state).orElse("not made yet"));
        }
        Map<String, Integer> depths = depths();
        for (RunDetail.StepDetail step : run.steps()) {
            print(step, Math.min(depths.get(step.report().step()), DEEPEST), out);
        }
        if (!head.message().isEmpty()) {
            out.println("  " + head.message().replace("\n", "\n  "));
        }
        for (RunNote note : run.notes()) {
            out.printf("  %s  %s: %s (%s)%n", note.at(), note.who(), note.what(), note.why());
        }
    }

    /// How many steps lie between each and the beginning, on the longest way.
    private Map<String, Integer> depths() {
        var depths = new HashMap<String, Integer>();
        for (RunDetail.StepDetail step : run.steps()) {
            int depth =
                    step.after().stream()
                            .mapToInt(before -> depths.getOrDefault(before, 0) + 1)
                            .max()
                            .orElse(0);
            depths.put(step.report().step(), depth);
        }
        return depths;
    }

    private void print(RunDetail.StepDetail step, int depth, PrintStream out) {
        StepReport report = step.report();
        String name =
                "  ".repeat(depth)
                        + sign(report.state())
                        + " "
                        + report.step()
                        + (step.after().isEmpty() ? "" : " ← " + String.join(", ", step.after()));
        String line =
                String.format(
                        Locale.ROOT,
                        "  %-44s %-9s %s  %,12d rows  %8.2f s  %s%s",
                        name,
                        report.state(),
                        step.since().equals(Instant.EPOCH) ? " ".repeat(20) : step.since(),
                        report.rows(),
                        report.took().toMillis() / 1000.0,
                        report.attempts() > 1 ? "attempt " + report.attempts() + "  " : "",
                        RunsCommand.firstLine(report.message()));
        out.println(line.stripTrailing());
        for (RunHead each : lastOf(step.iterations())) {
            out.println(
                    ("      ↻ " + each.run() + "  " + each.state() + "  " + each.message())
                            .stripTrailing());
        }
        if (showsLog(report.state())) {
            LogTail.of(home.resolve(report.log()), lines)
                    .lines()
                    .forEach(each -> out.println("      | " + each));
        }
    }

    /// Of many iterations the last few tell how a loop stands.
    private static List<RunHead> lastOf(List<RunHead> iterations) {
        return iterations.subList(Math.max(0, iterations.size() - ITERATIONS), iterations.size());
    }

    private static boolean showsLog(StepState state) {
        return switch (state) {
            case RUNNING, RETRYING, FAILED, WAITING, LOST, CANCELLED -> true;
            case PENDING, QUEUED, LOOPING, DONE, SKIPPED, DRY, NOT_TAKEN -> false;
        };
    }

    private static String sign(StepState state) {
        return switch (state) {
            case DONE -> "✓";
            case FAILED, LOST -> "✗";
            case RUNNING, LOOPING -> "▶";
            case WAITING, RETRYING -> "…";
            case PENDING, QUEUED -> "·";
            case SKIPPED, CANCELLED, DRY, NOT_TAKEN -> "-";
        };
    }
}
