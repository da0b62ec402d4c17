package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.StringJoiner;

/// `check: { name: SELECT …, … }` fails unless all that it asserts of tables is true. A SELECT of one boolean column must give true,
/// in every row and in one at least; any other must give no rows.
///
/// It looks at what is committed. What must be true before anybody can see the rows belongs to the step that writes them: `checks`.
final class CheckStep implements Step {
    private static final int SHOWN = 3;

    private final Workplace workplace;
    private final SequencedMap<String, Select> checks;
    private final Upstream upstream;

    private CheckStep(Workplace workplace, SequencedMap<String, Select> checks, Upstream upstream) {
        this.workplace = workplace;
        this.checks = checks;
        this.upstream = upstream;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "check";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "check",
                                StepKey.Type.MAP,
                                "Names with a SELECT each, or its file, that must give no rows, or"
                                        + " true."),
                        Upstream.KEY);
            }

            @Override
            public Step parse(String name, MapNode config) {
                MapNode node = config.map("check");
                var checks = new LinkedHashMap<String, Select>();
                node.keys().forEach(key -> checks.put(key, Select.parse(workplace, node, key)));
                if (config.isMap("check") && checks.isEmpty()) {
                    config.problem("check", "asserts nothing; at least one SELECT is needed");
                }
                return new CheckStep(workplace, checks, Upstream.parse(config));
            }
        };
    }

    @Override
    public List<String> reads() {
        return checks.values().stream()
                .flatMap(select -> select.tables().stream())
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public StepOutcome run(StepContext context) {
        List<String> missing = upstream.missing(workplace.warehouse(), reads(), context.bizdate());
        if (!missing.isEmpty()) {
            return Workplace.waitingFor(missing);
        }
        var failures = new ArrayList<String>();
        for (Map.Entry<String, Select> check : checks.entrySet()) {
            String found =
                    workplace
                            .warehouse()
                            .query(check.getValue().filled(context), CheckStep::failure);
            context.log(check.getKey() + (found.isEmpty() ? " holds" : " does not hold: " + found));
            if (!found.isEmpty()) {
                failures.add(check.getKey() + ": " + found);
            }
        }
        context.output("failed", Integer.toString(failures.size()));
        return failures.isEmpty()
                ? new StepOutcome.Done(0)
                : new StepOutcome.Failed(
                        new StepProblem(
                                failures.size()
                                        + " of "
                                        + checks.size()
                                        + " checks failed: "
                                        + String.join("; ", failures)),
                        false);
    }

    /// What is wrong with the rows of a check; empty if nothing is.
    private static String failure(ResultSet rows) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        if (columns == 1 && rows.getMetaData().getColumnType(1) == Types.BOOLEAN) {
            return untrue(rows);
        }
        long count = 0;
        var shown = new StringJoiner(" | ");
        while (rows.next()) {
            if (count++ < SHOWN) {
                shown.add(row(rows, columns));
            }
        }
        return count == 0 ? "" : "gave " + count + " rows, such as " + shown;
    }

    private static String untrue(ResultSet rows) throws SQLException {
        long count = 0;
        while (rows.next()) {
            Object value = rows.getObject(1);
            if (!Boolean.TRUE.equals(value)) {
                return "is " + (value == null ? "NULL" : value);
            }
            count++;
        }
        return count == 0 ? "gave no row, where true was to be" : "";
    }

    private static String row(ResultSet rows, int columns) throws SQLException {
        var row = new StringJoiner(", ");
        for (int i = 1; i <= columns; i++) {
            row.add(rows.getMetaData().getColumnLabel(i) + "=" + rows.getObject(i));
        }
        return row.toString();
    }
}
