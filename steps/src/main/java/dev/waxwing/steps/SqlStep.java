package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.flow.TimeVariables;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// `sql: sql/x.sql` writes the result of one SELECT into a table. What it reads is parsed from its text.
///
/// The statement computes all days from `${from}` to `${to}`; where only one day is due, both are that day.
final class SqlStep implements Step {
    private final Workplace workplace;
    private final String file;
    private final String sql;
    private final Set<String> tables;
    private final Target target;
    private final Upstream upstream;

    private SqlStep(
            Workplace workplace,
            String file,
            String sql,
            Set<String> tables,
            Target target,
            Upstream upstream) {
        this.workplace = workplace;
        this.file = file;
        this.sql = sql;
        this.tables = Set.copyOf(tables);
        this.target = target;
        this.upstream = upstream;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "sql";
            }

            @Override
            public List<StepKey> keys() {
                List<StepKey> keys = new ArrayList<>(Target.KEYS);
                keys.add(
                        StepKey.required(
                                "sql",
                                StepKey.Type.TEXT,
                                "The file with one SELECT, from the project folder."));
                keys.add(Upstream.KEY);
                return keys;
            }

            @Override
            public Step parse(String name, MapNode config) {
                String file = config.text("sql");
                String sql = config.has("sql") ? read(workplace, file, config) : "";
                Target target = Target.parse(config);
                Upstream upstream = Upstream.parse(config);
                return new SqlStep(
                        workplace,
                        file,
                        sql,
                        tables(workplace, file, sql, config),
                        target,
                        upstream);
            }
        };
    }

    private static String read(Workplace workplace, String file, MapNode config) {
        Path path = workplace.project().resolve(file);
        if (!Files.isRegularFile(path)) {
            config.problem("sql", "there is no file " + file + " in the project");
            return "";
        }
        try {
            return Files.readString(path);
        } catch (IOException e) {
            config.problem("sql", file + " cannot be read: " + e.getMessage());
            return "";
        }
    }

    private static Set<String> tables(
            Workplace workplace, String file, String sql, MapNode config) {
        if (sql.isEmpty()) {
            return Set.of();
        }
        try {
            TimeVariables anyDay = TimeVariables.of(java.time.LocalDate.EPOCH);
            return new TreeSet<>(workplace.warehouse().tablesIn(anyDay.fill(file, sql)));
        } catch (RuntimeException e) {
            config.problem("sql", file + ": " + e.getMessage());
            return Set.of();
        }
    }

    @Override
    public List<String> reads() {
        return tables.stream().filter(table -> !table.equals(target.table())).sorted().toList();
    }

    @Override
    public List<String> writes() {
        return List.of(target.table());
    }

    @Override
    public StepOutcome run(StepContext context) throws Exception {
        List<String> missing = upstream.missing(workplace.warehouse(), reads(), context.bizdate());
        if (!missing.isEmpty()) {
            return Workplace.waitingFor(missing);
        }
        return target.write(
                workplace.warehouse(),
                context,
                reads(),
                (range, write) ->
                        write.select(
                                context.variables()
                                        .over(range.from(), range.to())
                                        .fill(file, sql)));
    }
}
