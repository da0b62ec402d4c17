package dev.waxwing.steps;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.waxwing.model.Bundle;
import dev.waxwing.model.Feature;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.Ranker;
import dev.waxwing.pmml.Scorer;
import dev.waxwing.warehouse.Batch;
import dev.waxwing.warehouse.Column;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// `prediction`: scores a table with a model of this script, or any ranker whose features are columns of the table.
///
/// As in PAI, `prediction_result` is the label that is more probable, `prediction_score` the probability *of that label*, and
/// `prediction_detail` a JSON object with the probability of each. Who wants a click rate reads the detail.
final class PaiPrediction implements PaiComponent {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public List<String> names() {
        return List.of("prediction");
    }

    @Override
    public List<PaiParameter> parameters() {
        List<PaiParameter> all =
                new ArrayList<>(
                        PaiComponent.with(
                                PaiParameter.input("inputTableName"),
                                PaiParameter.optional("inputTablePartitions", ""),
                                PaiParameter.required("modelName"),
                                PaiParameter.output("outputTableName"),
                                PaiParameter.optional("outputTablePartition", ""),
                                PaiParameter.optional("featureColNames", ""),
                                PaiParameter.optional("appendColNames", ""),
                                PaiParameter.optional("resultColName", "prediction_result"),
                                PaiParameter.optional("scoreColName", "prediction_score"),
                                PaiParameter.optional("detailColName", "prediction_detail"),
                                PaiParameter.optional("enableSparse", "false"),
                                PaiParameter.optional("lifecycle", "")));
        all.addAll(PaiSparse.parameters());
        return List.copyOf(all);
    }

    /// A model that scores rows of a batch.
    private sealed interface Model {
        /// What it reads, after the columns that are handed on.
        List<String> select();

        /// The probability of [#good] of each row.
        double[] score(Batch batch, int from);

        String good();

        String other();
    }

    @Override
    public long run(PaiRun run) {
        PaiRun.Input input = run.input("inputTableName");
        Bundle bundle =
                new NamedModels(run.workplace.bundles())
                        .open(run.text("modelName"), run.context.bizdate());
        boolean linear =
                bundle.parameters()
                        .getOrDefault(Ranker.ALGORITHM, "")
                        .equals(PaiLogisticRegression.ALGORITHM);
        Model model = linear ? linear(run, input, bundle) : trees(run, input, bundle);
        List<Column> appended =
                run.columns("appendColNames", input).stream().map(input::column).toList();
        String ds = run.outputDs("outputTablePartition");
        List<String> select = new ArrayList<>(PaiCells.select(appended));
        select.addAll(model.select());
        List<Object[]> rows = new ArrayList<>();
        run.workplace
                .warehouse()
                .batches(
                        "SELECT " + String.join(", ", select) + input.from() + " ORDER BY ALL",
                        batch -> score(batch, appended.size(), model, ds, rows));
        List<Column> columns = new ArrayList<>(appended.stream().map(PaiCells::kept).toList());
        columns.add(new Column(run.text("resultColName"), "VARCHAR"));
        columns.add(new Column(run.text("scoreColName"), "DOUBLE"));
        columns.add(new Column(run.text("detailColName"), "VARCHAR"));
        columns.add(new Column("ds", "VARCHAR"));
        run.log("model " + bundle.ref());
        return run.write(
                "outputTableName",
                "outputTablePartition",
                input,
                write -> write.rows(columns, rows));
    }

    private static void score(
            Batch batch, int appended, Model model, String ds, List<Object[]> rows) {
        PaiCells cells = new PaiCells(batch, appended);
        double[] scores = model.score(batch, appended);
        for (int row = 0; row < batch.rows(); row++) {
            Object[] out = new Object[appended + 4];
            for (int c = 0; c < appended; c++) {
                out[c] = cells.value(c, row);
            }
            boolean good = scores[row] >= 0.5;
            out[appended] = good ? model.good() : model.other();
            out[appended + 1] = good ? scores[row] : 1 - scores[row];
            out[appended + 2] = detail(model, scores[row]);
            out[appended + 3] = ds;
            rows.add(out);
        }
    }

    private static String detail(Model model, double score) {
        Map<String, Double> detail = new TreeMap<>();
        detail.put(model.good(), score);
        detail.put(model.other(), 1 - score);
        try {
            return JSON.writeValueAsString(detail);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers cannot fail to become JSON", e);
        }
    }

