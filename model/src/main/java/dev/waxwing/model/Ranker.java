package dev.waxwing.model;

import java.util.List;
import java.util.Optional;

/// A model that scores candidates from their raw features. Immutable; serves all threads.
public sealed interface Ranker permits TreeRanker, FactorRanker {
    /// The bundle's parameter that says how it is scored: `gbdt_lr`, `gbdt`, `linear`, `fm`, `ffm`.
    String ALGORITHM = "algorithm";

    /// The fitted feature space.
    String FEATURES = "features.json";

    /// Which encoded column has which index.
    String FEATURE_MAP = "feature_map.csv";

    /// The trees.
    String GBDT = "gbdt.pmml";

    /// The linear model over their leaves.
    String LR = "lr.pmml";

    /// Rows with the trainer's own scores.
    String GOLDEN = "golden.jsonl";

    /// Opens a ranker bundle by its algorithm.
    ///
    /// @throws BundleException if this version does not know the algorithm, or the bundle's files disagree with each other
    static Ranker open(Bundle bundle) {
        bundle.require(BundleKind.RANKER);
        String algorithm = bundle.parameters().getOrDefault(ALGORITHM, "");
        return switch (algorithm) {
            case "gbdt", "gbdt_lr" -> TreeRanker.open(bundle, algorithm);
            case "linear", "fm", "ffm" -> FactorRanker.open(bundle, algorithm);
            default ->
                    throw new BundleException(
                            "ranker "
                                    + bundle.ref()
                                    + " is of algorithm \""
                                    + algorithm
                                    + "\"; this version knows gbdt, gbdt_lr, linear, fm and ffm");
        };
    }

    /// Which bundle it was opened from.
    BundleRef ref();

    String algorithm();

    /// The fitted features; an [Assembler] of its spec makes the rows.
    FeatureSpace space();

    /// Which snapshot columns the rows are made of.
    default List<ColumnNeed> needs() {
        return space().spec().needs();
    }

    /// The probability that the row is clicked.
    double score(FeatureRow row);

    /// The same for many rows at once, in their order.
    double[] score(List<FeatureRow> rows);

    /// The score before the logistic function: log-odds.
    double margin(FeatureRow row);

    /// How much each raw feature added to the margin.
    RankExplanation explain(FeatureRow row);

    /// The items' half of this ranker's sums, for models whose score falls apart into halves (linear, FM): computed once for a ranker and a
    /// snapshot, it makes a candidate cost a dot product. Empty for other models.
    default Optional<ItemSums> itemSums(FeatureTable items) {
        return Optional.empty();
    }

    /// How far a score may be from the trainer's own: the golden rows' tolerance.
    double tolerance();

    /// Re-scores the bundle's golden rows.
    ///
    /// @return how many rows agreed: all of them
    /// @throws GoldenMismatch if one differs by more than [#tolerance()]; names the row
    int verifyGolden();
}
