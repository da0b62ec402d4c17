package dev.waxwing.app;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that stands still until a test moves it.
final class MovingClock implements InstantSource {
    private final AtomicReference<Instant> now;

    MovingClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    /// @return what it shows afterwards
    Instant advance(Duration by) {
        return now.updateAndGet(before -> before.plus(by));
    }

    void moveTo(Instant later) {
        now.set(later);
    }
}
