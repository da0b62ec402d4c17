package dev.waxwing.steps;

import dev.waxwing.model.Bundle;
import dev.waxwing.model.Feature;
import dev.waxwing.model.FeatureRows;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.LeafMap;
import dev.waxwing.model.Ranker;
import dev.waxwing.pmml.Scorer;
import dev.waxwing.warehouse.Column;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// `fe_encode_runner`: for each row the leaf that it reaches in each tree of a `gbdt_lr` model, as `code:1,code:1,…` in
/// column `kv`. Codes run through the trees in order, inside a tree left-first depth-first, as `leaf_map.csv` says.
final class PaiLeafCodes implements PaiComponent {
    @Override
    public List<String> names() {
        return List.of("fe_encode_runner");
    }

    @Override
    public List<PaiParameter> parameters() {
        return PaiComponent.with(
                PaiParameter.input("inputTable"),
                PaiParameter.optional("inputTablePartitions", ""),
                PaiParameter.required("encodeModel"),
                PaiParameter.required("selectedCols"),
                PaiParameter.required("labelCol"),
                PaiParameter.output("outputTable"),
                PaiParameter.optional("lifecycle", "7"));
    }

    @Override
    public long run(PaiRun run) {
        PaiRun.Input input = run.input("inputTable");
        Bundle bundle =
                new NamedModels(run.workplace.bundles())
                        .open(run.text("encodeModel"), run.context.bizdate());
        if (!bundle.files().contains(LeafMap.FILE)) {
            throw run.wrong(
                    "encodeModel", "bundle " + bundle.ref() + " is no gbdt_lr model of this kind");
        }
        FeatureSpace space = Ranker.open(bundle).space();
        LeafMap codes = LeafMap.fromCsv(bundle.text(LeafMap.FILE));
        Scorer trees = Scorer.load(bundle.file(Ranker.GBDT));
        checkFeatures(run, input, space);
        String label = run.column("labelCol", input);
        Column kept = PaiCells.kept(input.column(label));
        String ds = run.outputDs("");

        List<String> columns = new ArrayList<>(PaiCells.select(List.of(input.column(label))));
        columns.addAll(FeatureColumns.select(space.spec()));
        List<Object[]> rows = new ArrayList<>();
        int[] places = places(trees, space);
        run.workplace
                .warehouse()
                .batches(
                        "SELECT " + String.join(", ", columns) + input.from() + " ORDER BY ALL",
                        batch -> {
                            float[] encoded = new float[space.width()];
                            float[] asked = new float[places.length];
                            PaiCells cells = new PaiCells(batch, 1);
                            FeatureRows features = FeatureColumns.rows(space.spec(), batch, 1);
                            for (int row = 0; row < batch.rows(); row++) {
                                space.encode(features.get(row), encoded, 0);
                                for (int i = 0; i < places.length; i++) {
                                    asked[i] = encoded[places[i]];
                                }
                                rows.add(
                                        new Object[] {
                                            cells.value(0, row), kv(trees.leaves(asked), codes), ds
                                        });
                            }
                        });
        return run.write(
                "outputTable",
                "",
                input,
                write ->
                        write.rows(
                                List.of(
                                        kept,
                                        new Column("kv", "VARCHAR"),
                                        new Column("ds", "VARCHAR")),
                                rows));
    }

    private static void checkFeatures(PaiRun run, PaiRun.Input input, FeatureSpace space) {
        TreeSet<String> lacking = new TreeSet<>();
        space.spec().features().stream().map(Feature::name).forEach(lacking::add);
        run.columns("selectedCols", input).forEach(lacking::remove);
        if (!lacking.isEmpty()) {
            throw run.wrong("selectedCols", "the model was trained with " + lacking + " besides");
        }
    }

    private static int[] places(Scorer trees, FeatureSpace space) {
        return trees.inputs().stream().mapToInt(space.columns()::indexOf).toArray();
    }

    private static String kv(int[] leaves, LeafMap codes) {
        StringBuilder kv = new StringBuilder();
        for (int tree = 0; tree < leaves.length; tree++) {
            kv.append(tree == 0 ? "" : ",").append(codes.index(tree, leaves[tree])).append(":1");
        }
        return kv.toString();
    }
}
