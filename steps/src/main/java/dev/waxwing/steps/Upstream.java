package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.StepKey;
import dev.waxwing.warehouse.PartitionState;
import dev.waxwing.warehouse.Warehouse;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which days of the tables that a step reads must be there before it runs.
///
/// A table's partition of the business date, unless the step says otherwise: `upstream: { ads_hot: -1d, ods_event: any }`.
///
/// A day of an intake that is still open is not there in this sense: what a step made of half a day would not be that day's.
///
/// @param offsets by table: days from the business date, or empty for "whatever is there", as long as the table exists
record Upstream(Map<String, Optional<Integer>> offsets) {
    static final StepKey KEY =
            StepKey.optional(
                    "upstream",
                    StepKey.Type.MAP,
                    "Which day of a table must be there: an offset such as -1d, or any; otherwise"
                            + " the business date's.");

    Upstream {
        offsets = Map.copyOf(offsets);
    }

    static Upstream parse(MapNode config) {
        Map<String, Optional<Integer>> offsets = new LinkedHashMap<>();
        if (config.has("upstream")) {
            MapNode tables = config.map("upstream");
            for (String table : tables.keys()) {
                offsets.put(
                        table,
                        tables.parsed(
                                table,
                                "any, or days before the business date such as -1d",
                                Upstream::offset,
                                Optional.empty()));
            }
        }
        return new Upstream(offsets);
    }

    private static Optional<Integer> offset(String text) {
        if (text.equals("any")) {
            return Optional.empty();
        }
        if (!text.matches("-?\\d{1,4}d")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither any nor a number of days");
        }
        return Optional.of(Integer.parseInt(text.substring(0, text.length() - 1)));
    }

    /// What is not there yet, such as `ods_event/ds=20130801`; none if the step can run.
    List<String> missing(Warehouse warehouse, Collection<String> tables, LocalDate bizdate) {
        List<String> missing = new ArrayList<>();
        for (String table : tables) {
            Optional<Integer> offset = offsets.getOrDefault(table, Optional.of(0));
            if (offset.isEmpty()) {
                if (!warehouse.exists(table)) {
                    missing.add(table + " (no day at all, so nothing was imported or made yet)");
                } else if (warehouse.state(table, Days.ds(bizdate)) == PartitionState.OPEN) {
                    missing.add(stillOpen(table, Days.ds(bizdate)));
                }
                continue;
            }
            String ds = Days.ds(bizdate.plusDays(offset.get()));
            PartitionState state = warehouse.state(table, ds);
            if (state == PartitionState.OPEN) {
                missing.add(stillOpen(table, ds));
            } else if (state == PartitionState.ABSENT || state == PartitionState.QUARANTINED) {
                missing.add(
                        table
                                + "/ds="
                                + ds
                                + (state == PartitionState.ABSENT ? "" : " (quarantined)"));
            }
        }
        return missing;
    }

    private static String stillOpen(String table, String ds) {
        return table
                + "/ds="
                + ds
                + " (still open: events arrive until the day is over in UTC; collect closes it"
                + " then)";
    }
}
