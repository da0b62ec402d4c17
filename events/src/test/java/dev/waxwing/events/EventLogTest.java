package dev.waxwing.events;

import static dev.waxwing.events.Events.NOON;
import static dev.waxwing.events.Events.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class EventLogTest {
    @TempDir Path folder;

    @Test
    void givesBackWhatWasAppendedInItsOrderAndToTheBit() {
        var full =
                new Event(
                        "e1",
                        "rate",
                        "ü 1",
                        "片",
                        NOON.plusMillis(7),
                        0.1,
                        "r-1",
                        "home",
                        3,
                        "{\"stars\":4.5}");
        var read = new ArrayList<Logged>();
        try (EventLog log = EventLog.open(folder)) {
            LogPosition end = log.append(List.of(full, click("e2")), NOON.plusSeconds(1));
            log.reader().read(LogPosition.START, end, read::add);
        }
        assertThat(read).extracting(Logged::event).containsExactly(full, click("e2"));
        assertThat(read).extracting(Logged::arrival).containsOnly(NOON.plusSeconds(1));
    }

    @Test
    void aStretchBetweenTwoPositionsHoldsExactlyWhatWasAppendedBetweenThem() {
        try (EventLog log = EventLog.open(folder)) {
            LogPosition a = log.append(List.of(click("a")), NOON);
            LogPosition b = log.append(List.of(click("b1"), click("b2")), NOON);
            log.append(List.of(click("c")), NOON);
            var ids = new ArrayList<String>();
            log.reader().read(a, b, logged -> ids.add(logged.event().id()));
            assertThat(ids).containsExactly("b1", "b2");
            assertThat(a).isLessThan(b);
            assertThat(a.toString()).isLessThan(b.toString());
            assertThat(LogPosition.parse(b.toString())).isEqualTo(b);
        }
    }

    @Test
    void goesOnWhereItStoppedWhenOpenedAgain() {
        LogPosition first;
        try (EventLog log = EventLog.open(folder)) {
            first = log.append(List.of(click("a")), NOON);
        }
        try (EventLog log = EventLog.open(folder)) {
            assertThat(log.end()).isEqualTo(first);
            log.append(List.of(click("b")), NOON);
        }
        assertThat(Events.ids(folder)).containsExactly("a", "b");
        assertThat(Events.ids(folder, first)).containsExactly("b");
    }

    @Test
    void aFolderThatNobodyWroteToIsAnEmptyLog() {
        LogReader reader = LogReader.of(folder.resolve("nowhere"));
        assertThat(reader.start()).isEqualTo(LogPosition.START);
        assertThat(reader.end()).isEqualTo(LogPosition.START);
        assertThat(reader.startOf(LocalDate.of(2026, 1, 31))).isEqualTo(LogPosition.START);
    }

    @Test
    void segmentsRollBySizeAndADayIsAWholeNumberOfThem() {
        try (EventLog log = EventLog.open(folder, 1000, SegmentFile::new)) {
            for (int n = 0; n < 20; n++) {
                log.append(List.of(click("e" + n)), NOON);
            }
            LogPosition beforeMidnight = log.end();
            log.append(List.of(click("late")), Instant.parse("2026-02-01T00:00:00Z"));
            assertThat(LogSegment.list(folder)).hasSizeGreaterThan(3);
            LogPosition day = log.reader().startOf(LocalDate.of(2026, 2, 1));
            assertThat(day.segment()).isEqualTo(beforeMidnight.segment() + 1);
            assertThat(Events.ids(folder, day)).containsExactly("late");
            assertThat(log.reader().startOf(LocalDate.of(2026, 2, 2))).isEqualTo(log.end());
        }
        assertThat(Events.ids(folder)).hasSize(21);
    }

    @Test
    void aClockSetBackNeverAddsToADayThatHasPassed() {
        var arrivals = new ArrayList<Instant>();
        try (EventLog log = EventLog.open(folder)) {
            log.append(List.of(click("a")), Instant.parse("2026-02-01T00:00:01Z"));
            log.append(List.of(click("b")), Instant.parse("2026-01-31T23:59:59Z"));
            log.reader()
                    .read(LogPosition.START, log.end(), logged -> arrivals.add(logged.arrival()));
        }
        assertThat(LogSegment.list(folder)).hasSize(1);
        assertThat(arrivals)
                .containsExactly(
                        Instant.parse("2026-02-01T00:00:01Z"),
                        Instant.parse("2026-02-01T00:00:00Z"));
    }

    @Test
    void aSecondWriterIsRefusedAndToldWhoWrites() {
        try (EventLog log = EventLog.open(folder)) {
            assertThatThrownBy(() -> EventLog.open(folder))
                    .isInstanceOf(EventLogException.class)
                    .hasMessage(
                            "the event log "
                                    + folder
                                    + " is being written by process "
                                    + ProcessHandle.current().pid()
                                    + "; only one server writes a log. Stop that one, or give this"
                                    + " one its own folder");
            log.append(List.of(click("a")), NOON);
        }
        EventLog.open(folder).close();
        assertThat(Events.ids(folder)).containsExactly("a");
    }

    @Test
    void manyThreadsLoseNothing() throws Exception {
        int threads = 16;
        int each = 50;
        try (EventLog log = EventLog.open(folder, 20_000, SegmentFile::new);
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var start = new CountDownLatch(1);
            var done = new ArrayList<Future<?>>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                done.add(
                        pool.submit(
                                () -> {
                                    start.await();
                                    for (int n = 0; n < each; n++) {
                                        log.append(List.of(click(thread + "-" + n)), NOON);
                                    }
                                    return null;
                                }));
            }
            start.countDown();
            for (Future<?> future : done) {
                future.get();
            }
        }
        List<String> ids = Events.ids(folder);
        assertThat(ids).hasSize(threads * each);
        assertThat(new HashSet<>(ids)).hasSize(threads * each);
        assertThat(ids.stream().filter(id -> id.startsWith("3-"))).first().isEqualTo("3-0");
    }

    @Test
    void anInterruptedThreadDoesNotSpoilTheLog() {
        try (EventLog log = EventLog.open(folder)) {
            Thread.currentThread().interrupt();
            log.append(List.of(click("a")), NOON);
            assertThat(Thread.interrupted()).isTrue();
            log.append(List.of(click("b")), NOON);
        }
        assertThat(Events.ids(folder)).containsExactly("a", "b");
    }

    @Test
    void aTailThatWasNeverAcknowledgedIsCutOffAndKeptAside() throws IOException {
        try (EventLog log = EventLog.open(folder)) {
            log.append(List.of(click("a")), NOON);
            log.append(List.of(click("b"), click("c")), NOON);
        }
        Path segment = LogSegment.list(folder).getFirst().file();
        long whole = Files.size(segment);
        truncate(segment, whole - 5); // in the middle of c, so that b's batch is not whole either
        assertThat(Events.ids(folder)).containsExactly("a");
        try (EventLog log = EventLog.open(folder)) {
            log.append(List.of(click("d")), NOON);
        }
        assertThat(Events.ids(folder)).containsExactly("a", "d");
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(n -> n.contains(".torn-")))
                    .hasSize(1);
        }
    }

    @Test
    void everyPossibleCutOfTheTailLeavesAllEarlierEvents() throws IOException {
        try (EventLog log = EventLog.open(folder)) {
            log.append(List.of(click("a")), NOON);
            log.append(List.of(click("b")), NOON);
        }
        Path segment = LogSegment.list(folder).getFirst().file();
        byte[] bytes = Files.readAllBytes(segment);
        int behindA = 8 + (bytes.length - 8) / 2;
        for (int cut = 1; cut <= bytes.length; cut++) {
            Path other = folder.resolve("cut" + cut);
            Files.createDirectories(other);
            Files.write(other.resolve(segment.getFileName()), java.util.Arrays.copyOf(bytes, cut));
            try (EventLog log = EventLog.open(other)) {
                log.append(List.of(click("z")), NOON);
            }
            List<String> left =
                    cut < behindA
                            ? List.of("z")
                            : cut < bytes.length ? List.of("a", "z") : List.of("a", "b", "z");
            assertThat(Events.ids(other)).as("cut at %d of %d", cut, bytes.length).isEqualTo(left);
        }
    }

    @Test
    void aByteChangedInTheMiddleIsToldAndCostsOneEventOnly() throws IOException {
        try (EventLog log = EventLog.open(folder)) {
            for (String id : List.of("a", "b", "c", "d")) {
                log.append(List.of(click(id)), NOON);
            }
        }
        Path segment = LogSegment.list(folder).getFirst().file();
        byte[] bytes = Files.readAllBytes(segment);
        int each = (bytes.length - 8) / 4;
        bytes[8 + each + each / 2] ^= 1; // in b
        Files.write(segment, bytes);
        try (EventLog log = EventLog.open(folder)) {
            log.append(List.of(click("e")), NOON);
        }
        assertThat(LogSegment.list(folder))
                .as("a damaged segment is not written any more")
                .hasSize(2);
        assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
        assertThatThrownBy(() -> Events.ids(folder))
                .isInstanceOf(EventLogException.class)
                .hasMessage(
                        segment
                                + " was changed on the disk, or written in part: "
                                + each
                                + " bytes from offset "
                                + (8 + each)
                                + " on cannot be read; restore the file from a backup, or have the"
                                + " stretch skipped");
        var ids = new ArrayList<String>();
        var damages = new ArrayList<Logged.Damage>();
        LogReader reader = LogReader.of(folder);
        reader.read(
                LogPosition.START,
                reader.end(),
                logged -> ids.add(logged.event().id()),
                damages::add);
        assertThat(ids).containsExactly("a", "c", "d", "e");
        assertThat(damages).hasSize(1);
        assertThat(damages.getFirst().from()).isEqualTo(new LogPosition(1, 8 + each));
        assertThat(damages.getFirst().to()).isEqualTo(new LogPosition(1, 8 + 2 * each));
    }

    @Test
    void aFileThatIsNoSegmentIsNotTouched() throws IOException {
        Path strange = folder.resolve("0000000001-20260131.log");
        Files.writeString(strange, "somebody's notes");
        assertThatThrownBy(() -> EventLog.open(folder))
                .hasMessage(
                        strange
                                + " is not a segment of an event log: it does not begin with"
                                + " WAXLOG01; move it away");
        assertThat(strange).hasContent("somebody's notes");
    }

    @Test
    void aFullDiskIsAClearErrorAndTheLogStaysGood() {
        var full = new boolean[] {false};
        EventLog.Opener opener =
                path ->
                        new SegmentFile(path) {
                            @Override
                            void write(long offset, byte[] bytes, int length) throws IOException {
                                super.write(offset, bytes, full[0] ? length / 2 : length);
                                if (full[0]) {
                                    throw new IOException("No space left on device");
                                }
                            }
                        };
        try (EventLog log = EventLog.open(folder, 1 << 20, opener)) {
            log.append(List.of(click("a")), NOON);
            full[0] = true;
            assertThatThrownBy(() -> log.append(List.of(click("b"), click("c")), NOON))
                    .isInstanceOf(EventLogException.class)
                    .hasMessageMatching(
                            "the event log .* could not take 2 events \\(\\d+ bytes\\): No space"
                                    + " left on device; \\d+ MB are free there\\. None of them was"
                                    + " stored; send them again");
            assertThatThrownBy(() -> log.append(List.of(click("x")), NOON.plus(Duration.ofDays(1))))
                    .as("nor can a new segment be made")
                    .hasMessageContaining("No space left on device");
            assertThat(Events.ids(folder)).containsExactly("a");
            full[0] = false;
            log.append(List.of(click("d")), NOON);
            log.append(List.of(click("e")), NOON.plus(Duration.ofDays(1)));
        }
        assertThat(Events.ids(folder)).containsExactly("a", "d", "e");
    }

    @Test
    void afterAFailedSyncASegmentIsNotTrustedAnyMore() {
        var broken = new boolean[] {false};
        EventLog.Opener opener =
                path ->
                        new SegmentFile(path) {
                            @Override
                            void sync() throws IOException {
                                if (broken[0]) {
                                    throw new IOException("Input/output error");
                                }
                                super.sync();
                            }
                        };
        try (EventLog log = EventLog.open(folder, 1 << 20, opener)) {
            log.append(List.of(click("a")), NOON);
            broken[0] = true;
            assertThatThrownBy(() -> log.append(List.of(click("b")), NOON))
                    .hasMessageContaining("Input/output error");
            broken[0] = false;
            assertThat(log.append(List.of(click("c")), NOON).segment()).isEqualTo(2);
        }
        assertThat(Events.ids(folder)).contains("a", "c").startsWith("a").endsWith("c");
    }

    @Test
    void oldSegmentsCanBeDeletedAndAReaderOfThemIsToldSo() {
        try (EventLog log = EventLog.open(folder)) {
            LogPosition first = log.append(List.of(click("a")), NOON);
            log.append(List.of(click("b")), NOON.plus(Duration.ofDays(1)));
            log.append(List.of(click("c")), NOON.plus(Duration.ofDays(2)));
            assertThat(log.deleteBefore(log.reader().startOf(LocalDate.of(2026, 2, 1))))
                    .isEqualTo(1);
            assertThat(Events.ids(folder)).containsExactly("b", "c");
            assertThatThrownBy(() -> Events.ids(folder, first))
                    .hasMessageContaining(
                            "no longer holds what follows "
                                    + first
                                    + "; it begins at "
                                    + log.reader().start());
            assertThat(log.deleteBefore(log.end()))
                    .as("all but the one being written")
                    .isEqualTo(1);
        }
    }

    @Test
    void anEventThatIsTooLargeIsRefusedAlone() {
        var large =
                new Event(
                        "big",
                        "click",
                        "u",
                        "i",
                        NOON,
                        1,
                        "",
                        "",
                        0,
                        "{\"x\":\"" + "y".repeat(1 << 20) + "\"}");
        try (EventLog log = EventLog.open(folder)) {
            assertThatThrownBy(() -> log.append(List.of(large), NOON))
                    .hasMessageContaining("event big takes")
                    .hasMessageContaining("None of the 1 events was stored");
            log.append(List.of(click("a")), NOON);
        }
        assertThat(Events.ids(folder)).containsExactly("a");
    }

    private static void truncate(Path file, long length) throws IOException {
        try (var raf = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            raf.setLength(length);
        }
    }
}