    private static Model trees(PaiRun run, PaiRun.Input input, Bundle bundle) {
        if (run.flag("enableSparse")) {
            throw run.wrong("enableSparse", bundle.ref() + " reads columns, not key:value");
        }
        Ranker ranker = Ranker.open(bundle);
        FeatureSpec spec = ranker.space().spec();
        check(run, input, spec.features().stream().map(Feature::name).toList());
        return new Trees(ranker, spec);
    }

    private record Trees(Ranker ranker, FeatureSpec spec) implements Model {
        @Override
        public List<String> select() {
            return FeatureColumns.select(spec);
        }

        @Override
        public double[] score(Batch batch, int from) {
            return ranker.score(FeatureColumns.rows(spec, batch, from));
        }

        @Override
        public String good() {
            return "1";
        }

        @Override
        public String other() {
            return "0";
        }
    }

    private static Model linear(PaiRun run, PaiRun.Input input, Bundle bundle) {
        Scorer scorer = Scorer.load(bundle.file(Ranker.LR));
        boolean sparse =
                Boolean.parseBoolean(bundle.parameters().get(PaiLogisticRegression.SPARSE));
        if (sparse != run.flag("enableSparse")) {
            throw run.wrong("enableSparse", bundle.ref() + " was trained with " + sparse);
        }
        List<String> columns = scorer.inputs();
        if (sparse) {
            List<String> named = run.columns("featureColNames", input);
            if (named.size() != 1) {
                throw run.wrong("featureColNames", "wanted the one column of key:value");
            }
            columns = named;
        } else {
            check(run, input, columns);
        }
        return new Linear(
                scorer,
                columns,
                sparse ? PaiSparse.of(run) : new PaiSparse(",", ":"),
                sparse,
                bundle.parameters().get(PaiLogisticRegression.GOOD),
                bundle.parameters().get(PaiLogisticRegression.OTHER));
    }

    private record Linear(
            Scorer scorer,
            List<String> columns,
            PaiSparse format,
            boolean sparse,
            String good,
            String other)
            implements Model {
        @Override
        public List<String> select() {
            String type = sparse ? "VARCHAR" : "DOUBLE";
            return columns.stream()
                    .map(name -> "CAST(" + Entities.quoted(name) + " AS " + type + ")")
                    .toList();
        }

        @Override
        public double[] score(Batch batch, int from) {
            return sparse ? scoreSparse(batch.strings(from)) : scoreDense(batch, from);
        }

        private double[] scoreSparse(String[] texts) {
            List<String> inputs = scorer.inputs();
            Map<String, Integer> index = new HashMap<>();
            inputs.forEach(input -> index.put(input, index.size()));
            float[] row = new float[inputs.size()];
            double[] scores = new double[texts.length];
            for (int r = 0; r < texts.length; r++) {
                Arrays.fill(row, 0);
                format.read(texts[r])
                        .forEach(
                                (key, value) -> {
                                    Integer at = index.get(key); // a key that was not learnt adds 0
                                    if (at != null) {
                                        row[at] = value;
                                    }
                                });
                scores[r] = scorer.score(row);
            }
            return scores;
        }

        private double[] scoreDense(Batch batch, int from) {
            List<double[]> values = new ArrayList<>();
            for (int c = 0; c < columns.size(); c++) {
                values.add(batch.doubles(from + c));
            }
            float[] row = new float[columns.size()];
            double[] scores = new double[batch.rows()];
            for (int r = 0; r < scores.length; r++) {
                for (int c = 0; c < row.length; c++) {
                    row[c] = (float) values.get(c)[r];
                }
                scores[r] = scorer.score(row);
            }
            return scores;
        }
    }

    /// Every feature of the model is a column of the table, and among those that were named.
    private static void check(PaiRun run, PaiRun.Input input, List<String> features) {
        TreeSet<String> lacking = new TreeSet<>(features);
        if (run.given("featureColNames")) {
            run.columns("featureColNames", input).forEach(lacking::remove);
        } else {
            input.columns().forEach(column -> lacking.remove(column.name()));
        }
        if (!lacking.isEmpty()) {
            throw run.wrong(
                    run.given("featureColNames") ? "featureColNames" : "inputTableName",
                    "the model was trained with " + lacking + " besides");
        }
    }
}
