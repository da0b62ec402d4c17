package dev.waxwing.warehouse;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which partitions a SELECT was made from, and whether they are what they were.
final class Lineage {
    /// A gap longer than this is not looked through day by day.
    private static final int LONGEST_GAP = 800;

    private Lineage() {}

    /// @param pinned the tables as they were read
    /// @param hashes their partitions then
    /// @param filters what the engine told of the days it reads, by table; see [SqlEngine.Session#dayFilters]
    /// @param written the days that are made
    static List<Parent> parents(
            SqlEngine.Session session,
            Map<String, Snapshots.Pinned> pinned,
            Map<String, Map<String, String>> hashes,
            Map<String, List<String>> filters,
            NavigableSet<String> written) {
        List<Parent> parents = new ArrayList<>();
        pinned.forEach(
                (table, version) -> {
                    Map<String, String> there = hashes.get(table);
                    // A table that the plan does not read at all had nothing for the days asked
                    // for: those of this write.
                    Collection<String> read =
                            filters.containsKey(table)
                                    ? matching(
                                            session,
                                            candidates(there.keySet(), written),
                                            filters.get(table))
                                    : written;
                    SortedMap<String, String> partitions = new TreeMap<>();
                    read.forEach(ds -> partitions.put(ds, there.getOrDefault(ds, Parent.ABSENT)));
                    parents.add(new Parent(table, version.snapshot(), partitions));
                });
        return parents;
    }

    /// The days that are there, and those between them up to the last written one, which may come later.
    private static NavigableSet<String> candidates(
            Collection<String> there, NavigableSet<String> written) {
        NavigableSet<String> days = new TreeSet<>(there);
        if (!days.isEmpty()) {
            LocalDate first = Days.parse(days.first());
            LocalDate last = Days.parse(written.last());
            if (ChronoUnit.DAYS.between(first, last) <= LONGEST_GAP) {
                first.datesUntil(last.isBefore(first) ? first : last.plusDays(1))
                        .map(Days::of)
                        .forEach(days::add);
            }
        }
        return days;
    }

    private static Collection<String> matching(
            SqlEngine.Session session, NavigableSet<String> days, List<String> filters) {
        if (filters.contains("true")) {
            return days;
        }
        List<String> quoted = days.stream().map(ds -> "'" + ds + "'").toList();
        String select =
                "SELECT ds FROM (SELECT unnest(["
                        + String.join(", ", quoted)
                        + "]::VARCHAR[]) AS ds) WHERE "
                        + String.join(" OR ", filters.stream().map(f -> "(" + f + ")").toList());
        try {
            return session.query(
                    select,
                    rows -> {
                        NavigableSet<String> found = new TreeSet<>();
                        while (rows.next()) {
                            found.add(rows.getString(1));
                        }
                        return found;
                    });
        } catch (WarehouseException _) {
            return days; // the plan's words for the filter are no SQL: better too many parents than
            // too few
        }
    }

    /// Whether a parent's partition has another content now, came, or went.
    static boolean stale(List<Parent> parents, Map<String, Map<String, String>> hashesNow) {
        return parents.stream()
                .anyMatch(
                        parent -> {
                            Map<String, String> now =
                                    hashesNow.getOrDefault(parent.table(), Map.of());
                            return parent.partitions().entrySet().stream()
                                    .anyMatch(
                                            then ->
                                                    !now.getOrDefault(then.getKey(), Parent.ABSENT)
                                                            .equals(then.getValue()));
                        });
    }
}
