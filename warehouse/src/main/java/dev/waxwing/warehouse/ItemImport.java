package dev.waxwing.warehouse;

import java.nio.file.Path;

/// Reads a file of items, `item,title,tags` with tags joined by `|`, into `ods_item`.
///
/// An item appears on the day of its first event in `ods_event`, so import events first; items without any event are
/// counted and left out, since nobody could have known them.
@SuppressWarnings("DoNotCallSuggester")
public final class ItemImport {
    /// @param file `.csv`, `.csv.gz` or `.parquet` with the columns item and title, and optionally tags and author
    public ItemImport(Path file) {
        throw new UnsupportedOperationException();
    }

    /// @throws WarehouseException if no row of the file is good; nothing is then changed
    public ImportReport into(Warehouse warehouse, Writer writer) {
        throw new UnsupportedOperationException();
    }
}
