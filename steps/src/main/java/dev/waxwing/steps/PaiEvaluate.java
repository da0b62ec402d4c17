package dev.waxwing.steps;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.waxwing.learn.Metrics;
import dev.waxwing.warehouse.Column;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/// `evaluate`: AUC, KS and F1 of scored rows, and a table of bins for ROC, precision and lift curves.
///
/// The score must be the probability of the positive label. It is taken from a detail column's JSON; or from a number, which is
/// turned where the table says that it belongs to the other label: `prediction_score` beside `prediction_result`.
final class PaiEvaluate implements PaiComponent {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Column> METRICS =
            List.of(
                    new Column("grp", "VARCHAR"),
                    new Column("metric", "VARCHAR"),
                    new Column("value", "DOUBLE"),
                    new Column("ds", "VARCHAR"));
    private static final List<Column> BINS =
            List.of(
                    new Column("grp", "VARCHAR"),
                    new Column("bin", "BIGINT"),
                    new Column("low_score", "DOUBLE"),
                    new Column("high_score", "DOUBLE"),
                    new Column("row_count", "BIGINT"),
                    new Column("positive_count", "BIGINT"),
                    new Column("tp", "BIGINT"),
                    new Column("fp", "BIGINT"),
                    new Column("fn", "BIGINT"),
                    new Column("tn", "BIGINT"),
                    new Column("precision", "DOUBLE"),
                    new Column("recall", "DOUBLE"),
                    new Column("false_positive_rate", "DOUBLE"),
                    new Column("f1", "DOUBLE"),
                    new Column("ks", "DOUBLE"),
                    new Column("lift", "DOUBLE"),
                    new Column("ds", "VARCHAR"));

    @Override
    public List<String> names() {
        return List.of("evaluate");
    }

    @Override
    public List<PaiParameter> parameters() {
        return PaiComponent.with(
                PaiParameter.input("inputTableName"),
                PaiParameter.optional("inputTablePartitions", ""),
                PaiParameter.required("labelColName"),
                PaiParameter.optional("scoreColName", "prediction_score"),
                PaiParameter.optional("groupColName", ""),
                PaiParameter.optional("positiveLabel", "1"),
                PaiParameter.optional("binCount", "1000"),
                PaiParameter.outputIfGiven("outputMetricTableName"),
                PaiParameter.outputIfGiven("outputDetailTableName"),
                PaiParameter.outputIfGiven("outputELDetailTableName"),
                PaiParameter.optional("lifecycle", ""));
    }

    private record Scored(double score, boolean positive) {}

    @Override
    public long run(PaiRun run) {
        PaiRun.Input input = run.input("inputTableName");
        int bins = run.whole("binCount", 1, 1_000_000);
        SortedMap<String, List<Scored>> groups = read(run, input);
        if (groups.isEmpty()) {
            throw run.wrong("inputTableName", "there is no row to evaluate");
        }
        String ds = run.outputDs("");
        List<Object[]> metrics = new ArrayList<>();
        List<Object[]> equalRows = new ArrayList<>();
        List<Object[]> equalWidths = new ArrayList<>();
        groups.forEach(
                (group, rows) -> {
                    rows.sort(Comparator.comparingDouble(Scored::score).reversed());
                    measure(run, group, rows, ds, metrics);
                    bins(group, rows, ds, equalRows, (at, row) -> (long) at * bins / rows.size());
                    bins(
                            group,
                            rows,
                            ds,
                            equalWidths,
                            (at, row) -> Math.min(bins - 1, (long) ((1 - row.score) * bins)));
                });
        long written = 0;
        if (run.given("outputMetricTableName")) {
            written += run.write("outputMetricTableName", "", input, w -> w.rows(METRICS, metrics));
        }
        if (run.given("outputDetailTableName")) {
            written += run.write("outputDetailTableName", "", input, w -> w.rows(BINS, equalRows));
        }
        if (run.given("outputELDetailTableName")) {
            written +=
                    run.write("outputELDetailTableName", "", input, w -> w.rows(BINS, equalWidths));
        }
        return written;
    }

    private static SortedMap<String, List<Scored>> read(PaiRun run, PaiRun.Input input) {
        String label = run.column("labelColName", input);
        if (!input.has(run.text("scoreColName"))) {
            throw run.wrong("scoreColName", "table " + input.table() + " has no such column");
        }
        Column score = input.column(run.text("scoreColName"));
        boolean detail = score.type().equalsIgnoreCase("VARCHAR");
        boolean turned = score.name().equals("prediction_score") && input.has("prediction_result");
        if (turned) {
            run.log(
                    "prediction_score is the probability of prediction_result; where that is not "
                            + run.text("positiveLabel")
                            + ", 1 - prediction_score is judged");
        }
        String group = run.given("groupColName") ? run.column("groupColName", input) : "";
        List<String> select = new ArrayList<>();
        select.add(
                group.isEmpty()
                        ? "''"
                        : "coalesce(CAST(" + Entities.quoted(group) + " AS VARCHAR), '')");
        select.add("CAST(" + Entities.quoted(label) + " AS VARCHAR)");
        select.add(
                "CAST("
                        + Entities.quoted(score.name())
                        + " AS "
                        + (detail ? "VARCHAR" : "DOUBLE")
                        + ")");
        select.add(turned ? "CAST(prediction_result AS VARCHAR)" : "''");
        String positive = run.text("positiveLabel");
        SortedMap<String, List<Scored>> groups = new TreeMap<>();
        run.workplace
                .warehouse()
                .batches(
                        "SELECT " + String.join(", ", select) + input.from() + " ORDER BY ALL",
                        batch -> {
                            String[] group0 = batch.strings(0);
                            String[] labels = batch.strings(1);
                            String[] details = detail ? batch.strings(2) : new String[0];
                            double[] numbers = detail ? new double[0] : batch.doubles(2);
                            String[] results = batch.strings(3);
                            for (int row = 0; row < batch.rows(); row++) {
                                double value =
                                        detail
                                                ? ofDetail(run, details[row], positive)
                                                : numbers[row];
                                if (turned
                                        && !PaiLogisticRegression.sameLabel(
                                                positive, results[row])) {
                                    value = 1 - value;
                                }
                                if (!(value >= 0 && value <= 1) || labels[row] == null) {
                                    throw run.wrong(
                                            "scoreColName",
                                            "found the score "
                                                    + value
                                                    + " with the label "
                                                    + labels[row]
                                                    + "; wanted a probability and a label in each"
                                                    + " row");
                                }
                                groups.computeIfAbsent(group0[row], _ -> new ArrayList<>())
                                        .add(
                                                new Scored(
                                                        value,
                                                        PaiLogisticRegression.sameLabel(
                                                                positive, labels[row])));
                            }
                        });
        return groups;
    }

