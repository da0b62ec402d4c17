package dev.waxwing.steps;

import dev.waxwing.learn.FeatureSpaceFitter;
import dev.waxwing.learn.FittedSpace;
import dev.waxwing.learn.FloatMatrix;
import dev.waxwing.learn.GbdtLr;
import dev.waxwing.learn.GbdtOnlyModel;
import dev.waxwing.learn.GbdtParams;
import dev.waxwing.learn.RankerModel;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.model.Entity;
import dev.waxwing.model.Feature;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureRows;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.FeatureType;
import dev.waxwing.model.LeafMap;
import dev.waxwing.model.Ranker;
import dev.waxwing.warehouse.Column;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// `gbdt_lr`, which in PAI is boosted trees alone for labels 0 and 1. Its model is a `ranker` bundle of algorithm `gbdt`
/// under the model's name, with PAI's defaults for what the call does not say.
final class PaiGbdt implements PaiComponent {
    private static final List<String> TRAINER =
            List.of(
                    "treeCount",
                    "shrinkage",
                    "maxLeafCount",
                    "maxDepth",
                    "minLeafSampleCount",
                    "sampleRatio",
                    "featureRatio",
                    "randSeed",
                    "featureSplitValueMaxSize");
    private static final int GOLDEN = 500;

    @Override
    public List<String> names() {
        return List.of("gbdt_lr");
    }

    @Override
    public List<PaiParameter> parameters() {
        return PaiComponent.with(
                PaiParameter.input("inputTableName"),
                PaiParameter.optional("inputTablePartitions", ""),
                PaiParameter.required("labelColName"),
                PaiParameter.required("modelName"),
                PaiParameter.optional("featureColNames", ""),
                PaiParameter.outputIfGiven("outputImportanceTableName"),
                PaiParameter.optional("treeCount", "500"),
                PaiParameter.optional("shrinkage", "0.05"),
                PaiParameter.optional("maxLeafCount", "32"),
                PaiParameter.optional("maxDepth", "10"),
                PaiParameter.optional("minLeafSampleCount", "500"),
                PaiParameter.optional("sampleRatio", "0.6"),
                PaiParameter.optional("featureRatio", "0.6"),
                PaiParameter.optional("randSeed", "0"),
                PaiParameter.optional("featureSplitValueMaxSize", "500"),
                PaiParameter.optional("testRatio", "0.0"),
                PaiParameter.optional("lifecycle", ""),
                PaiParameter.ignored("groupIDColName", "groups matter to NDCG and DCG only"),
                PaiParameter.ignored("metricType", "the figures come from evaluate"));
    }

    @Override
    public long run(PaiRun run) throws Exception {
        if (run.number("testRatio", 0, 1) != 0) {
            throw run.wrong("testRatio", "nothing is held back here; use split and evaluate");
        }
        PaiRun.Input input = run.input("inputTableName");
        String label = run.column("labelColName", input);
        List<String> features = features(run, input, label);
        Rows rows = read(run, input, label, features);
        FittedSpace fitted = FeatureSpaceFitter.fit(rows.spec, rows.features, 0);
        fitted.report().warnings().forEach(run::log);
        // one that is the same in all rows was not fitted
        FeatureRows offered = rows.features.as(fitted.space().spec());
        FloatMatrix matrix = RankerModel.encode(fitted.space(), offered);
        Map<String, Object> parameters = new HashMap<>();
        TRAINER.forEach(name -> parameters.put(name, run.text(name)));
        parameters.put("threads", run.workplace.threads());
        GbdtOnlyModel model =
                GbdtLr.trainTreesOnly(
                        fitted.space(), matrix, rows.labels.toArray(), GbdtParams.of(parameters));
        publish(run, model, offered);
        if (!run.given("outputImportanceTableName")) {
            return 0;
        }
        return importance(run, input, model);
    }

