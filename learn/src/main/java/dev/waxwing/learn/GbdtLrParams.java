package dev.waxwing.learn;

import java.util.HashMap;
import java.util.Map;

/// How trees and the logistic regression over their leaves are trained. Named values are those of [GbdtParams] and
/// [LrParams] together (`threads` goes to both), and `lr-rows`.
///
/// @param gbdt of the trees
/// @param lr of the regression over leaves and one-hot columns
/// @param lrRows share of the rows, from the end, that only the regression sees, in `[0, 0.9]`; 0 = both are
///     trained on all rows, as He et al. (2014) do within a day. Trees fit the rows they saw better than rows to
///     come, and a regression on the same rows trusts them a little too much; rows of its own cure that, at the
///     price of fewer rows for the trees
public record GbdtLrParams(GbdtParams gbdt, LrParams lr, double lrRows) {
    /// What is used where nothing is said.
    public static final GbdtLrParams DEFAULTS =
            new GbdtLrParams(GbdtParams.DEFAULTS, LrParams.DEFAULTS, 0);

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
        GbdtParams gbdt = GbdtParams.from(values);
        LrParams lr = LrParams.from(values);
        values.done();
        return new GbdtLrParams(gbdt, lr, lrRows);
    }
}
