package dev.waxwing.warehouse;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads a file of events, `user,item,ts,event,weight`, into `ods_event` and `ods_event_rejected`.
///
/// A time is seconds or milliseconds since 1970 or ISO 8601, in UTC where it names no zone. An event's id is made of
/// its content and of how often the same content came before in the file, so the same file gives the same ids.
public final class EventImport {
    static final String EVENTS = "ods_event";
    static final String REJECTED = "ods_event_rejected";

    private final Path file;
    private final EventRule rule;
    private final String source;
    private final int shift;
    private final Optional<LocalDate> lastDay;
    private final Instant now;

    /// @param file `.csv`, `.csv.gz` or `.parquet` with the columns user, item, ts and event, and optionally weight
    public EventImport(Path file, EventRule rule) {
        this(file, rule, file.getFileName().toString(), 0, Optional.empty(), Instant.now());
    }

    private EventImport(
            Path file,
            EventRule rule,
            String source,
            int shift,
            Optional<LocalDate> lastDay,
            Instant now) {
        this.file = file;
        this.rule = rule;
        this.source = source;
        this.shift = shift;
        this.lastDay = lastDay;
        this.now = now;
    }

    /// Moves all times by whole days; negative is earlier.
    public EventImport shiftedBy(int days) {
        return new EventImport(file, rule, source, days, Optional.empty(), now);
    }

    /// Moves all times by whole days, so that the last event falls on this day (UTC).
    public EventImport endingOn(LocalDate day) {
        return new EventImport(file, rule, source, 0, Optional.of(day), now);
    }

    /// Rejects events later than this (after the shift); otherwise the current time is taken.
    public EventImport asOf(Instant moment) {
        return new EventImport(file, rule, source, shift, lastDay, moment);
    }

    /// The name under which lines are rejected; otherwise the file's own name.
    public EventImport source(String name) {
        return new EventImport(file, rule, name, shift, lastDay, now);
    }

    /// Imports the file, all days in one commit. Events that are there already (the same file again) change nothing.
    ///
    /// @throws WarehouseException if no row of the file is good; nothing is then changed
    public ImportReport into(Warehouse warehouse, Writer writer) {
        Warehouse.Parts parts = warehouse.parts();
        String token = Staging.newToken();
        Path folder = parts.folders().make(token);
        try (SqlEngine.Session session = parts.engine().session(Map.of())) {
            RawRows.read(
                    session,
                    TableFiles.bring(file, folder),
                    file,
                    List.of("user", "item", "ts", "event"),
                    List.of("weight"));
            int days = read(session);
            Map<String, Long> reasons = new TreeMap<>();
            long rejected =
                    session.query(
                            "SELECT reason, count(*) FROM __rejected GROUP BY reason",
                            rows -> {
                                long sum = 0;
                                while (rows.next()) {
                                    reasons.put(rows.getString(1), rows.getLong(2));
                                    sum += rows.getLong(2);
                                }
                                return sum;
                            });
            long good = count(session, "__good");
            if (good == 0) {
                throw new WarehouseException(
                        file
                                + " has no good row; "
                                + (rejected == 0
                                        ? "it has no rows at all"
                                        : rejected + " rows were rejected: " + reasons)
                                + ". Nothing was imported");
            }
            NavigableSet<String> goodDays =
                    new TreeSet<>(texts(session, "SELECT DISTINCT ds FROM __good"));
            Path events = folder.resolve("events.parquet");
            session.copy("SELECT * FROM __good", events, StagedRows.PARQUET);
            Path bad = folder.resolve("rejected.parquet");
            session.copy("SELECT * FROM __rejected", bad, StagedRows.PARQUET);
            long added;
            try (PartitionWrite write = warehouse.write(EVENTS, goodDays, writer)) {
                added =
                        addNew(
                                parts,
                                EVENTS,
                                write,
                                events,
                                "event_id",
                                "ds IN (SELECT ds FROM __rows)");
            }
            String rejectedOn = Days.of(now.atZone(java.time.ZoneOffset.UTC).toLocalDate());
            try (PartitionWrite write =
                    warehouse.write(REJECTED, new TreeSet<>(List.of(rejectedOn)), writer)) {
                addNew(
                        parts,
                        REJECTED,
                        write,
                        bad,
                        "(source, line, raw)",
                        "source IN (SELECT source FROM __rows)");
            }
            return new ImportReport(
                    source,
                    good + rejected,
                    added,
                    good - added,
                    0,
                    rejected,
                    reasons,
                    new ArrayList<>(goodDays),
                    days);
        } finally {
            Staging.removeTree(parts.folders().of(token));
        }
    }