    private static double ofDetail(PaiRun run, String json, String positive) {
        JsonNode found;
        try {
            found = JSON.readTree(json == null ? "" : json).path(positive);
        } catch (JsonProcessingException e) {
            throw run.wrong("scoreColName", "found \"" + json + "\", which is no JSON object");
        }
        if (!found.isNumber()) {
            throw run.wrong(
                    "positiveLabel", "the detail " + json + " has no probability of this label");
        }
        return found.doubleValue();
    }

    private static void measure(
            PaiRun run, String group, List<Scored> rows, String ds, List<Object[]> metrics) {
        double[] scores = rows.stream().mapToDouble(Scored::score).toArray();
        float[] labels = new float[scores.length];
        long positives = 0;
        for (int row = 0; row < labels.length; row++) {
            labels[row] = rows.get(row).positive ? 1 : 0;
            positives += rows.get(row).positive ? 1 : 0;
        }
        double auc = Metrics.auc(scores, labels);
        double ks = Metrics.ks(scores, labels);
        double f1 = bestF1(rows, positives);
        add(metrics, group, "auc", auc, ds);
        add(metrics, group, "ks", ks, ds);
        add(metrics, group, "f1", f1, ds);
        add(metrics, group, "rows", scores.length, ds);
        add(metrics, group, "positives", (double) positives, ds);
        String name = group.isEmpty() ? "" : group + ": ";
        run.log(
                String.format(
                        Locale.ROOT,
                        "%sAUC %.4f, KS %.4f, F1 %.4f, %d rows",
                        name,
                        auc,
                        ks,
                        f1,
                        scores.length));
        if (group.isEmpty()) {
            run.context.output("auc", Double.toString(auc));
            run.context.output("ks", Double.toString(ks));
        }
    }

    /// NaN is undefined, and NULL in the table.
    private static void add(
            List<Object[]> metrics, String group, String metric, double value, String ds) {
        metrics.add(
                new Object[] {
                    group.isEmpty() ? null : group,
                    metric,
                    Double.isNaN(value) ? null : (Object) value,
                    ds
                });
    }

    /// The largest F1 over all thresholds between different scores.
    private static double bestF1(List<Scored> rows, long positives) {
        double best = positives == 0 ? Double.NaN : 0;
        long found = 0;
        for (int row = 0; row < rows.size(); row++) {
            found += rows.get(row).positive ? 1 : 0;
            boolean end = row + 1 == rows.size() || rows.get(row + 1).score != rows.get(row).score;
            if (end && positives > 0) {
                best = Math.max(best, 2.0 * found / (row + 1 + positives));
            }
        }
        return best;
    }

    private interface BinOf {
        long bin(int at, Scored row);
    }

    /// One line a bin that has rows, from the highest score down; figures count everything down to the bin's end as predicted
    /// positive. Equal scores share a bin.
    private static void bins(
            String group, List<Scored> rows, String ds, List<Object[]> out, BinOf binOf) {
        long positives = rows.stream().filter(Scored::positive).count();
        long negatives = rows.size() - positives;
        long tp = 0;
        int start = 0;
        while (start < rows.size()) {
            long bin = binOf.bin(start, rows.get(start));
            int end = start;
            long inBin = 0;
            while (end < rows.size()
                    && (binOf.bin(end, rows.get(end)) == bin
                            || rows.get(end).score == rows.get(end - 1).score)) {
                inBin += rows.get(end).positive ? 1 : 0;
                end++;
            }
            tp += inBin;
            long fp = end - tp;
            double recall = share(tp, positives);
            double falseRate = share(fp, negatives);
            double precision = share(tp, end);
            out.add(
                    new Object[] {
                        group.isEmpty() ? null : group,
                        bin,
                        rows.get(end - 1).score,
                        rows.get(start).score,
                        (long) (end - start),
                        inBin,
                        tp,
                        fp,
                        positives - tp,
                        negatives - fp,
                        precision,
                        orNull(recall),
                        orNull(falseRate),
                        2.0 * tp / (end + positives),
                        orNull(Math.abs(recall - falseRate)),
                        orNull(precision / share(positives, rows.size())),
                        ds
                    });
            start = end;
        }
    }

    private static double share(long part, long of) {
        return (double) part / of;
    }

    private static Double orNull(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }
}
