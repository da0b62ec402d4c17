package dev.waxwing.model;

/// The files that every ranker bundle has, whatever its algorithm.
final class RankerFiles {
    private RankerFiles() {}

    /// The columns that an algorithm is fitted on: the sparse form's for `linear`, `fm` and `ffm`, the dense form's for trees.
    static String featureMap(String algorithm, FeatureSpace space) {
        return switch (algorithm) {
            case "linear", "fm", "ffm" -> space.sparseMapCsv();
            default -> space.featureMapCsv();
        };
    }

    /// The fitted features.
    ///
    /// @throws BundleException if the bundle's files disagree with each other
    static FeatureSpace space(Bundle bundle, String algorithm) {
        FeatureSpace space =
                FeatureSpaceJson.read(
                        bundle.ref() + "/" + Ranker.FEATURES, bundle.text(Ranker.FEATURES));
        if (!bundle.text(Ranker.FEATURE_MAP).equals(featureMap(algorithm, space))) {
            throw new BundleException(
                    "ranker "
                            + bundle.ref()
                            + ": "
                            + Ranker.FEATURE_MAP
                            + " and "
                            + Ranker.FEATURES
                            + " disagree on the encoded columns");
        }
        if (!bundle.needs().equals(space.spec().needs())) {
            throw new BundleException(
                    "ranker "
                            + bundle.ref()
                            + ": bundle.json and "
                            + Ranker.FEATURES
                            + " disagree on the snapshot columns it needs");
        }
        return space;
    }
}
