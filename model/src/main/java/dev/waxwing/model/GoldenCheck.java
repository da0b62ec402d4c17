package dev.waxwing.model;

import java.util.List;

/// Holds a ranker against its bundle's golden rows.
final class GoldenCheck {
    private final Ranker ranker;

    private GoldenCheck(Ranker ranker) {
        this.ranker = ranker;
    }

    /// @return how many rows agreed: all of them
    static int verify(Ranker ranker, Bundle bundle) {
        List<GoldenRow> rows;
        try {
            rows = GoldenRow.read(bundle.file(Ranker.GOLDEN), ranker.space().spec());
        } catch (CorruptFileException e) {
            throw new BundleException(
                    "ranker " + bundle.ref() + " is refused: " + e.getMessage(), e);
        }
        if (rows.isEmpty()) {
            throw new BundleException(
                    "ranker "
                            + bundle.ref()
                            + " has no golden rows, so nothing shows that it scores as it was"
                            + " trained");
        }
        new GoldenCheck(ranker).check(rows);
        return rows.size();
    }

    private void check(List<GoldenRow> rows) {
        double tolerance = ranker.tolerance();
        double[] batch = ranker.score(rows.stream().map(GoldenRow::row).toList());
        for (int i = 0; i < rows.size(); i++) {
            GoldenRow golden = rows.get(i);
            FeatureRow row = golden.row();
            compare(i + 1, "score", golden.score(), batch[i], tolerance, row);
            compare(i + 1, "score", golden.score(), ranker.score(row), tolerance, row);
            // A float's error grows with what is added up, and the logistic function shrinks it by
            // 4 at least.
            compare(
                    i + 1,
                    "margin",
                    golden.margin(),
                    ranker.margin(row),
                    10 * tolerance * Math.max(1, Math.abs(golden.margin())),
                    row);
        }
    }

    private void compare(
            int row, String what, double expected, double got, double tolerance, FeatureRow raw) {
        if (!(Math.abs(expected - got)
                <= tolerance)) { // this way round, so that NaN is refused too
            throw new GoldenMismatch(
                    ranker.ref(), row, what, expected, got, tolerance, raw.toJson());
        }
    }
}
