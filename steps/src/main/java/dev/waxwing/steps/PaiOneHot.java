package dev.waxwing.steps;

import dev.waxwing.warehouse.Batch;
import dev.waxwing.warehouse.Column;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `one_hot`: columns of values become `code:1` pairs in column `kv`; the codes are a table of their own, which encodes other
/// rows later. Reserved numbers come first, from code 0 on, as `code:number`; then the values of each column in the order of
/// their text. A value that the table of codes does not have is left out.
final class PaiOneHot implements PaiComponent {
    private static final List<Column> CODES =
            List.of(
                    new Column("feature", "VARCHAR"),
                    new Column("kind", "VARCHAR"),
                    new Column("value", "VARCHAR"),
                    new Column("idx", "BIGINT"),
                    new Column("ds", "VARCHAR"));

    @Override
    public List<String> names() {
        return List.of("one_hot");
    }

    @Override
    public List<PaiParameter> parameters() {
        return PaiComponent.with(
                PaiParameter.input("inputTable"),
                PaiParameter.optional("inputTablePartitions", ""),
                PaiParameter.inputIfGiven("inputModelTable"),
                PaiParameter.outputIfGiven("outputModelTable"),
                PaiParameter.required("binCols"),
                PaiParameter.optional("reserveCols", ""),
                PaiParameter.optional("appendCols", ""),
                PaiParameter.output("outputTable"),
                PaiParameter.optional("outputTablePartition", ""),
                PaiParameter.optional("outputTableType", "kv"),
                PaiParameter.optional("dropLast", "false"),
                PaiParameter.optional("ignoreNull", "false"),
                PaiParameter.optional("lifecycle", "7"));
    }

    /// What a code stands for: a number (`number`), a value (`value`), or no value (`null`).
    private record Code(String feature, String kind, String value) {}

    @Override
    public long run(PaiRun run) {
        if (!run.text("outputTableType").equalsIgnoreCase("kv")) {
            throw run.wrong("outputTableType", "kv is written, one column a code is not");
        }
        PaiRun.Input input = run.input("inputTable");
        List<String> values = run.columns("binCols", input);
        List<String> numbers = run.columns("reserveCols", input);
        for (String number : numbers) {
            if (!PaiCells.isNumber(input.column(number))) {
                throw run.wrong("reserveCols", number + " holds no numbers");
            }
        }
        Map<Code, Long> codes =
                run.given("inputModelTable") ? known(run) : learnt(run, input, values, numbers);
        long written = encode(run, input, values, numbers, codes);
        if (run.given("outputModelTable")) {
            String ds = run.outputDs("");
            List<Object[]> rows = new ArrayList<>();
            codes.forEach(
                    (code, index) ->
                            rows.add(
                                    new Object[] {code.feature, code.kind, code.value, index, ds}));
            rows.sort((a, b) -> Long.compare((Long) a[3], (Long) b[3]));
            written += run.write("outputModelTable", "", input, write -> write.rows(CODES, rows));
        }
        return written;
    }

    private static Map<Code, Long> learnt(
            PaiRun run, PaiRun.Input input, List<String> values, List<String> numbers) {
        Map<Code, Long> codes = new HashMap<>();
        numbers.forEach(name -> codes.put(new Code(name, "number", null), (long) codes.size()));
        for (String column : values) {
            List<Code> found = new ArrayList<>();
            String text = "CAST(" + Entities.quoted(column) + " AS VARCHAR)";
            run.workplace
                    .warehouse()
                    .batches(
                            "SELECT DISTINCT "
                                    + text
                                    + " AS v"
                                    + input.from()
                                    + " ORDER BY v NULLS LAST",
                            batch -> {
                                for (String value : batch.strings(0)) {
                                    if (value != null) {
                                        found.add(new Code(column, "value", value));
                                    } else if (!run.flag("ignoreNull")) {
                                        found.add(new Code(column, "null", null));
                                    }
                                }
                            });
            int kept = found.size() - (run.flag("dropLast") && !found.isEmpty() ? 1 : 0);
            found.subList(0, kept).forEach(code -> codes.put(code, (long) codes.size()));
        }
        return codes;
    }

    private static Map<Code, Long> known(PaiRun run) {
        PaiRun.Input table = run.input("inputModelTable", "");
        String where = "ds = '" + table.lastDs() + "'"; // the newest codes, not those of all days
        Map<Code, Long> codes = new HashMap<>();
        run.workplace
                .warehouse()
                .batches(
                        "SELECT feature, kind, value, idx FROM "
                                + Entities.quoted(table.table())
                                + " WHERE "
                                + where,
                        batch -> {
                            String[] features = batch.strings(0);
                            String[] kinds = batch.strings(1);
                            String[] values = batch.strings(2);
                            long[] indexes = batch.longs(3);
                            for (int row = 0; row < batch.rows(); row++) {
                                codes.put(
                                        new Code(features[row], kinds[row], values[row]),
                                        indexes[row]);
                            }
                        });
        return codes;
    }

    private static long encode(
            PaiRun run,
            PaiRun.Input input,
            List<String> values,
            List<String> numbers,
            Map<Code, Long> codes) {
        List<Column> appended =
                run.columns("appendCols", input).stream().map(input::column).toList();
        String ds = run.outputDs("outputTablePartition");
        List<String> select = new ArrayList<>(PaiCells.select(appended));
        numbers.forEach(name -> select.add("CAST(" + Entities.quoted(name) + " AS DOUBLE)"));
        values.forEach(name -> select.add("CAST(" + Entities.quoted(name) + " AS VARCHAR)"));
        List<Object[]> rows = new ArrayList<>();
        run.workplace
                .warehouse()
                .batches(
                        "SELECT " + String.join(", ", select) + input.from() + " ORDER BY ALL",
                        batch -> {
                            PaiCells cells = new PaiCells(batch, appended.size());
                            String[] kv = kv(batch, appended.size(), numbers, values, codes);
                            for (int row = 0; row < batch.rows(); row++) {
                                Object[] out = new Object[appended.size() + 2];
                                for (int c = 0; c < appended.size(); c++) {
                                    out[c] = cells.value(c, row);
                                }
                                out[appended.size()] = kv[row];
                                out[appended.size() + 1] = ds;
                                rows.add(out);
                            }
                        });
        List<Column> columns = new ArrayList<>(appended.stream().map(PaiCells::kept).toList());
        columns.add(new Column("kv", "VARCHAR"));
        columns.add(new Column("ds", "VARCHAR"));
        return run.write(
                "outputTable", "outputTablePartition", input, write -> write.rows(columns, rows));
    }

    private static String[] kv(
            Batch batch,
            int from,
            List<String> numbers,
            List<String> values,
            Map<Code, Long> codes) {
        List<List<String>> pairs = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            pairs.add(new ArrayList<>());
        }
        int column = from;
        for (String name : numbers) {
            Long index = codes.get(new Code(name, "number", null));
            double[] found = batch.doubles(column++);
            for (int row = 0; row < found.length && index != null; row++) {
                if (!Double.isNaN(found[row])) {
                    pairs.get(row).add(index + ":" + found[row]);
                }
            }
        }
        for (String name : values) {
            String[] found = batch.strings(column++);
            for (int row = 0; row < found.length; row++) {
                String kind = found[row] == null ? "null" : "value";
                Long index = codes.get(new Code(name, kind, found[row]));
                if (index != null) {
                    pairs.get(row).add(index + ":1");
                }
            }
        }
        return pairs.stream().map(pair -> String.join(",", pair)).toArray(String[]::new);
    }
}
