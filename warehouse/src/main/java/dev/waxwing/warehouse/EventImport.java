package dev.waxwing.warehouse;

import java.nio.file.Path;
import java.time.Instant;

/// Reads a file of events, `user,item,ts,event,weight`, into `ods_event` and `ods_event_rejected`.
@SuppressWarnings("DoNotCallSuggester")
public final class EventImport {
    /// @param file `.csv`, `.csv.gz` or `.parquet` with the columns user, item, ts and event, and optionally weight
    public EventImport(Path file, EventRule rule) {
        throw new UnsupportedOperationException();
    }

    /// Moves all times by whole days; negative is earlier.
    public EventImport shiftedBy(int days) {
        throw new UnsupportedOperationException();
    }

    /// Rejects events later than this (after the shift); otherwise the current time is taken.
    public EventImport asOf(Instant now) {
        throw new UnsupportedOperationException();
    }

    /// The name under which lines are rejected; otherwise the file's own name.
    public EventImport source(String name) {
        throw new UnsupportedOperationException();
    }

    /// The last moment among the file's readable times, before any shift: what a caller computes its shift from.
    public Instant lastEventAt() {
        throw new UnsupportedOperationException();
    }

    /// Imports the file. Events that are there already (the same file again) change nothing.
    ///
    /// @throws WarehouseException if no row of the file is good; nothing is then changed
    public ImportReport into(Warehouse warehouse, Writer writer) {
        throw new UnsupportedOperationException();
    }
}
