package dev.waxwing.steps;

import dev.waxwing.learn.LrModel;
import dev.waxwing.learn.LrParams;
import dev.waxwing.learn.LrTrainer;
import dev.waxwing.learn.SparseRows;
import dev.waxwing.learn.TrainingException;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.model.Ranker;
import dev.waxwing.pmml.LrDoc;
import dev.waxwing.pmml.LrPmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// `logisticregression_binary`: L-BFGS, or OWL-QN under the L1 penalty that is PAI's default. Rows are columns of numbers, or
/// one column of `key:value` pairs with `enableSparse`.
///
/// Its model is a bundle of algorithm `pai_lr` under the model's name, with `lr.pmml` as its one file: class `1` there is the
/// good value, and inputs are named by column or key. `prediction` scores with it; a server does not.
final class PaiLogisticRegression implements PaiComponent {
    static final String ALGORITHM = "pai_lr";
    static final String SPARSE = "sparse";
    static final String GOOD = "good-value";
    static final String OTHER = "other-value";

    @Override
    public List<String> names() {
        return List.of("logisticregression_binary");
    }

    @Override
    public List<PaiParameter> parameters() {
        List<PaiParameter> all =
                new ArrayList<>(
                        PaiComponent.with(
                                PaiParameter.input("inputTableName"),
                                PaiParameter.optional("inputTablePartitions", ""),
                                PaiParameter.required("labelColName"),
                                PaiParameter.required("modelName"),
                                PaiParameter.required("goodValue"),
                                PaiParameter.optional("featureColNames", ""),
                                PaiParameter.optional("regularizedType", "l1"),
                                PaiParameter.optional("regularizedLevel", "1.0"),
                                PaiParameter.optional("maxIter", "100"),
                                PaiParameter.optional("epsilon", "1.0e-06"),
                                PaiParameter.optional("enableSparse", "false"),
                                PaiParameter.ignored("lifecycle", "the model is no table")));
        all.addAll(PaiSparse.parameters());
        return List.copyOf(all);
    }

    /// Rows as they are read: labels as text, and active columns by number or key.
    private record Rows(List<String> labels, List<SequencedMap<String, Float>> values) {}

