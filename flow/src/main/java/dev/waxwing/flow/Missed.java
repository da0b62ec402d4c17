package dev.waxwing.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/// What becomes of cycles whose moment passed while no scheduler ran.
public enum Missed {
    /// Each is run, the oldest first.
    CATCH_UP("catch-up"),
    /// None is run.
    SKIP("skip"),
    /// Only the newest is run.
    LATEST("latest");

    /// A scheduler that comes so much too late was not stopped, only slow.
    static final Duration GRACE = Duration.ofMinutes(5);

    private final String word;

    Missed(String word) {
        this.word = word;
    }

    static List<String> words() {
        return List.of(CATCH_UP.word, SKIP.word, LATEST.word);
    }

    static Missed of(String word) {
        for (Missed each : values()) {
            if (each.word.equals(word)) {
                return each;
            }
        }
        return CATCH_UP;
    }

    /// The last cycle whose moment has come, whether a run of it is made or not; `after` if there is none.
    LocalDateTime reached(Schedule schedule, LocalDateTime after, Instant now, ZoneId zone) {
        List<LocalDateTime> all = CATCH_UP.due(schedule, after, now, zone);
        return all.isEmpty() ? after : all.getLast();
    }

    /// The cycles to make runs of now.
    /// @param after the last cycle that was made, or decided not to be
    List<LocalDateTime> due(Schedule schedule, LocalDateTime after, Instant now, ZoneId zone) {
        var due = new ArrayList<LocalDateTime>();
        LocalDateTime cycle = after;
        while (true) {
            var next = schedule.next(cycle);
            if (next.isEmpty() || Schedule.moment(next.get(), zone).isAfter(now)) {
                break;
            }
            cycle = next.get();
            due.add(cycle);
        }
        return switch (this) {
            case CATCH_UP -> due;
            case LATEST -> due.isEmpty() ? due : List.of(due.getLast());
            case SKIP ->
                    due.stream()
                            .filter(each -> !Schedule.moment(each, zone).isBefore(now.minus(GRACE)))
                            .toList();
        };
    }
}
