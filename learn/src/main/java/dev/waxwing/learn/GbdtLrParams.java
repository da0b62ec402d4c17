package dev.waxwing.learn;

import java.util.HashMap;
import java.util.Map;

/// How trees and the logistic regression over their leaves are trained. Named values are those of [GbdtParams] and
/// [LrParams] together (`threads` goes to both), and `lr-rows` and `leaf-prior` (trees, zero).
///
/// @param gbdt of the trees
/// @param lr of the regression over leaves and one-hot columns
/// @param lrRows share of the rows, from the end, that only the regression sees, in `[0, 0.9]`; 0 = both are
///     trained on all rows. Trees fit the rows they saw better than rows to
///     come, and a regression on the same rows trusts them a little too much; rows of its own cure that, at the
///     price of fewer rows for the trees
/// @param leafPrior see [LeafPrior]
public record GbdtLrParams(GbdtParams gbdt, LrParams lr, double lrRows, LeafPrior leafPrior) {
    /// What is used where nothing is said. The L2 penalty is far stronger than that of a regression alone: the rows
    /// were fitted once already, by the trees. Log loss on held-out rows of the training files (100 trees of depth 4;
    /// the level was chosen on these same rows, so it is a little flattered):
    ///
    /// | rows | trees alone | level 1 | 10 | 100 | 300 | 1000 |
    /// | --- | --- | --- | --- | --- | --- | --- |
    /// | HIGGS, 5000 | 0.5697 | 1.0103 | 0.7062 | 0.6025 | 0.5843 | 0.5745 |
    /// | a9a, 22000 | 0.3252 | | 0.3285 | 0.3223 | 0.3217 | |
    ///
    /// So on few rows the second layer costs more than it brings, at 300 too: raise the level, or compare with the
    /// trees alone before a release.
    public static final GbdtLrParams DEFAULTS =
            new GbdtLrParams(
                    GbdtParams.DEFAULTS,
                    new LrParams(LrPenalty.L2, 300, 100, 1e-6, 1),
                    0,
                    LeafPrior.TREES);

    public GbdtLrParams {
        new Ranges("gbdt_lr").within("lr-rows", lrRows, 0, 0.9).done();
    }

    /// Reads parameters by name, ours or PAI's; values are numbers or their text.
    /// @throws TrainingException naming every unknown name, ill-typed value and value out of range
    public static GbdtLrParams of(Map<String, ?> named) {
        Map<String, String> aliases = new HashMap<>(GbdtParams.PAI_NAMES);
        aliases.putAll(LrParams.PAI_NAMES);
        NamedValues values = new NamedValues("gbdt_lr", named, aliases);
        double lrRows = values.number("lr-rows", DEFAULTS.lrRows);
        LeafPrior leafPrior = values.choice("leaf-prior", DEFAULTS.leafPrior);
        GbdtParams gbdt = GbdtParams.from(values);
        LrParams lr = LrParams.from(values, DEFAULTS.lr.penaltyLevel());
        values.done();
        return new GbdtLrParams(gbdt, lr, lrRows, leafPrior);
    }
}
