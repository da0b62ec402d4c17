package dev.waxwing.flow;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// A process on shift, for tests that kill it. Arguments: the home folder, and the database as a file or a URL. A step whose name
/// begins with `stuck` never ends in its first attempt; others take up to 40 ms. Each leaves `n`, the number of the attempt that did it.
final class ChildShift {
    /// What it prints when it is on shift.
    static final String READY = "on shift";

    private ChildShift() {}

    public static void main(String[] args) throws InterruptedException {
        Path home = Path.of(args[0]);
        var random = new Random();
        var fake = new FakeSteps();
        fake.otherwise(
                context -> {
                    if (context.step().startsWith("stuck") && context.attempt() == 1) {
                        System.out.println(context.step());
                        new CountDownLatch(1).await();
                    }
                    LockSupport.parkNanos(random.nextInt(40_000_000));
                    context.output("n", Integer.toString(context.attempt()));
                    return new StepOutcome.Done(1);
                });
        Runs runs = args[1].startsWith("jdbc:") ? Runs.open(args[1]) : Runs.open(Path.of(args[1]));
        Shift.start(
                runs,
                home,
                Pipelines.in(home.resolve("pipelines"), fake.catalogue()),
                new Shift.Settings(2, ZoneOffset.UTC, Map.of(), false),
                InstantSource.system(),
                RunListener.none());
        System.out.println(READY);
        new CountDownLatch(1).await();
    }
}
