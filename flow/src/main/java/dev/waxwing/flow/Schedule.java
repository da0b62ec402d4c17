package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// When a pipeline runs by itself, in the project's time zone.
///
/// A cycle is named by the wall clock's time that it is planned for, and each such time happens once. Where the clock
/// springs forward over it, it happens at the moment of the jump; where the clock goes back and shows it twice, the first
/// time. So a day has 24 hourly cycles even if it has 23 or 25 hours. A cycle's business date is the day before.
public sealed interface Schedule {
    /// The first cycle after a moment; none if there will never be one.
    Optional<LocalDateTime> next(LocalDateTime after);

    /// The cycles about a business date, in order. A pipeline without a schedule has one, at midnight.
    List<LocalDateTime> cyclesOf(LocalDate bizdate);

    /// The last cycle before a moment; none if there never was one.
    Optional<LocalDateTime> previous(LocalDateTime before);

    /// When a cycle happens.
    static Instant moment(LocalDateTime cycle, ZoneId zone) {
        ZoneOffsetTransition gap = zone.getRules().getTransition(cycle);
        return gap != null && gap.isGap()
                ? gap.getInstant()
                : cycle.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
    }

    static LocalDate bizdate(LocalDateTime cycle) {
        return cycle.toLocalDate().minusDays(1);
    }

    /// Only when somebody asks for it.
    record OnDemand() implements Schedule {
        @Override
        public Optional<LocalDateTime> next(LocalDateTime after) {
            return Optional.empty();
        }

        @Override
        public List<LocalDateTime> cyclesOf(LocalDate bizdate) {
            return List.of(bizdate.plusDays(1).atStartOfDay());
        }

        @Override
        public Optional<LocalDateTime> previous(LocalDateTime before) {
            return Optional.of(before.minusNanos(1).truncatedTo(ChronoUnit.DAYS));
        }
    }

    /// At all minutes that the five fields of a cron line name. As in cron, where both day fields are restricted a day
    /// that fits either will do.
    /// @param text the line as it was written
    /// @param weekdays 0 = Sunday to 6 = Saturday
    record Cron(
            String text,
            SortedSet<Integer> minutes,
            SortedSet<Integer> hours,
            SortedSet<Integer> days,
            SortedSet<Integer> months,
            SortedSet<Integer> weekdays)
            implements Schedule {
        private static final Pattern PART =
                Pattern.compile("(\\*|([0-9]{1,2})(-([0-9]{1,2}))?)(/([0-9]{1,2}))?");

        /// 29 February comes again after eight years at most, where a century lies between.
        private static final int DAYS_TO_LOOK = 366 * 8 + 2;

        public Cron {
            requireNonNull(text, "text is null");
            minutes = Collections.unmodifiableSortedSet(new TreeSet<>(minutes));
            hours = Collections.unmodifiableSortedSet(new TreeSet<>(hours));
            days = Collections.unmodifiableSortedSet(new TreeSet<>(days));
            months = Collections.unmodifiableSortedSet(new TreeSet<>(months));
            weekdays = Collections.unmodifiableSortedSet(new TreeSet<>(weekdays));
        }

        /// @throws IllegalArgumentException that says which field is wrong
        public static Cron parse(String text) {
            List<String> fields = List.of(text.strip().split("\\s+"));
            if (fields.size() != 5) {
                throw new IllegalArgumentException(
                        "it has "
                                + fields.size()
                                + " fields; five are needed: minute hour day month weekday");
            }
            var weekdays = field("weekday", fields.get(4), 0, 7);
            if (weekdays.remove(7)) { // Sunday by its other name
                weekdays.add(0);
            }
            var cron =
                    new Cron(
                            text,
                            field("minute", fields.get(0), 0, 59),
                            field("hour", fields.get(1), 0, 23),
                            field("day", fields.get(2), 1, 31),
                            field("month", fields.get(3), 1, 12),
                            weekdays);
            if (cron.next(LocalDateTime.of(2000, 1, 1, 0, 0)).isEmpty()) {
                throw new IllegalArgumentException(
                        "no month of these has such a day, so it would never run");
            }
            return cron;
        }

        @Override
        public Optional<LocalDateTime> next(LocalDateTime after) {
            LocalDate day = after.toLocalDate();
            for (int i = 0; i < DAYS_TO_LOOK; i++, day = day.plusDays(1)) {
                if (fits(day)) {
                    for (LocalDateTime cycle : on(day)) {
                        if (cycle.isAfter(after)) {
                            return Optional.of(cycle);
                        }
                    }
                }
            }
            return Optional.empty();
        }

        @Override
        public Optional<LocalDateTime> previous(LocalDateTime before) {
            LocalDate day = before.toLocalDate();
            for (int i = 0; i < DAYS_TO_LOOK; i++, day = day.minusDays(1)) {
                if (fits(day)) {
                    for (LocalDateTime cycle : on(day).reversed()) {
                        if (cycle.isBefore(before)) {
                            return Optional.of(cycle);
                        }
                    }
                }
            }
            return Optional.empty();
        }

        @Override
        public List<LocalDateTime> cyclesOf(LocalDate bizdate) {
            LocalDate day = bizdate.plusDays(1);
            return fits(day) ? on(day) : List.of();
        }

        private List<LocalDateTime> on(LocalDate day) {
            var cycles = new ArrayList<LocalDateTime>(hours.size() * minutes.size());
            for (int hour : hours) {
                for (int minute : minutes) {
                    cycles.add(day.atTime(hour, minute));
                }
            }
            return cycles;
        }

        private boolean fits(LocalDate day) {
            if (!months.contains(day.getMonthValue())) {
                return false;
            }
            boolean inMonth = days.contains(day.getDayOfMonth());
            boolean inWeek = weekdays.contains(day.getDayOfWeek().getValue() % 7);
            boolean bothRestricted = days.size() < 31 && weekdays.size() < 7;
            return bothRestricted ? inMonth || inWeek : inMonth && inWeek;
        }

        private static SortedSet<Integer> field(String name, String text, int min, int max) {
            var values = new TreeSet<Integer>();
            for (String each : text.split(",", -1)) {
                Matcher part = PART.matcher(each);
                if (!part.matches()) {
                    throw refused(name, each, min, max);
                }
                boolean all = part.group(2) == null;
                int first = all ? min : Integer.parseInt(part.group(2));
                int last = all ? max : first;
                if (part.group(4) != null) {
                    last = Integer.parseInt(part.group(4));
                } else if (!all && part.group(6) != null) {
                    last = max; // 5/15 is every 15 from 5 on
                }
                int step = part.group(6) == null ? 1 : Integer.parseInt(part.group(6));
                if (first < min || last > max || first > last || step == 0) {
                    throw refused(name, each, min, max);
                }
                for (int value = first; value <= last; value += step) {
                    values.add(value);
                }
            }
            return values;
        }

        private static IllegalArgumentException refused(
                String name, String found, int min, int max) {
            return new IllegalArgumentException(
                    "its "
                            + name
                            + " is "
                            + found
                            + "; from "
                            + min
                            + " to "
                            + max
                            + " are allowed, as *, 5, 1-5, 1,3 or */15");
        }
    }
}
