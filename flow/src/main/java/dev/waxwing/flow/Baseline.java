package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A promise about every night (基线): by a time of the day a pipeline, or one step of it, is done.
///
/// Times are hh:mm from 00:00 to 47:59, counted from the midnight after the business date, so 25:30 is half past one on the day
/// after the cycle's.
/// @param step empty = all of the pipeline
/// @param by minutes after that midnight: one time if it is daily, else one for each of the day's first cycles
/// @param margin how long before the committed time an estimate is dangerous
/// @param priority one of [#PRIORITIES]; for people, it moves no run ahead of another
/// @param webhook where to POST what changed; empty = nowhere
/// @param command what to run when something changed; empty = nothing
public record Baseline(
        String name,
        String pipeline,
        String step,
        Type type,
        List<Integer> by,
        Duration margin,
        int priority,
        String webhook,
        List<String> command) {
    public static final List<Integer> PRIORITIES = List.of(1, 3, 5, 7, 8);
    static final int MOST_CYCLES = 24;
    private static final Pattern TIME = Pattern.compile("([0-3]?\\d|4[0-7]):([0-5]\\d)");

    /// What a promise is about.
    public enum Type {
        /// All cycles of a business date together.
        DAILY,
        /// Each cycle for itself.
        HOURLY
    }

    /// One of its promises.
    /// @param cycle the first of those that it is about; names the promise
    /// @param cycles all that must be done
    record Commitment(
            LocalDate bizdate, LocalDateTime cycle, List<LocalDateTime> cycles, Instant deadline) {
        Commitment {
            cycles = List.copyOf(cycles);
        }
    }

    public Baseline {
        requireNonNull(name, "name is null");
        requireNonNull(pipeline, "pipeline is null");
        requireNonNull(step, "step is null");
        requireNonNull(type, "type is null");
        by = List.copyOf(by);
        requireNonNull(margin, "margin is null");
        if (!PRIORITIES.contains(priority)) {
            throw new IllegalArgumentException(
                    "priority must be one of " + PRIORITIES + ", got " + priority);
        }
        requireNonNull(webhook, "webhook is null");
        command = List.copyOf(command);
    }

    /// @return minutes after midnight
    static int minutes(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw new IllegalArgumentException("hours go from 0 to 47, minutes from 00 to 59");
        }
        return Integer.parseInt(time.group(1)) * 60 + Integer.parseInt(time.group(2));
    }

    /// What is promised about a business date. A day on which the pipeline has no cycle has no promise.
    List<Commitment> of(LocalDate bizdate, Schedule schedule, ZoneId zone) {
        List<LocalDateTime> cycles = schedule.cyclesOf(bizdate);
        var commitments = new ArrayList<Commitment>();
        if (type == Type.DAILY && !cycles.isEmpty()) {
            commitments.add(
                    new Commitment(bizdate, cycles.getFirst(), cycles, deadline(bizdate, 0, zone)));
        }
        for (int i = 0; type == Type.HOURLY && i < Math.min(cycles.size(), by.size()); i++) {
            LocalDateTime cycle = cycles.get(i);
            commitments.add(
                    new Commitment(bizdate, cycle, List.of(cycle), deadline(bizdate, i, zone)));
        }
        return commitments;
    }

    private Instant deadline(LocalDate bizdate, int index, ZoneId zone) {
        int minutes = by.get(index);
        LocalDateTime local =
                bizdate.plusDays(1 + minutes / (24 * 60)).atTime(minutes / 60 % 24, minutes % 60);
        return Schedule.moment(local, zone);
    }
}
