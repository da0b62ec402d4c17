package dev.waxwing.model;

import dev.waxwing.pmml.Explanation;
import dev.waxwing.pmml.PmmlException;
import dev.waxwing.pmml.Scorer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Boosted trees, alone (`gbdt`) or as leaf codes of a logistic regression (`gbdt_lr`): either way one walk of the trees a row.
final class TreeRanker implements Ranker {
    private final Bundle bundle;
    private final String algorithm;
    private final FeatureSpace space;
    private final Scorer scorer;
    private final int[] inputColumns; // by scorer input, the encoded column

    private TreeRanker(Bundle bundle, String algorithm, FeatureSpace space, Scorer scorer) {
        this.bundle = bundle;
        this.algorithm = algorithm;
        this.space = space;
        this.scorer = scorer;
        Map<String, Integer> index = space.columnIndex();
        this.inputColumns = new int[scorer.inputs().size()];
        Arrays.setAll(
                inputColumns,
                i -> {
                    Integer column = index.get(scorer.inputs().get(i));
                    if (column == null) {
                        throw new BundleException(
                                "ranker "
                                        + bundle.ref()
                                        + ": its PMML reads \""
                                        + scorer.inputs().get(i)
                                        + "\", which is no column of its "
                                        + FEATURES);
                    }
                    return column;
                });
    }

    static TreeRanker open(Bundle bundle, String algorithm) {
        try {
            FeatureSpace space = RankerFiles.space(bundle, algorithm);
            boolean linear = algorithm.equals("gbdt_lr");
            Scorer scorer =
                    linear
                            ? Scorer.load(bundle.file(GBDT), bundle.file(LR))
                            : Scorer.load(bundle.file(GBDT));
            if (linear) {
                checkLeafMap(bundle, scorer);
            }
            return new TreeRanker(bundle, algorithm, space, scorer);
        } catch (CorruptFileException | PmmlException e) {
            throw new BundleException(
                    "ranker " + bundle.ref() + " is refused: " + e.getMessage(), e);
        }
    }

    private static void checkLeafMap(Bundle bundle, Scorer scorer) {
        int mapped = LeafMap.fromCsv(bundle.text(LeafMap.FILE)).trees();
        int trees = scorer.leaves(new float[scorer.inputs().size()]).length;
        if (mapped != trees) {
            throw new BundleException(
                    "ranker "
                            + bundle.ref()
                            + ": "
                            + LeafMap.FILE
                            + " has "
                            + mapped
                            + " trees, "
                            + GBDT
                            + " has "
                            + trees);
        }
    }

    @Override
    public BundleRef ref() {
        return bundle.ref();
    }

    @Override
    public String algorithm() {
        return algorithm;
    }

    @Override
    public FeatureSpace space() {
        return space;
    }

    @Override
    public double score(FeatureRow row) {
        return scorer.score(inputs(row));
    }

    @Override
    public double margin(FeatureRow row) {
        return scorer.margin(inputs(row));
    }

    @Override
    public double[] score(List<FeatureRow> rows) {
        var encoded = new float[space.width()];
        var inputs = new float[Math.multiplyExact(rows.size(), inputColumns.length)];
        int at = 0;
        for (FeatureRow row : rows) {
            space.encode(row, encoded, 0);
            for (int column : inputColumns) {
                inputs[at++] = encoded[column];
            }
        }
        var scores = new double[rows.size()];
        scorer.score(inputs, rows.size(), scores);
        return scores;
    }

    private float[] inputs(FeatureRow row) {
        var encoded = new float[space.width()];
        space.encode(row, encoded, 0);
        var inputs = new float[inputColumns.length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = encoded[inputColumns[i]];
        }
        return inputs;
    }

    @Override
    public RankExplanation explain(FeatureRow row) {
        FeatureRow own = row.as(space.spec());
        Explanation explanation = scorer.explain(inputs(own));
        List<String> fields = space.spec().fields();
        var byFeature = new double[fields.size()];
        for (int i = 0; i < inputColumns.length; i++) {
            byFeature[space.featureOf(inputColumns[i])] += explanation.of(scorer.inputs().get(i));
        }
        var parts = new ArrayList<RankExplanation.Part>(byFeature.length);
        for (int f = 0; f < byFeature.length; f++) {
            String name = fields.get(f);
            parts.add(new RankExplanation.Part(name, own.valueOf(name), byFeature[f]));
        }
        return new RankExplanation(
                explanation.base(), parts, explanation.margin(), explanation.score());
    }

    /// Our own products are doubles on both sides; XGBoost adds its leaves up in floats.
    @Override
    public double tolerance() {
        return algorithm.equals("gbdt_lr") ? 1e-9 : 1e-6;
    }

    @Override
    public int verifyGolden() {
        return GoldenCheck.verify(this, bundle);
    }
}
