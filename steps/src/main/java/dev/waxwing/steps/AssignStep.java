package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `assign: sql/films.sql` leaves the rows of one SELECT for later steps (赋值节点): for loops row by row, and for conditions
/// `count.rows > 1000`, where it has a single row.
final class AssignStep implements Step {
    /// Where loops find rows, a line each, its values between commas.
    static final String ROWS = "outputs";

    private static final String LENGTH = "length";
    private static final int MOST_ROWS = 10_000;

    private final Workplace workplace;
    private final Select select;
    private final Upstream upstream;

    private AssignStep(Workplace workplace, Select select, Upstream upstream) {
        this.workplace = workplace;
        this.select = select;
        this.upstream = upstream;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "assign";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "assign",
                                StepKey.Type.TEXT,
                                "One SELECT, or the file with it; its rows are left for loops and"
                                        + " conditions."),
                        Upstream.KEY);
            }

            @Override
            public Step parse(String name, MapNode config) {
                return new AssignStep(
                        workplace,
                        Select.parse(workplace, config, "assign"),
                        Upstream.parse(config));
            }
        };
    }

    @Override
    public List<String> reads() {
        return select.tables().stream().sorted().toList();
    }

    @Override
    public StepOutcome run(StepContext context) {
        List<String> missing = upstream.missing(workplace.warehouse(), reads(), context.bizdate());
        if (!missing.isEmpty()) {
            return Workplace.waitingFor(missing);
        }
        Map<String, String> found =
                workplace.warehouse().query(select.filled(context), this::outputs);
        found.forEach(context::output);
        context.log(found.get(LENGTH) + " rows");
        return new StepOutcome.Done(0);
    }

    private Map<String, String> outputs(ResultSet rows) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        var lines = new ArrayList<String>();
        var first = new LinkedHashMap<String, String>();
        while (rows.next()) {
            if (lines.size() == MOST_ROWS) {
                throw new IllegalArgumentException(
                        select.name()
                                + " gives more than "
                                + MOST_ROWS
                                + " rows; write them into a table, or let it give fewer");
            }
            var values = new ArrayList<String>();
            for (int i = 1; i <= columns; i++) {
                String column = rows.getMetaData().getColumnLabel(i);
                String value = value(rows, i, column, columns > 1);
                values.add(value);
                if (lines.isEmpty()) {
                    first.put(column, value);
                }
            }
            lines.add(String.join(",", values));
        }
        if (first.containsKey(ROWS) || first.containsKey(LENGTH)) {
            throw new IllegalArgumentException(
                    select.name()
                            + " has a column "
                            + (first.containsKey(ROWS) ? ROWS : LENGTH)
                            + ", which is what all rows and their number are called; name it"
                            + " otherwise");
        }
        var outputs = new LinkedHashMap<String, String>();
        outputs.put(LENGTH, Integer.toString(lines.size()));
        outputs.put(ROWS, String.join("\n", lines));
        if (lines.size() == 1) {
            outputs.putAll(first);
        }
        return outputs;
    }

    private String value(ResultSet rows, int index, String column, boolean several)
            throws SQLException {
        Object found = rows.getObject(index);
        String value = found == null ? "" : found.toString();
        if (value.indexOf('\n') >= 0 || (several && value.indexOf(',') >= 0)) {
            throw new IllegalArgumentException(
                    select.name()
                            + ": a value of "
                            + column
                            + " holds a comma or a line's end, which separate values and rows;"
                            + " found \""
                            + value
                            + "\"");
        }
        return value;
    }
}
