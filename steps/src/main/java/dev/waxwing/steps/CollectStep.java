package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.events.Event;
import dev.waxwing.events.LogPosition;
import dev.waxwing.events.LogReader;
import dev.waxwing.events.LogTrim;
import dev.waxwing.events.Logged;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.warehouse.Column;
import dev.waxwing.warehouse.Committed;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Writer;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// `collect: ods_event` moves the events of the log that arrived up to the end of the business date into a table, by day of
/// arrival. The position that it has reached is committed with the rows, so that nothing is lost or doubled. An event
/// id counts once, also if it is sent again within a day.
///
/// The business date's partition is there afterwards even if no event arrived, so that the night can go on. It is OPEN as long as its events may
/// still come: until the log has events of a later day, or the day's midnight and `grace` are over. What reads it waits.
///
/// Segments of the log that are committed in the table and older than `keep-log` are removed.
final class CollectStep implements Step {
    static final List<Column> COLUMNS =
            List.of(
                    new Column("event_id", "VARCHAR"),
                    new Column("type", "VARCHAR"),
                    new Column("user_id", "VARCHAR"),
                    new Column("item_id", "VARCHAR"),
                    new Column("at", "TIMESTAMP"),
                    new Column("weight", "DOUBLE"),
                    new Column("request_id", "VARCHAR"),
                    new Column("scene", "VARCHAR"),
                    new Column("position", "INTEGER"),
                    new Column("fields", "VARCHAR"),
                    new Column("ds", "VARCHAR"));

    private static final List<Column> REJECTED =
            List.of(
                    new Column("source", "VARCHAR"),
                    new Column("line", "BIGINT"),
                    new Column("reason", "VARCHAR"),
                    new Column("raw", "VARCHAR"),
                    new Column("ds", "VARCHAR"));

    /// The table's mark that holds the log position up to which events were collected.
    static final String POSITION = "event-log-position";

    /// A server that starts reads back this far, or a little less.
    private static final Duration LEAST_KEPT = Duration.ofDays(5);

    private final Workplace workplace;
    private final String table;
    private final Duration grace;
    private final Duration keepLog;

