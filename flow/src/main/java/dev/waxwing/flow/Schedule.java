package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// When a pipeline runs by itself, in the project's time zone.
public sealed interface Schedule {
    /// Only when somebody asks for it.
    record OnDemand() implements Schedule {}

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
            return new Cron(
                    text,
                    field("minute", fields.get(0), 0, 59),
                    field("hour", fields.get(1), 0, 23),
                    field("day", fields.get(2), 1, 31),
                    field("month", fields.get(3), 1, 12),
                    weekdays);
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