    /// Sorts the rows into `__good` and `__rejected`.
    ///
    /// @return by how many days the times were moved
    private int read(SqlEngine.Session session) {
        session.keep("__rule", rule());
        // Ten digits of seconds reach the year 2286; with more, they are milliseconds. A DOUBLE
        // holds such seconds to
        // the microsecond, and is read a hundred times faster than a wide DECIMAL.
        session.keep(
                "__read",
                """
                SELECT r.*, CASE WHEN regexp_full_match(ts, '\\s*-?[0-9]{1,10}(\\.[0-9]+)?\\s*')
                                 THEN make_timestamp(CAST(round(TRY_CAST(ts AS DOUBLE) * 1000000) AS BIGINT))
                                 WHEN regexp_full_match(ts, '\\s*-?[0-9]{11,15}\\s*') THEN epoch_ms(TRY_CAST(ts AS BIGINT))
                                 ELSE CAST(TRY_CAST(CASE WHEN ts LIKE '____-%' THEN ts END AS TIMESTAMPTZ) AS TIMESTAMP) END AS read_at,
                       TRY_CAST(weight AS DOUBLE) AS read_weight, coalesce(own.type, other.type) AS type
                FROM   __raw r
                LEFT JOIN (SELECT * FROM __rule WHERE name <> '*') own ON own.name = r.event
                LEFT JOIN (SELECT * FROM __rule WHERE name = '*') other ON true
                """);
        int days = lastDay.map(day -> daysUntil(session, day)).orElse(shift);
        session.keep(
                "__judged",
                """
                SELECT *, read_at + to_days(%d) AS shifted,
                       CASE WHEN coalesce(trim("user"), '') = '' THEN 'no user'
                            WHEN coalesce(trim(item), '') = '' THEN 'no item'
                            WHEN coalesce(trim(ts), '') = '' THEN 'no time'
                            WHEN read_at IS NULL OR NOT isfinite(read_at) THEN 'unreadable time'
                            WHEN coalesce(trim(event), '') = '' THEN 'no event'
                            WHEN type IS NULL THEN 'event not in the rule: ' || event[:60]
                            WHEN weight IS NOT NULL AND (read_weight IS NULL OR NOT isfinite(read_weight))
                                THEN 'unreadable weight'
                            WHEN read_at + to_days(%d) > TIMESTAMP '%s' THEN 'in the future'
                            WHEN read_at + to_days(%d) < TIMESTAMP '1970-01-01' THEN 'before 1970' END AS reason
                FROM __read
                """
                        .formatted(days, days, timestamp(now), days));
        session.keep(
                "__good",
                """
                SELECT md5(concat_ws(chr(31), "user", item, epoch_us(shifted)::VARCHAR, event, coalesce(weight, ''),
                           row_number() OVER (PARTITION BY "user", item, shifted, event, weight ORDER BY line)::VARCHAR)) AS event_id,
                       type, "user" AS user_id, item AS item_id, shifted AS "at",
                       CASE WHEN weight IS NULL THEN 1.0::DOUBLE
                            ELSE greatest(%s::DOUBLE, least(1.0::DOUBLE, (read_weight - %s::DOUBLE) / (%s::DOUBLE - %s::DOUBLE)))
                       END AS weight,
                       NULL::VARCHAR AS request_id, NULL::VARCHAR AS scene, NULL::INTEGER AS position,
                       '{}' AS fields, strftime(shifted, '%%Y%%m%%d') AS ds
                FROM __judged WHERE reason IS NULL
                """
                        .formatted(EventRule.LEAST, rule.lo(), rule.hi(), rule.lo()));
        session.keep(
                "__rejected",
                """
                SELECT %s AS source, line, reason, raw, '%s' AS ds FROM (
                    SELECT line, reason, concat_ws(',', coalesce("user", ''), coalesce(item, ''), coalesce(ts, ''),
                                                   coalesce(event, ''), coalesce(weight, '')) AS raw
                    FROM __judged WHERE reason IS NOT NULL
                    UNION ALL SELECT line, reason, raw FROM __malformed)
                """
                        .formatted(
                                DuckDb.literal(source),
                                Days.of(now.atZone(java.time.ZoneOffset.UTC).toLocalDate())));
        return days;
    }

    private String rule() {
        List<String> rows = new ArrayList<>();
        rule.types()
                .forEach(
                        (name, type) ->
                                rows.add(
                                        "("
                                                + DuckDb.literal(name)
                                                + ", "
                                                + DuckDb.literal(type.equals("*") ? name : type)
                                                + ")"));
        return "SELECT * FROM (VALUES " + String.join(", ", rows) + ") AS rule(name, type)";
    }

    private static int daysUntil(SqlEngine.Session session, LocalDate day) {
        return session.query(
                "SELECT datediff('day', max(read_at)::DATE, DATE '"
                        + day
                        + "') FROM __read WHERE type IS NOT NULL AND isfinite(read_at)",
                rows -> rows.next() ? rows.getInt(1) : 0);
    }

    /// Adds the rows of a file whose key the table does not have yet among the rows of `where`.
    private static long addNew(
            Warehouse.Parts parts,
            String table,
            PartitionWrite write,
            Path rows,
            String key,
            String where) {
        Map<String, Snapshots.Pinned> there = parts.snapshots().pin(List.of(table));
        Path fresh = rows.resolveSibling("new-" + rows.getFileName());
        try (SqlEngine.Session session = parts.session(there)) {
            session.name("__rows", StagedRows.read(List.of(rows.toString())));
            String known =
                    "SELECT 1 FROM (SELECT "
                            + key
                            + " AS key FROM "
                            + table
                            + " WHERE "
                            + where
                            + ") WHERE key = __rows_keyed.key";
            session.copy(
                    there.isEmpty()
                            ? "SELECT * FROM __rows"
                            : "SELECT * EXCLUDE (key) FROM (SELECT *, "
                                    + key
                                    + " AS key FROM __rows) AS __rows_keyed WHERE NOT EXISTS ("
                                    + known
                                    + ")",
                    fresh,
                    StagedRows.PARQUET);
        }
        long added = write.adding().file(fresh, FileFormat.PARQUET).rowCount();
        write.commit();
        return added;
    }

    private static long count(SqlEngine.Session session, String table) {
        return session.query(
                "SELECT count(*) FROM " + table, rows -> rows.next() ? rows.getLong(1) : 0);
    }

    private static List<String> texts(SqlEngine.Session session, String select) {
        return session.query(
                select,
                rows -> {
                    List<String> found = new ArrayList<>();
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                    return found;
                });
    }

    private static String timestamp(Instant at) {
        return at.toString().replace("T", " ").replace("Z", "");
    }
}
