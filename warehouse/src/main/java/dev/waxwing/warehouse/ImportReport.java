package dev.waxwing.warehouse;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What an import did.
/// @param read rows of the file, good and bad
/// @param added rows that are new in the table
/// @param known good rows that the table had already
/// @param withoutEvent items that no event names (0 for events)
/// @param rejected bad rows
/// @param reasons the rejected rows by reason
/// @param days the days of the good rows
/// @param shiftedBy by how many days all times were moved
public record ImportReport(
        String source,
        long read,
        long added,
        long known,
        long withoutEvent,
        long rejected,
        Map<String, Long> reasons,
        List<String> days,
        int shiftedBy) {
    public ImportReport {
        reasons = Collections.unmodifiableMap(new TreeMap<>(reasons));
        days = List.copyOf(days);
    }
}
