package dev.waxwing.warehouse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads a file of items, `item,title,tags` with tags joined by `|`, into `ods_item`.
///
/// An item appears on the day of its first event in `ods_event`, so import events first; items without any event are
/// counted and left out, since nobody could have known them. An item that is there already is replaced.
public final class ItemImport {
    private static final String ITEMS = "ods_item";
    private static final String REJECTED = "ods_item_rejected";

    private final Path file;
    private final String source;

    /// @param file `.csv`, `.csv.gz` or `.parquet` with the columns item and title, and optionally tags and author
    public ItemImport(Path file) {
        this.file = file;
        this.source = file.getFileName().toString();
    }

    /// @throws WarehouseException if no row of the file is good; nothing is then changed
    public ImportReport into(Warehouse warehouse, Writer writer) {
        Warehouse.Parts parts = warehouse.parts();
        Map<String, Snapshots.Pinned> there =
                parts.snapshots().pin(List.of(EventImport.EVENTS, ITEMS));
        if (!there.containsKey(EventImport.EVENTS)) {
            throw new WarehouseException(
                    "there are no events yet; import them before the items of "
                            + file
                            + ", because an item appears on the day of its first event");
        }
        String token = Staging.newToken();
        Path folder = parts.folders().make(token);
        try (SqlEngine.Session session = parts.session(there)) {
            RawRows.read(
                    session,
                    TableFiles.bring(file, folder),
                    file,
                    List.of("item", "title"),
                    List.of("tags", "author"));
            Map<String, Long> reasons = new TreeMap<>();
            judge(session, there.containsKey(ITEMS), reasons);
            long[] counts =
                    session.query(
                            """
                            SELECT count(*), count(first_at), count(*) FILTER (WHERE first_at IS NOT NULL AND NOT known)
                            FROM __items
                            """,
                            rows ->
                                    rows.next()
                                            ? new long[] {
                                                rows.getLong(1), rows.getLong(2), rows.getLong(3)
                                            }
                                            : new long[3]);
            long rejected = reasons.values().stream().mapToLong(Long::longValue).sum();
            if (counts[0] == 0) {
                throw new WarehouseException(
                        file
                                + " has no good row; "
                                + (rejected == 0
                                        ? "it has no rows at all"
                                        : rejected + " rows were rejected: " + reasons)
                                + ". Nothing was imported");
            }
            NavigableSet<String> days = days(session, "SELECT DISTINCT ds FROM __days");
            if (!days.isEmpty()) {
                Path rows = folder.resolve("items.parquet");
                session.copy("SELECT * FROM __rows", rows, StagedRows.PARQUET);
                try (PartitionWrite write = warehouse.write(ITEMS, days, writer)) {
                    if (!parts.snapshots().pin(List.of(ITEMS)).keySet().equals(itemsOf(there))
                            || snapshot(parts) != snapshotOf(there)) {
                        throw new WarehouseException(
                                ITEMS
                                        + " was changed by another writer meanwhile; import "
                                        + file
                                        + " again");
                    }
                    write.file(rows, FileFormat.PARQUET).commit();
                }
            }
            reject(warehouse, writer, session, folder, days);
            return new ImportReport(
                    source,
                    counts[0] + rejected,
                    counts[2],
                    counts[1] - counts[2],
                    counts[0] - counts[1],
                    rejected,
                    reasons,
                    new ArrayList<>(
                            days(session, "SELECT DISTINCT ds FROM __items WHERE ds IS NOT NULL")),
                    0);
        } finally {
            Staging.removeTree(parts.folders().of(token));
        }
    }