    private static List<String> features(PaiRun run, PaiRun.Input input, String label) {
        List<String> features =
                run.given("featureColNames")
                        ? run.columns("featureColNames", input)
                        : input.columns().stream()
                                .filter(column -> PaiCells.isNumber(column))
                                .map(Column::name)
                                .filter(name -> !name.equals(label))
                                .toList();
        for (String feature : features) {
            if (!PaiCells.isNumber(input.column(feature))) {
                throw run.wrong(
                        "featureColNames",
                        feature + " is " + input.column(feature).type() + "; trees take numbers");
            }
        }
        if (features.isEmpty()) {
            throw run.wrong("featureColNames", "table " + input.table() + " has no numbers");
        }
        return features;
    }

    private record Rows(FeatureSpec spec, FeatureRows features, LabelList labels) {}

    private static Rows read(PaiRun run, PaiRun.Input input, String label, List<String> features) {
        FeatureSpec spec =
                new FeatureSpec(
                        "pai",
                        Map.of(),
                        features.stream()
                                .map(
                                        name ->
                                                new Feature.Column(
                                                        name,
                                                        Entity.REQUEST,
                                                        name,
                                                        FeatureType.NUMBER,
                                                        0,
                                                        1))
                                .toList());
        FeatureRows.Builder rows = FeatureRows.builder(spec);
        LabelList labels = new LabelList();
        String select =
                "SELECT CAST("
                        + Entities.quoted(label)
                        + " AS DOUBLE), "
                        + features.stream()
                                .map(name -> "CAST(" + Entities.quoted(name) + " AS DOUBLE)")
                                .collect(Collectors.joining(", "))
                        + input.from()
                        + " ORDER BY ALL"; // the same rows in the same order, whenever it is run
        run.workplace
                .warehouse()
                .batches(
                        select,
                        batch -> {
                            for (double each : batch.doubles(0)) {
                                if (each != 0 && each != 1) {
                                    throw run.wrong(
                                            "labelColName",
                                            "gbdt_lr takes the labels 0 and 1, found " + each);
                                }
                                labels.add((float) each);
                            }
                            rows.add(batch.rows(), FeatureColumns.of(spec, batch, 1));
                        });
        return new Rows(spec, rows.build(), labels);
    }

    private static void publish(PaiRun run, GbdtOnlyModel model, FeatureRows rows)
            throws IOException {
        try (BundleWriter draft =
                run.workplace
                        .bundles()
                        .draft(BundleKind.RANKER, run.text("modelName"), run.context.bizdate())) {
            model.write(draft.file(Ranker.FEATURES).getParent());
            draft.ranker(model.algorithm(), model.space());
            draft.file(LeafMap.FILE, new LeafMap(model.gbdt().leavesPerTree()).toCsv());
            TRAINER.forEach(name -> draft.parameter("train." + name, run.text(name)));
            List<FeatureRow> golden = new ArrayList<>();
            int step = Math.max(1, rows.size() / GOLDEN);
            for (int row = 0; row < rows.size(); row += step) {
                golden.add(rows.get(row));
            }
            draft.golden(model.space().spec(), model.golden(golden));
            draft.provenance("run", run.context.runId());
            Bundle bundle = run.workplace.bundles().open(draft.publish());
            run.made(bundle.ref());
            run.log(
                    rows.size()
                            + " rows, "
                            + model.gbdt().trees()
                            + " trees; "
                            + Ranker.open(bundle).verifyGolden()
                            + " golden rows agree");
        }
    }

    private static long importance(PaiRun run, PaiRun.Input input, GbdtOnlyModel model) {
        String ds = run.outputDs("");
        List<Object[]> rows = new ArrayList<>();
        model.importance()
                .forEach(
                        each ->
                                rows.add(
                                        new Object[] {
                                            each.column(),
                                            each.gain(),
                                            each.cover(),
                                            (long) each.splits(),
                                            ds
                                        }));
        List<Column> columns =
                List.of(
                        new Column("feature", "VARCHAR"),
                        new Column("importance", "DOUBLE"),
                        new Column("cover", "DOUBLE"),
                        new Column("splits", "BIGINT"),
                        new Column("ds", "VARCHAR"));
        return run.write(
                "outputImportanceTableName", "", input, write -> write.rows(columns, rows));
    }
}
