package dev.waxwing.console;

import dev.waxwing.flow.Runs;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Knows how far the record of what happened has come, for all who follow it: one look for everybody, and none while nobody
/// follows. Each follower reads and writes on a thread of its own, so that a slow one holds up nobody.
final class Tail implements AutoCloseable {
    static final int MOST_FOLLOWERS = 200;
    private static final Logger LOG = LoggerFactory.getLogger(Tail.class);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    private final Runs runs;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long last;
    private int followers;
    private boolean closed;

    Tail(Runs runs) {
        this.runs = runs;
        Thread.ofVirtual().name("console tail").start(this::look);
    }

    private void look() {
        Duration pause = LOOK;
        while (sleep(pause)) {
            try {
                moveTo(runs.lastHappened());
                pause = LOOK;
            } catch (RuntimeException e) { // the database; it may come back
                LOG.warn(
                        "events are looked for again in {} s: {}",
                        AFTER_FAILURE.toSeconds(),
                        e.toString());
                pause = AFTER_FAILURE;
            }
        }
    }

    /// @return false if all is over
    private boolean sleep(Duration pause) {
        lock.lock();
        try {
            while (!closed && followers == 0) {
                changed.await();
            }
            long left = pause.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void moveTo(long now) {
        lock.lock();
        try {
            if (now != last) {
                last = now;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// @return false if there are too many already
    boolean join() {
        lock.lock();
        try {
            if (closed || followers == MOST_FOLLOWERS) {
                return false;
            }
            followers++;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            followers--;
        } finally {
            lock.unlock();
        }
    }

    /// What became of waiting.
    enum Came {
        NEWS,
        NOTHING,
        THE_END
    }

    /// Waits until there is more than what was seen.
    Came await(long seen, Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (!closed && last <= seen && left > 0) {
                left = changed.awaitNanos(left);
            }
            return closed ? Came.THE_END : last > seen ? Came.NEWS : Came.NOTHING;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