    /// Makes `__items` (good rows, with the day where an event names them), `__days` (days to write), `__rows` (what
    /// those days will hold) and `__bad`.
    private static void judge(
            SqlEngine.Session session, boolean hasItems, Map<String, Long> reasons) {
        session.keep(
                "__judged",
                """
                SELECT *, CASE WHEN coalesce(trim(item), '') = '' THEN 'no item'
                               WHEN row_number() OVER (PARTITION BY item ORDER BY line) > 1 THEN 'item came before'
                          END AS reason
                FROM __raw
                """);
        String known =
                hasItems
                        ? "SELECT * FROM ods_item"
                        : "SELECT NULL::VARCHAR AS item_id, NULL::VARCHAR AS title, NULL::VARCHAR[]"
                                + " AS tags, NULL::VARCHAR AS author, NULL::TIMESTAMP AS first_at,"
                                + " NULL::VARCHAR AS ds WHERE false";
        session.name("__known", known);
        session.keep(
                "__items",
                """
                SELECT j.item AS item_id, coalesce(j.title, '') AS title,
                       list_filter(list_transform(string_split(coalesce(j.tags, ''), '|'), lambda t: trim(t)), lambda t: t <> '') AS tags,
                       j.author, e.first_at, strftime(e.first_at, '%Y%m%d') AS ds,
                       j.item IN (SELECT item_id FROM __known) AS known
                FROM   __judged j
                LEFT JOIN (SELECT item_id, min("at") AS first_at FROM ods_event GROUP BY item_id) e ON e.item_id = j.item
                WHERE  j.reason IS NULL
                """);
        session.keep(
                "__days",
                """
                SELECT ds FROM __items WHERE ds IS NOT NULL
                UNION SELECT ds FROM __known WHERE item_id IN (SELECT item_id FROM __items WHERE ds IS NOT NULL)
                """);
        session.name(
                "__rows",
                """
                SELECT item_id, title, tags, author, first_at, ds FROM __items WHERE ds IS NOT NULL
                UNION ALL SELECT item_id, title, tags, author, first_at, ds FROM __known
                WHERE ds IN (SELECT ds FROM __days) AND item_id NOT IN (SELECT item_id FROM __items WHERE ds IS NOT NULL)
                """);
        session.keep(
                "__bad",
                """
                SELECT line, reason, concat_ws(',', coalesce(item, ''), coalesce(title, ''), coalesce(tags, '')) AS raw
                FROM __judged WHERE reason IS NOT NULL UNION ALL SELECT line, reason, raw FROM __malformed
                """);
        session.query(
                "SELECT reason, count(*) FROM __bad GROUP BY reason",
                rows -> {
                    while (rows.next()) {
                        reasons.put(rows.getString(1), rows.getLong(2));
                    }
                    return reasons;
                });
    }

    /// Keeps the bad rows of this file, on the last of the days it touched.
    private void reject(
            Warehouse warehouse,
            Writer writer,
            SqlEngine.Session session,
            Path folder,
            NavigableSet<String> days) {
        if (days.isEmpty()
                || session.query("SELECT count(*) FROM __bad", r -> r.next() ? r.getLong(1) : 0)
                        == 0) {
            return;
        }
        Path rows = folder.resolve("rejected.parquet");
        session.copy(
                "SELECT "
                        + DuckDb.literal(source)
                        + " AS source, line, reason, raw, '"
                        + days.last()
                        + "' AS ds FROM __bad",
                rows,
                StagedRows.PARQUET);
        try (PartitionWrite write =
                warehouse.write(REJECTED, new TreeSet<>(List.of(days.last())), writer)) {
            write.file(rows, FileFormat.PARQUET).commit();
        }
    }

    private static java.util.Set<String> itemsOf(Map<String, Snapshots.Pinned> there) {
        return there.containsKey(ITEMS) ? java.util.Set.of(ITEMS) : java.util.Set.of();
    }

    private static long snapshot(Warehouse.Parts parts) {
        return snapshotOf(parts.snapshots().pin(List.of(ITEMS)));
    }

    private static long snapshotOf(Map<String, Snapshots.Pinned> tables) {
        return tables.containsKey(ITEMS) ? tables.get(ITEMS).snapshot() : 0;
    }

    private static NavigableSet<String> days(SqlEngine.Session session, String select) {
        return session.query(
                select,
                rows -> {
                    TreeSet<String> found = new TreeSet<>();
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                    return found;
                });
    }
}
