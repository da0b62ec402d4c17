package dev.waxwing.steps;

import dev.waxwing.warehouse.Column;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// `split`: a share of the rows to the first table, the others to the second; or those below a threshold of one column.
///
/// The draw is the MD5 of seed and row (or of the id column's value), so a row stays on its side however often the night runs,
/// and equal rows go together. The share is met as closely as the draw does, not to the row.
final class PaiSplit implements PaiComponent {
    @Override
    public List<String> names() {
        return List.of("split");
    }

    @Override
    public List<PaiParameter> parameters() {
        return PaiComponent.with(
                PaiParameter.input("inputTableName"),
                PaiParameter.optional("inputTablePartitions", ""),
                PaiParameter.output("output1TableName"),
                PaiParameter.optional("output1TablePartition", ""),
                PaiParameter.output("output2TableName"),
                PaiParameter.optional("output2TablePartition", ""),
                PaiParameter.optional("fraction", ""),
                PaiParameter.optional("randomSeed", "0"),
                PaiParameter.optional("idColName", ""),
                PaiParameter.optional("thresholdColName", ""),
                PaiParameter.optional("threshold", ""),
                PaiParameter.optional("lifecycle", ""));
    }

    @Override
    public long run(PaiRun run) {
        PaiRun.Input input = run.input("inputTableName");
        String first = run.given("thresholdColName") ? below(run, input) : drawn(run, input);
        return write(run, input, "output1Table", first)
                + write(run, input, "output2Table", "NOT (" + first + ")");
    }

    private static String below(PaiRun run, PaiRun.Input input) {
        if (run.given("fraction")) {
            throw run.wrong("fraction", "give either a fraction or a threshold");
        }
        String column = run.column("thresholdColName", input);
        double threshold = run.number("threshold", -Double.MAX_VALUE, Double.MAX_VALUE);
        if (!PaiCells.isNumber(input.column(column))) {
            throw run.wrong("thresholdColName", column + " holds no numbers");
        }
        return "coalesce(CAST("
                + Entities.quoted(column)
                + " AS DOUBLE) < "
                + threshold
                + ", false)";
    }

    private static String drawn(PaiRun run, PaiRun.Input input) {
        double fraction = run.number("fraction", 0, 1);
        if (fraction <= 0 || fraction >= 1) {
            throw run.wrong("fraction", "wanted a share between 0 and 1, neither of them");
        }
        List<String> key =
                run.given("idColName")
                        ? List.of(run.column("idColName", input))
                        : input.columns().stream().map(Column::name).toList();
        String text =
                key.stream()
                        .map(
                                name ->
                                        "coalesce(CAST("
                                                + Entities.quoted(name)
                                                + " AS VARCHAR), '~')")
                        .collect(Collectors.joining(" || '|' || "));
        // the first 8 hex digits are a number of 32 bits, and compare as it does
        return "substr(md5('"
                + run.whole("randomSeed", 0, Integer.MAX_VALUE)
                + "|' || "
                + text
                + "), 1, 8) < '"
                + String.format(Locale.ROOT, "%08x", (long) (fraction * (1L << 32)))
                + "'";
    }

    private static long write(PaiRun run, PaiRun.Input input, String output, String which) {
        String columns =
                input.columns().stream()
                        .map(column -> Entities.quoted(column.name()))
                        .collect(Collectors.joining(", "));
        String select =
                "SELECT "
                        + columns
                        + ", '"
                        + run.outputDs(output + "Partition")
                        + "' AS ds"
                        + input.from()
                        + " AND "
                        + which
                        + " ORDER BY ALL";
        return run.write(output + "Name", output + "Partition", select);
    }
}