    private CollectStep(Workplace workplace, String table, Duration grace, Duration keepLog) {
        this.workplace = workplace;
        this.table = table;
        this.grace = grace;
        this.keepLog = keepLog;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "collect";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "collect",
                                StepKey.Type.TEXT,
                                "The table that takes the log's events."),
                        StepKey.optional(
                                "grace",
                                StepKey.Type.SPAN,
                                "How long after midnight (UTC) a day's events may still come."),
                        StepKey.optional(
                                "keep-log",
                                StepKey.Type.SPAN,
                                "How long collected events stay in the event log too."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                Duration keepLog = config.duration("keep-log", Duration.ofDays(30));
                if (keepLog.compareTo(LEAST_KEPT) < 0) {
                    config.problem(
                            "keep-log",
                            "must be at least 5d: a server that starts reads its state from the"
                                    + " log");
                }
                return new CollectStep(
                        workplace,
                        config.text("collect"),
                        config.duration("grace", Duration.ofMinutes(5)),
                        keepLog);
            }
        };
    }

    @Override
    public List<String> writes() {
        return List.of(table);
    }

    @Override
    public StepOutcome run(StepContext context) {
        if (!workplace.sandbox().isEmpty()) {
            return inSandbox(context);
        }
        LogReader log = LogReader.of(workplace.eventLog());
        LogPosition from =
                workplace.warehouse().exists(table)
                        ? workplace
                                .warehouse()
                                .mark(table, POSITION)
                                .map(LogPosition::parse)
                                .orElse(LogPosition.START)
                        : LogPosition.START;
        Instant midnight =
                context.bizdate().plusDays(1).atTime(LocalTime.MIN).toInstant(ZoneOffset.UTC);
        LogPosition to = log.startOf(context.bizdate().plusDays(1));
        List<Object[]> rows = new ArrayList<>();
        SortedSet<String> days = new TreeSet<>();
        Set<String> ids = new HashSet<>();
        List<Logged.Damage> damages = new ArrayList<>();
        if (to.compareTo(from) > 0) {
            log.read(from, to, logged -> add(logged, ids, days, rows), damages::add);
            int read = rows.size();
            dropKnown(ids, days, rows);
            if (rows.size() < read) {
                context.log(read - rows.size() + " events are there already, sent again");
            }
        }
        context.log(
                from
                        + " to "
                        + to
                        + ", arrivals before "
                        + midnight
                        + ": "
                        + rows.size()
                        + " events");
        String ds = Days.ds(context.bizdate());
        reject(context, damages, ds);
        SortedSet<String> wereOpen = openUpTo(ds);
        boolean settled =
                rows.isEmpty()
                        && damages.isEmpty()
                        && workplace.warehouse().partition(table, ds).isPresent()
                        && wereOpen.equals(open(log, new TreeSet<>(Set.of(ds))));
        if (!settled) {
            days.add(ds);
            days.addAll(wereOpen);
            commit(context, days, open(log, days), rows, to.compareTo(from) > 0 ? to : from);
        }
        trim(context);
        return new StepOutcome.Done(rows.size());
    }

    /// The log is production's, and each event is collected once.
    private StepOutcome inSandbox(StepContext context) {
        String ds = Days.ds(context.bizdate());
        if (!workplace.warehouse().exists(table)
                || workplace.warehouse().partition(table, ds).isEmpty()) {
            throw new StepProblem(
                    table
                            + " has no ds="
                            + ds
                            + " in the sandbox "
                            + workplace.sandbox()
                            + ", and a sandbox collects nothing; collect the day in production and make another"
                            + " sandbox");
        }
        context.log("a sandbox collects nothing: " + table + " is as it was when it was made");
        return new StepOutcome.Done(0);
    }

    private SortedSet<String> openUpTo(String ds) {
        return workplace.warehouse().exists(table)
                ? new TreeSet<>(workplace.warehouse().openDays(table).headSet(ds + "+"))
                : new TreeSet<>();
    }

    /// The days to which events may still be added. Where no server ever took an event, none are waited for.
    private SortedSet<String> open(LogReader log, SortedSet<String> days) {
        SortedSet<String> open = new TreeSet<>();
        for (String ds : days) {
            LocalDate day = Days.day(ds);
            Instant over = day.plusDays(1).atTime(LocalTime.MIN).toInstant(ZoneOffset.UTC);
            if (!log.isEmpty()
                    && !log.hasPassed(day)
                    && workplace.clock().instant().isBefore(over.plus(grace))) {
                open.add(ds);
            }
        }
        return open;
    }

    /// Removes what the table has for good, by the position that is committed with its rows.
    private void trim(StepContext context) {
        LocalDate today = LocalDate.ofInstant(workplace.clock().instant(), ZoneOffset.UTC);
        LocalDate last = context.bizdate().isBefore(today) ? context.bizdate() : today;
        int removed =
                workplace
                        .warehouse()
                        .mark(table, POSITION)
                        .map(LogPosition::parse)
                        .map(
                                committed ->
                                        LogTrim.trim(
                                                workplace.eventLog(),
                                                committed,
                                                last.minusDays(keepLog.toDays())))
                        .orElse(0);
        if (removed > 0) {
            context.log(
                    removed
                            + " segments of the event log removed: collected, and older than "
                            + keepLog.toDays()
                            + " days");
        }
    }

    /// What cannot be read of the log is told where bad rows of imports are, and does not stop the night.
    private void reject(StepContext context, List<Logged.Damage> damages, String ds) {
        if (damages.isEmpty()) {
            return;
        }
        List<Object[]> rows = new ArrayList<>();
        for (Logged.Damage damage : damages) {
            context.log("cannot be read: " + damage.what());
            rows.add(
                    new Object[] {
                        "event log " + damage.from(), damage.from().offset(), damage.what(), "", ds
                    });
        }
        Writer writer = new Writer(context.runId(), context.step(), context.attempt());
        try (PartitionWrite write =
                workplace
                        .warehouse()
                        .write(table + "_rejected", new TreeSet<>(Set.of(ds)), writer)) {
            write.adding().rows(REJECTED, rows);
            write.commit();
        }
    }

    private static void add(
            Logged logged, Set<String> ids, SortedSet<String> days, List<Object[]> rows) {
        Event event = logged.event();
        if (!ids.add(event.id())) {
            return;
        }
        String ds = Days.ds(LocalDate.ofInstant(logged.arrival(), ZoneOffset.UTC));
        days.add(ds);
        rows.add(
                new Object[] {
                    event.id(),
                    event.type(),
                    empty(event.user()),
                    empty(event.item()),
                    event.at(),
                    event.weight(),
                    empty(event.requestId()),
                    empty(event.scene()),
                    event.position() == 0 ? null : event.position(),
                    empty(event.fieldsJson()),
                    ds
                });
    }

    /// Events that were collected before and then sent again, up to a day later: a sender that did not hear our 202.
    private void dropKnown(Set<String> ids, SortedSet<String> days, List<Object[]> rows) {
        if (rows.isEmpty() || !workplace.warehouse().exists(table)) {
            return;
        }
        String eve = Days.ds(Days.day(days.first()).minusDays(1));
        Set<String> known = new HashSet<>();
        workplace
                .warehouse()
                .batches(
                        "SELECT event_id FROM "
                                + Entities.quoted(table)
                                + " WHERE ds >= '"
                                + eve
                                + "'",
                        batch -> {
                            String[] collected = batch.strings(0);
                            for (int i = 0; i < batch.rows(); i++) {
                                if (ids.contains(collected[i])) {
                                    known.add(collected[i]);
                                }
                            }
                        });
        rows.removeIf(row -> known.contains((String) row[0]));
    }

    private static String empty(String text) {
        return text.isEmpty() ? null : text;
    }

    private void commit(
            StepContext context,
            SortedSet<String> days,
            SortedSet<String> open,
            List<Object[]> rows,
            LogPosition reached) {
        Writer writer = new Writer(context.runId(), context.step(), context.attempt());
        try (PartitionWrite write = workplace.warehouse().write(table, days, writer)) {
            write.adding().rows(COLUMNS, rows);
            write.mark(POSITION, reached.toString());
            for (String ds : days) {
                if (open.contains(ds)) {
                    write.open(ds);
                } else {
                    write.complete(ds);
                }
            }
            Committed committed = write.commit();
            context.log(
                    table
                            + " "
                            + days
                            + ": "
                            + committed.rows()
                            + " rows now"
                            + (open.isEmpty() ? "" : "; still open: " + open));
        }
    }
}
