package dev.waxwing.serve;

import static dev.waxwing.serve.Community.NOON;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.events.EventLog;
import dev.waxwing.events.LogPosition;
import dev.waxwing.events.Served;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

class ServedLogTest {
    @TempDir Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private static Answer answer(String id, int items) {
        var list = new ArrayList<Answer.Item>();
        for (int n = 1; n <= items; n++) {
            list.add(
                    new Answer.Item(
                            n,
                            "i" + n,
                            0.5,
                            List.of("hot"),
                            "",
                            List.of(),
                            "",
                            Optional.empty(),
                            Optional.empty()));
        }
        return new Answer(
                id, "home", "u", NOON, list, "none", "", new TreeMap<>(), new TreeMap<>());
    }

    @Test
    void everyAnswerIsInTheEventLogWhenItIsClosed() {
        try (EventLog log = EventLog.open(folder)) {
            try (var served = new ServedLog(log, () -> NOON, registry)) {
                for (int n = 0; n < 100; n++) {
                    served.add(answer("r" + n, 3));
                }
            }
            var ids = new ArrayList<String>();
            log.reader()
                    .read(
                            LogPosition.START,
                            log.end(),
                            logged -> ids.add(Served.parse(logged.event()).requestId()));
            assertThat(ids).hasSize(300).startsWith("r0", "r0", "r0", "r1").endsWith("r99");
        }
        assertThat(registry.counter("waxwing.served.written").count()).isEqualTo(300);
        assertThat(registry.counter("waxwing.served.lost").count()).isZero();
    }

    @Test
    void anAnswerThatFindsTheQueueFullIsCountedAsLostAndHoldsNobodyUp() throws Exception {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var written = new ArrayList<String>();
        ServedLog.Sink slow =
                events -> {
                    inside.countDown();
                    awaitQuietly(go);
                    events.forEach(e -> written.add(e.id()));
                };
        try (var served = new ServedLog(slow, 2, registry)) {
            served.add(answer("first", 1));
            inside.await(); // the writer holds it; two more may wait
            served.add(answer("second", 1));
            served.add(answer("third", 1));
            served.add(answer("lost", 4));
            assertThat(registry.counter("waxwing.served.lost").count()).isEqualTo(4);
            go.countDown();
        }
        assertThat(written).containsExactly("first:1", "second:1", "third:1");
        assertThat(registry.counter("waxwing.served.written").count()).isEqualTo(3);
    }

    @Test
    void manyLongAnswersAtOnceFitTheLog() {
        try (EventLog log = EventLog.open(folder)) {
            try (var served = new ServedLog(log, () -> NOON, registry)) {
                for (int n = 0; n < 8; n++) {
                    served.add(answer("r" + n, 1000));
                }
            }
        }
        assertThat(registry.counter("waxwing.served.written").count()).isEqualTo(8000);
        assertThat(registry.counter("waxwing.served.lost").count()).isZero();
    }

    @Test
    void whatTheLogRefusesIsCountedAsLost() {
        EventLog log = EventLog.open(folder);
        log.close();
        try (var served = new ServedLog(log, () -> NOON, registry)) {
            served.add(answer("r", 2));
        }
        assertThat(registry.counter("waxwing.served.lost").count()).isEqualTo(2);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
