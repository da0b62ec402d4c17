package dev.waxwing.steps;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Which days' partitions a step computes for a business date.
///
/// Always the business date itself; with `rebuild` the few days before it again, so that late events find their place;
/// with `fill` also those of the last days that are missing, which is how a first night gets its history.
///
/// @param fill the business date and the days before it, in all; at least 1
/// @param rebuild days before the business date that are computed again; at least 0
record Days(int fill, int rebuild) {
    private static final DateTimeFormatter DS = DateTimeFormatter.BASIC_ISO_DATE;

    Days {
        if (fill < 1 || rebuild < 0) {
            throw new IllegalArgumentException(
                    "fill must be at least 1d and rebuild at least 0d, got "
                            + fill
                            + "d, "
                            + rebuild
                            + "d");
        }
    }

    static Days of(Duration fill, Duration rebuild) {
        return new Days(Math.max(1, (int) fill.toDays()), (int) rebuild.toDays());
    }

    /// A run of days without a gap, both ends included.
    record Range(LocalDate from, LocalDate to) {
        SortedSet<String> ds() {
            SortedSet<String> all = new TreeSet<>();
            for (LocalDate day = from; !day.isAfter(to); day = day.plusDays(1)) {
                all.add(Days.ds(day));
            }
            return all;
        }
    }

    /// @param earliest no day before this one is computed, since nothing that the step reads is older
    /// @param committed whether a day's partition is there already
    /// @return gapless ranges in order; the last one ends with the business date
    List<Range> toCompute(LocalDate bizdate, LocalDate earliest, Predicate<String> committed) {
        List<Range> ranges = new ArrayList<>();
        LocalDate start = null;
        for (LocalDate day = bizdate.minusDays(Math.max(fill - 1, rebuild));
                !day.isAfter(bizdate);
                day = day.plusDays(1)) {
            boolean again = !day.isBefore(bizdate.minusDays(rebuild));
            boolean missing = day.isAfter(bizdate.minusDays(fill)) && !committed.test(ds(day));
            boolean wanted = (again || missing) && (!day.isBefore(earliest) || day.equals(bizdate));
            if (wanted && start == null) {
                start = day;
            } else if (!wanted && start != null) {
                ranges.add(new Range(start, day.minusDays(1)));
                start = null;
            }
        }
        ranges.add(new Range(start == null ? bizdate : start, bizdate));
        return ranges;
    }

    /// `20130831`
    static String ds(LocalDate day) {
        return DS.format(day);
    }

    /// @throws IllegalArgumentException if the text is not `yyyymmdd`
    static LocalDate day(String ds) {
        try {
            return LocalDate.parse(ds, DS);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + ds + "' is not a day; wanted yyyymmdd", e);
        }
    }
}
