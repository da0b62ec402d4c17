package dev.waxwing.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A linear model, an FM or an FFM over the sparse form of the features.
final class FactorRanker implements Ranker {
    private final Bundle bundle;
    private final FeatureSpace space;
    private final FactorModel model;
    private final FactorModel.Scaling scaling;

    private FactorRanker(
            Bundle bundle, FeatureSpace space, FactorModel model, FactorModel.Scaling scaling) {
        this.bundle = bundle;
        this.space = space;
        this.model = model;
        this.scaling = scaling;
    }

    static FactorRanker open(Bundle bundle, String algorithm) {
        try {
            FeatureSpace space = RankerFiles.space(bundle, algorithm);
            FactorFile.Held held = FactorFile.read(bundle.file(FactorFile.FILE));
            FactorModel model = held.model();
            boolean fits =
                    model.kind().word().equals(algorithm)
                            && model.features() <= space.sparseWidth()
                            && model.fields() <= space.spec().fields().size();
            if (!fits) {
                throw new BundleException(
                        "ranker "
                                + bundle.ref()
                                + ": "
                                + FactorFile.FILE
                                + " is of kind "
                                + model.kind().word()
                                + " with "
                                + model.features()
                                + " features in "
                                + model.fields()
                                + " fields; bundle.json says "
                                + algorithm
                                + ", and "
                                + FEATURES
                                + " has "
                                + space.sparseWidth()
                                + " columns in "
                                + space.spec().fields().size()
                                + " fields");
            }
            return new FactorRanker(bundle, space, model, held.scaling());
        } catch (CorruptFileException e) {
            throw new BundleException(
                    "ranker " + bundle.ref() + " is refused: " + e.getMessage(), e);
        }
    }

    @Override
    public BundleRef ref() {
        return bundle.ref();
    }

    @Override
    public String algorithm() {
        return model.kind().word();
    }

    @Override
    public FeatureSpace space() {
        return space;
    }

    FactorModel model() {
        return model;
    }

    FactorModel.Scaling scaling() {
        return scaling;
    }

    @Override
    public double margin(FeatureRow row) {
        return margin(row, new Entries());
    }

    private double margin(FeatureRow row, Entries entries) {
        space.encodeSparse(row, entries.clear());
        return model.margin(entries.column, entries.field, entries.value, 0, entries.n, scaling);
    }

    @Override
    public double score(FeatureRow row) {
        return probability(margin(row));
    }

    @Override
    public double[] score(List<FeatureRow> rows) {
        var entries = new Entries();
        return rows.stream().mapToDouble(row -> probability(margin(row, entries))).toArray();
    }

    static double probability(double margin) {
        return 1 / (1 + Math.exp(-margin));
    }

    /// The bias is the base. A feature is given its linear terms and half of every product that it takes part in; the other half goes to the other
    /// side, which may be the feature itself where a row has several of its values.
    @Override
    public RankExplanation explain(FeatureRow row) {
        FeatureRow own = row.as(space.spec());
        var entries = new Entries();
        space.encodeSparse(own, entries);
        List<String> fields = space.spec().fields();
        var byField = new double[fields.size()];
        double squares = 0;
        for (int i = 0; i < entries.n; i++) {
            squares += (double) entries.value[i] * entries.value[i];
        }
        boolean scaled =
                scaling == FactorModel.Scaling.XLEARN && model.kind() != FactorModel.Kind.LINEAR;
        double n = !scaled ? 1 : squares == 0 ? 0 : 1 / squares;
        for (int i = 0; i < entries.n; i++) {
            if (entries.column[i] >= model.features()) {
                continue;
            }
            byField[entries.field[i]] +=
                    (double) model.weight(entries.column[i]) * entries.value[i] * Math.sqrt(n);
            for (int j = i + 1; j < entries.n; j++) {
                double half = pair(entries, i, j, n) / 2;
                byField[entries.field[i]] += half;
                byField[entries.field[j]] += half;
            }
        }
        var parts = new ArrayList<RankExplanation.Part>(byField.length);
        for (int f = 0; f < byField.length; f++) {
            String name = fields.get(f);
            parts.add(new RankExplanation.Part(name, own.valueOf(name), byField[f]));
        }
        double margin = margin(own);
        return new RankExplanation(model.bias(), parts, margin, probability(margin));
    }

    /// What two entries of a row say together; both have been learnt or the answer is 0.
    private double pair(Entries entries, int i, int j, double n) {
        int a = entries.column[i];
        int b = entries.column[j];
        if (model.kind() == FactorModel.Kind.LINEAR
                || a >= model.features()
                || b >= model.features()) {
            return 0;
        }
        boolean ffm = model.kind() == FactorModel.Kind.FFM;
        int towardsJ = ffm ? entries.field[j] : 0;
        int towardsI = ffm ? entries.field[i] : 0;
        if (towardsJ >= model.fields() || towardsI >= model.fields()) {
            return 0;
        }
        double dot = 0;
        for (int f = 0; f < model.k(); f++) {
            dot += (double) model.factor(a, towardsJ, f) * model.factor(b, towardsI, f);
        }
        return dot * entries.value[i] * entries.value[j] * (ffm ? n : n * n);
    }

    /// Both sides compute in double.
    @Override
    public double tolerance() {
        return 1e-9;
    }

    @Override
    public int verifyGolden() {
        return GoldenCheck.verify(this, bundle);
    }

    @Override
    public Optional<ItemSums> itemSums(FeatureTable items) {
        return model.kind() == FactorModel.Kind.FFM
                ? Optional.empty()
                : Optional.of(new ItemSums(this, items));
    }

    /// Of whom a field is made.
    enum Side {
        /// The user, the request, or both.
        ASKING,
        ITEM,
        /// The item and one of the others: made for each candidate.
        PAIR
    }

    /// The fields of a side, rising.
    int[] fieldsOf(Side side) {
        List<String> fields = space.spec().fields();
        return IntStream.range(0, fields.size()).filter(f -> sideOf(f) == side).toArray();
    }

    private Side sideOf(int field) {
        FeatureSpec spec = space.spec();
        if (field < spec.size()) {
            return switch (spec.features().get(field)) {
                case Feature.Column c -> c.from() == Entity.ITEM ? Side.ITEM : Side.ASKING;
                case Feature.Id id -> id.from() == Entity.ITEM ? Side.ITEM : Side.ASKING;
                case Feature.Match _ -> Side.PAIR;
            };
        }
        Side side = null;
        for (String of : spec.derived().get(field - spec.size()).of()) {
            Side own = sideOf(spec.indexOf(of));
            side = side == null || side == own ? own : Side.PAIR;
        }
        return side;
    }
}
