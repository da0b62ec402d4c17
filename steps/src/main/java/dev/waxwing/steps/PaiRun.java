package dev.waxwing.steps;

import dev.waxwing.config.DidYouMean;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.TimeVariables;
import dev.waxwing.model.BundleRef;
import dev.waxwing.warehouse.Column;
import dev.waxwing.warehouse.Committed;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Writer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/// One call of a PAI component on one business date: its parameters as values, its tables, its log.
final class PaiRun {
    final Workplace workplace;
    final StepContext context;
    private final PaiScript.Call call;
    private final PaiComponent component;
    private final Map<String, String> written; // by table, the day that this script has written

    PaiRun(
            Workplace workplace,
            StepContext context,
            PaiScript.Call call,
            PaiComponent component,
            Map<String, String> written) {
        this.workplace = workplace;
        this.context = context;
        this.call = call;
        this.component = component;
        this.written = written;
    }

    void log(String line) {
        context.log(call.name() + ": " + line);
    }

    /// Says which of the parameters given have no effect here.
    void logIgnored() {
        for (PaiParameter parameter : component.parameters()) {
            if (parameter.kind() == PaiParameter.Kind.IGNORED && given(parameter.name())) {
                log(
                        parameter.name()
                                + "="
                                + raw(parameter.name())
                                + " changes nothing: "
                                + parameter.why());
            }
        }
    }

    boolean given(String name) {
        return !raw(name).isBlank();
    }

    private String raw(String name) {
        String value = call.parameters().getOrDefault(name.toLowerCase(Locale.ROOT), "");
        return context.variables().fill(call.toString(), value).strip();
    }

    /// The value that was given, or the component's default.
    String text(String name) {
        if (given(name)) {
            return raw(name);
        }
        return component.parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " is no parameter of " + call))
                .absent();
    }

    double number(String name, double min, double max) {
        try {
            double value = Double.parseDouble(text(name));
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below, with the rest of what is wrong
        }
        throw wrong(name, "wanted a number from " + min + " to " + max);
    }

    int whole(String name, int min, int max) {
        try {
            int value = Integer.parseInt(text(name));
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw wrong(name, "wanted a whole number from " + min + " to " + max);
    }

    boolean flag(String name) {
        return choice(name, List.of("true", "false")).equals("true");
    }

    String choice(String name, List<String> words) {
        return words.stream()
                .filter(word -> word.equalsIgnoreCase(text(name)))
                .findFirst()
                .orElseThrow(() -> wrong(name, DidYouMean.hint(text(name), words)));
    }

    List<String> names(String name) {
        return Arrays.stream(text(name).split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    StepProblem wrong(String name, String why) {
        return new StepProblem(call + ": " + name + "=\"" + text(name) + "\"; " + why);
    }

    /// Rows of a table that a call reads.
    /// @param columns all but `ds`
    /// @param firstDs the first day that has rows; empty: there are none
    record Input(String table, String where, List<Column> columns, String firstDs, String lastDs) {
        /// `FROM "t" WHERE …`
        String from() {
            return " FROM " + Entities.quoted(table) + " WHERE " + where;
        }

        boolean has(String column) {
            return columns.stream().anyMatch(each -> each.name().equalsIgnoreCase(column));
        }

        Column column(String name) {
            return columns.stream()
                    .filter(each -> each.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /// The table that a parameter names; of it the partitions that `inputTablePartitions` names, or all: the day that this
    /// script wrote, otherwise every day up to the business date.
    Input input(String parameter) {
        return input(parameter, text("inputTablePartitions"));
    }

    Input input(String parameter, String partitions) {
        String table = text(parameter).toLowerCase(Locale.ROOT);
        List<Column> columns =
                workplace.warehouse().table(table).columns().stream()
                        .filter(column -> !column.name().equals("ds"))
                        .toList();
        String where = "ds <= '" + TimeVariables.ds(context.bizdate()) + "'";
        if (!partitions.isBlank()) {
            where = PaiPartitions.parse(partitions).where();
        } else if (written.containsKey(table)) {
            where = "ds = '" + written.get(table) + "'";
        }
        String[] days =
                workplace
                        .warehouse()
                        .query(
                                "SELECT coalesce(min(ds), ''), coalesce(max(ds), '') FROM "
                                        + Entities.quoted(table)
                                        + " WHERE "
                                        + where,
                                rows -> {
                                    rows.next();
                                    return new String[] {rows.getString(1), rows.getString(2)};
                                });
        return new Input(table, where, columns, days[0], days[1]);
    }

    /// Columns that a parameter names, checked against the table.
    List<String> columns(String parameter, Input input) {
        List<String> found = new ArrayList<>();
        for (String name : names(parameter)) {
            if (!input.has(name)) {
                throw wrong(
                        parameter,
                        "table "
                                + input.table()
                                + " has no column "
                                + name
                                + "; "
                                + DidYouMean.hint(
                                        name, input.columns().stream().map(Column::name).toList()));
            }
            found.add(input.column(name).name());
        }
        return found;
    }

    String column(String parameter, Input input) {
        List<String> columns = columns(parameter, input);
        if (columns.size() != 1) {
            throw wrong(parameter, "wanted one column");
        }
        return columns.getFirst();
    }

    /// Writes one day of the table that a parameter names: the one that `partition` says, or the business date.
    /// @param rows gives the write rows that were made of `from`
    long write(String parameter, String partition, Input from, Consumer<PartitionWrite> rows) {
        return commit(
                parameter,
                partition,
                write -> {
                    rows.accept(write);
                    if (!from.firstDs().isEmpty()) {
                        write.madeFrom(from.table(), from.firstDs(), from.lastDs());
                    }
                });
    }

    /// As above, with the rows of a SELECT.
    long write(String parameter, String partition, String select) {
        return commit(parameter, partition, write -> write.select(select));
    }

    private long commit(String parameter, String partition, Consumer<PartitionWrite> rows) {
        String table = text(parameter).toLowerCase(Locale.ROOT);
        String ds = outputDay(partition);
        try (PartitionWrite write =
                workplace
                        .warehouse()
                        .write(
                                table,
                                new TreeSet<>(List.of(ds)),
                                new Writer(context.runId(), context.step(), context.attempt()))) {
            rows.accept(write);
            Committed committed = write.commit();
            log(table + "/ds=" + ds + ": " + committed.rows() + " rows");
            written.put(table, ds);
            if (!text("lifecycle").isEmpty()) {
                workplace.warehouse().lifecycle(table, whole("lifecycle", 1, 36500));
                workplace.warehouse().expire(table, context.bizdate(), Duration.ofDays(3));
            }
            return committed.rows();
        }
    }

    private String outputDay(String partition) {
        if (partition.isEmpty() || !given(partition)) {
            return TimeVariables.ds(context.bizdate());
        }
        return PaiPartitions.parse(text(partition))
                .day()
                .orElseThrow(
                        () ->
                                wrong(
                                        partition,
                                        "tables have one partition column, ds; write"
                                                + " ds=yyyymmdd"));
    }

    String outputDs(String partition) {
        return outputDay(partition);
    }

    /// Notes that a call made a model.
    void made(BundleRef ref) {
        new NamedModels(workplace.bundles()).replace(ref);
        context.output("model." + ref.name(), ref.toString());
        log("model " + ref);
    }
}
