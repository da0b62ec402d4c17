package dev.waxwing.app;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets a command work until its process is told to end (Ctrl-C, SIGTERM). The process then stays until this is closed, so
/// close what the command uses before: in a `try`, name this first.
final class ToldToEnd implements AutoCloseable {
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    ToldToEnd() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::hold));
    }

    private void hold() {
        told.countDown();
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void await() throws InterruptedException {
        told.await();
    }

    /// @return whether it was told so within this time
    boolean await(Duration atMost) throws InterruptedException {
        return told.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
