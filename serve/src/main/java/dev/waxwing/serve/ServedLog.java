package dev.waxwing.serve;

import dev.waxwing.events.Event;
import dev.waxwing.events.EventLog;
import dev.waxwing.events.EventLogException;
import dev.waxwing.events.Served;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Writes answers to the event log behind the requests' backs. Answers wait in a queue that is bounded, so that a slow disk slows nobody down and fills
/// no memory; an answer that finds it full, or that the log refuses, is lost to the night: counted and logged.
public final class ServedLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServedLog.class);
    private static final int MOST_TOGETHER = 64;

    /// Events a write: even wide rows stay far below what the log takes at once.
    private static final int MOST_A_WRITE = 500;

    /// Where events go; the log itself, except in tests.
    public interface Sink {
        void append(List<Event> events);
    }

    private final BlockingQueue<List<Served>> waiting;
    private final Sink sink;
    private final Counter written;
    private final Counter lost;
    private final AtomicBoolean losing = new AtomicBoolean();
    private final Thread writer;
    private volatile boolean closing;

    public ServedLog(EventLog log, InstantSource clock, MeterRegistry registry) {
        this(events -> log.append(events, clock.instant()), 10_000, registry);
    }

    /// @param most answers that wait at once
    ServedLog(Sink sink, int most, MeterRegistry registry) {
        this.sink = sink;
        this.waiting = new ArrayBlockingQueue<>(most);
        this.written = registry.counter("waxwing.served.written");
        this.lost = registry.counter("waxwing.served.lost");
        registry.gaugeCollectionSize("waxwing.served.waiting", List.of(), waiting);
        this.writer = Thread.ofPlatform().name("served-log").daemon().start(this::writeWaiting);
    }

    /// Takes an answer's events, without waiting.
    public void add(Answer answer) {
        List<Served> served = answer.served();
        if (!served.isEmpty() && (closing || !waiting.offer(served))) {
            lose(served.size(), "more than " + waiting.size() + " answers wait to be written");
        }
    }

    private void lose(int items, String why) {
        lost.increment(items);
        if (losing.compareAndSet(
                false, true)) { // once until it works again; the counter tells how many
            LOG.error(
                    "served events are lost ({} with this answer): {}. waxwing.served.lost counts"
                            + " them",
                    items,
                    why);
        }
    }

    private void writeWaiting() {
        var together = new ArrayList<List<Served>>();
        while (!closing || !waiting.isEmpty()) {
            try {
                List<Served> first = waiting.poll(200, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                together.add(first);
                waiting.drainTo(together, MOST_TOGETHER - 1);
            } catch (InterruptedException e) {
                closing = true; // what waits is still written
                continue;
            }
            append(together);
            together.clear();
        }
    }

    private void append(List<List<Served>> answers) {
        List<Served> all = answers.stream().flatMap(List::stream).toList();
        for (int from = 0; from < all.size(); from += MOST_A_WRITE) {
            write(all.subList(from, Math.min(all.size(), from + MOST_A_WRITE)));
        }
    }

    private void write(List<Served> some) {
        try {
            sink.append(some.stream().map(Served::toEvent).toList());
            written.increment(some.size());
            if (losing.compareAndSet(true, false)) {
                LOG.info("served events are written again");
            }
        } catch (EventLogException | IllegalArgumentException e) {
            lose(some.size(), e.getMessage());
        }
    }

    /// Writes what waits, then stops; later answers are lost and counted.
    @Override
    public void close() {
        closing = true;
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