    @Override
    public long run(PaiRun run) throws Exception {
        PaiRun.Input input = run.input("inputTableName");
        String label = run.column("labelColName", input);
        boolean sparse = run.flag("enableSparse");
        List<String> columns = columns(run, input, label, sparse);
        Rows rows = sparse ? sparse(run, input, label, columns) : dense(run, input, label, columns);
        List<String> names = columns;
        if (sparse) {
            TreeSet<String> keys = new TreeSet<>(PaiSparse.ORDER);
            rows.values.forEach(row -> keys.addAll(row.keySet()));
            names = List.copyOf(keys);
        }
        String other = other(run, rows.labels);
        float[] labels = new float[rows.labels.size()];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = isGood(run, rows.labels.get(row)) ? 1 : 0;
        }
        LrModel model = LrTrainer.train(matrix(rows, names), labels, params(run));
        run.log(
                labels.length
                        + " rows, "
                        + names.size()
                        + " columns; "
                        + model.iterations()
                        + " iterations"
                        + (model.converged() ? "" : ", not converged: raise maxIter"));
        publish(run, model, names, sparse, other);
        return 0;
    }

    private static LrParams params(PaiRun run) {
        Map<String, Object> params = new HashMap<>();
        params.put(
                "regularizedType",
                run.choice("regularizedType", List.of("l1", "l2", "none"))
                        .toLowerCase(Locale.ROOT));
        for (String name : List.of("regularizedLevel", "maxIter", "epsilon")) {
            params.put(name, run.text(name));
        }
        params.put("threads", run.workplace.threads());
        return LrParams.of(params);
    }

    private static List<String> columns(
            PaiRun run, PaiRun.Input input, String label, boolean sparse) {
        List<String> columns =
                run.given("featureColNames")
                        ? run.columns("featureColNames", input)
                        : input.columns().stream()
                                .filter(column -> sparse != PaiCells.isNumber(column))
                                .map(column -> column.name())
                                .filter(name -> !name.equals(label))
                                .toList();
        if (sparse && columns.size() != 1) {
            throw run.wrong(
                    "featureColNames",
                    "a sparse input is one column of key:value, found " + columns);
        }
        if (columns.isEmpty()) {
            throw run.wrong("featureColNames", "table " + input.table() + " has no numbers");
        }
        return columns;
    }

    private static Rows sparse(PaiRun run, PaiRun.Input input, String label, List<String> columns) {
        PaiSparse format = PaiSparse.of(run);
        Rows rows = new Rows(new ArrayList<>(), new ArrayList<>());
        run.workplace
                .warehouse()
                .batches(
                        "SELECT CAST("
                                + Entities.quoted(label)
                                + " AS VARCHAR), CAST("
                                + Entities.quoted(columns.getFirst())
                                + " AS VARCHAR)"
                                + input.from()
                                + " ORDER BY ALL",
                        batch -> {
                            String[] labels = batch.strings(0);
                            String[] texts = batch.strings(1);
                            for (int row = 0; row < batch.rows(); row++) {
                                rows.labels.add(labels[row]);
                                rows.values.add(format.read(texts[row]));
                            }
                        });
        return rows;
    }

    private static Rows dense(PaiRun run, PaiRun.Input input, String label, List<String> columns) {
        List<String> select = new ArrayList<>();
        select.add("CAST(" + Entities.quoted(label) + " AS VARCHAR)");
        columns.forEach(name -> select.add("CAST(" + Entities.quoted(name) + " AS DOUBLE)"));
        Rows rows = new Rows(new ArrayList<>(), new ArrayList<>());
        run.workplace
                .warehouse()
                .batches(
                        "SELECT " + String.join(", ", select) + input.from() + " ORDER BY ALL",
                        batch -> {
                            String[] labels = batch.strings(0);
                            List<double[]> values = new ArrayList<>();
                            for (int c = 0; c < columns.size(); c++) {
                                values.add(batch.doubles(c + 1));
                            }
                            for (int row = 0; row < batch.rows(); row++) {
                                SequencedMap<String, Float> one = new TreeMap<>();
                                for (int c = 0; c < columns.size(); c++) {
                                    float value = (float) values.get(c)[row];
                                    if (value != 0 && !Float.isNaN(value)) {
                                        one.put(columns.get(c), value);
                                    }
                                }
                                rows.labels.add(labels[row]);
                                rows.values.add(one);
                            }
                        });
        return rows;
    }

    private static boolean isGood(PaiRun run, String label) {
        return sameLabel(run.text("goodValue"), label);
    }

    /// Whether two labels are the same text, or the same number: `1` and `1.0`.
    static boolean sameLabel(String a, String b) {
        if (a.equals(b)) {
            return true;
        }
        try {
            return Double.parseDouble(a) == Double.parseDouble(b);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String other(PaiRun run, List<String> labels) {
        TreeSet<String> others = new TreeSet<>();
        for (String label : labels) {
            if (label == null) {
                throw run.wrong("labelColName", "a row has no label");
            }
            if (!isGood(run, label)) {
                others.add(label);
            }
        }
        if (others.size() != 1 || labels.stream().noneMatch(label -> isGood(run, label))) {
            throw run.wrong(
                    "goodValue",
                    "wanted two labels of which this is one, found besides: " + others);
        }
        return others.first();
    }

    private static SparseRows matrix(Rows rows, List<String> names) {
        Map<String, Integer> index = new HashMap<>();
        names.forEach(name -> index.put(name, index.size()));
        SparseRows.Builder builder = SparseRows.builder(names.size());
        for (SequencedMap<String, Float> row : rows.values) {
            TreeMap<Integer, Float> ordered = new TreeMap<>();
            row.forEach((name, value) -> ordered.put(index.get(name), value));
            ordered.forEach(
                    (column, value) -> {
                        if (!Float.isFinite(value)) {
                            throw new TrainingException(
                                    "logisticregression_binary: column "
                                            + names.get(column)
                                            + " holds "
                                            + value);
                        }
                        builder.add(column, value);
                    });
            builder.endRow();
        }
        return builder.build();
    }

    private static void publish(
            PaiRun run, LrModel model, List<String> names, boolean sparse, String other) {
        try (BundleWriter draft =
                run.workplace
                        .bundles()
                        .draft(BundleKind.RANKER, run.text("modelName"), run.context.bizdate())) {
            LrPmml.write(
                    draft.file(Ranker.LR),
                    new LrDoc(model.intercept(), 0, new double[0][], names, model.coefficients()));
            draft.parameter(Ranker.ALGORITHM, ALGORITHM);
            draft.parameter(SPARSE, Boolean.toString(sparse));
            draft.parameter(GOOD, run.text("goodValue"));
            draft.parameter(OTHER, other);
            for (String name :
                    List.of("regularizedType", "regularizedLevel", "maxIter", "epsilon")) {
                draft.parameter("train." + name, run.text(name));
            }
            draft.provenance("run", run.context.runId());
            Bundle bundle = run.workplace.bundles().open(draft.publish());
            run.made(bundle.ref());
        }
    }
}
