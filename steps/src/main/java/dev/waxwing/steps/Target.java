package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.flow.TimeVariables;
import dev.waxwing.warehouse.Committed;
import dev.waxwing.warehouse.Partition;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.Writer;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Where a step writes its rows: the table, which of its days, and what must be true of them.
///
/// @param checks conditions over the rows of one commit, such as `count(*) > 1000`
/// @param lifecycle how many days the table keeps; empty: for ever
record Target(String table, Days days, List<String> checks, OptionalInt lifecycle) {
    static final List<StepKey> KEYS =
            List.of(
                    StepKey.required("into", StepKey.Type.TEXT, "The table that is written."),
                    StepKey.optional(
                            "fill",
                            StepKey.Type.SPAN,
                            "Also compute the missing days among the last ones, such as 31d."),
                    StepKey.optional(
                            "rebuild",
                            StepKey.Type.SPAN,
                            "Compute the few days before again, so that late events find their"
                                    + " place."),
                    StepKey.optional(
                            "checks",
                            StepKey.Type.TEXTS,
                            "Conditions that the rows must meet to be committed."),
                    StepKey.optional(
                            "lifecycle", StepKey.Type.SPAN, "How long the table's days are kept."));

    Target {
        checks = List.copyOf(checks);
    }

    static Target parse(MapNode config) {
        Duration fill = config.duration("fill", Duration.ofDays(1));
        Duration rebuild = config.duration("rebuild", Duration.ZERO);
        OptionalInt lifecycle =
                config.has("lifecycle")
                        ? OptionalInt.of((int) config.duration("lifecycle").toDays())
                        : OptionalInt.empty();
        return new Target(
                config.text("into"), Days.of(fill, rebuild), config.texts("checks"), lifecycle);
    }

    /// Writes every range of days that is due, each in one commit.
    /// @param sources the tables that the rows are made from; no day before their first is computed
    StepOutcome write(
            Warehouse warehouse, StepContext context, Collection<String> sources, RowsOf rows)
            throws Exception {
        LocalDate earliest = earliest(warehouse, sources, context.bizdate());
        long written = 0;
        for (Days.Range range :
                days.toCompute(
                        context.bizdate(),
                        earliest,
                        ds -> warehouse.partition(table, ds).isPresent())) {
            written += write(warehouse, context, range, write -> rows.fill(range, write));
        }
        if (lifecycle.isPresent()) {
            warehouse.lifecycle(table, lifecycle.getAsInt());
            warehouse.expire(table, context.bizdate(), Duration.ofDays(3));
        }
        return new StepOutcome.Done(written);
    }

    private long write(
            Warehouse warehouse,
            StepContext context,
            Days.Range range,
            Consumer<PartitionWrite> rows) {
        SortedSet<String> ds = range.ds();
        try (PartitionWrite write =
                warehouse.write(
                        table,
                        ds,
                        new Writer(context.runId(), context.step(), context.attempt()))) {
            rows.accept(write);
            TimeVariables days = context.variables().over(range.from(), range.to());
            checks.forEach(check -> write.check(days.fill("checks", check)));
            Committed committed = write.commit();
            context.log(
                    table
                            + " "
                            + (ds.size() == 1 ? ds.first() : ds.first() + ".." + ds.last())
                            + ": "
                            + committed.rows()
                            + " rows"
                            + (committed.unchanged() ? ", as they were" : ""));
            return committed.rows();
        }
    }

    private static LocalDate earliest(
            Warehouse warehouse, Collection<String> sources, LocalDate bizdate) {
        TreeSet<String> first = new TreeSet<>();
        for (String source : sources) {
            List<Partition> partitions = warehouse.partitions(source);
            if (!partitions.isEmpty()) {
                first.add(partitions.getFirst().ds());
            }
        }
        return first.isEmpty() ? bizdate : Days.day(first.first());
    }

    /// Gives the rows of a range of days to a write.
    @FunctionalInterface
    interface RowsOf {
        void fill(Days.Range range, PartitionWrite write);
    }
}
