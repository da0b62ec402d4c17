package dev.waxwing.flow;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.concurrent.CountDownLatch;

/// A process that runs a pipeline whose second step never ends, for tests that end it. Arguments: the home folder and
/// the business date.
final class ChildRun {
    static final String PIPELINE =
            """
            pipeline: p
            steps:
              a: { fake: ta }
              b: { fake: tb, uses: ta }
              c: { fake: tc, uses: tb }
            """;

    /// What it prints when its second step has begun.
    static final String READY = "b has begun";

    private ChildRun() {}

    public static void main(String[] args) {
        Path home = Path.of(args[0]);
        var fake = new FakeSteps();
        fake.does(
                "b",
                context -> {
                    context.work();
                    System.out.println(READY);
                    new CountDownLatch(1).await();
                    return new StepOutcome.Done(0);
                });
        try (Runs runs = Runs.open(home.resolve("waxwing.db"))) {
            RunReport report =
                    new Runner(runs, home, 2, InstantSource.system())
                            .run(
                                    fake.pipeline(PIPELINE),
                                    LocalDate.parse(args[1]),
                                    RunListener.none());
            System.out.println(report.state());
        }
    }
}
