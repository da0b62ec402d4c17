package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.events.Event;
import dev.waxwing.events.LogPosition;
import dev.waxwing.events.LogReader;
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

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// `collect: ods_event` moves the events of the log that arrived up to the end of the business date into a table, by day of
/// arrival. The position that it has reached is committed with the rows, so that nothing is lost or doubled. An event
/// id counts once, also if it is sent again within a day.
///
/// The business date's partition is there afterwards even if no event arrived, so that the night can go on.
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

    private final Workplace workplace;
    private final String table;

    private CollectStep(Workplace workplace, String table) {
        this.workplace = workplace;
        this.table = table;
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
                                "The table that takes the log's events."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                return new CollectStep(workplace, config.text("collect"));
            }
        };
    }

    @Override
    public List<String> writes() {
        return List.of(table);
    }

    @Override
    public StepOutcome run(StepContext context) {
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
        if (rows.isEmpty() && damages.isEmpty()) {
            return workplace.warehouse().partition(table, ds).isPresent()
                    ? new StepOutcome.Done(0)
                    : commit(context, new TreeSet<>(Set.of(ds)), rows, Optional.empty());
        }
        days.add(ds);
        return commit(context, days, rows, Optional.of(to));
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

    private StepOutcome commit(
            StepContext context,
            SortedSet<String> days,
            List<Object[]> rows,
            Optional<LogPosition> reached) {
        Writer writer = new Writer(context.runId(), context.step(), context.attempt());
        try (PartitionWrite write = workplace.warehouse().write(table, days, writer)) {
            write.adding().rows(COLUMNS, rows);
            reached.ifPresent(position -> write.mark(POSITION, position.toString()));
            Committed committed = write.commit();
            context.log(table + " " + days + ": " + committed.rows() + " rows now");
            return new StepOutcome.Done(rows.size());
        }
    }
}
