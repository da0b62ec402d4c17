package dev.waxwing.learn;

import java.util.Map;

/// How [Swing] finds neighbours. With `I(u)` the items of user `u` after the cap, and `U(i)` the most recent
/// `users-per-item` users of item `i` (of equal times those with smaller numbers):
///
///     w(u)   = (alpha1 + |I(u)|)^(−beta)
///     s(i,j) = Σ over pairs {u, v} ⊆ U(i), u ≠ v, both of whom have j:  w(u)·w(v) / (alpha2 + |I(u) ∩ I(v)|)
///
/// Two users who have little else in common say more about the two items they share. Each pair counts once. `beta` is
/// not below 0: Alink computes `1 / (userAlpha + n)^userBeta` with a `userBeta` of −0.35 by default, under which busy users
/// weigh *more*; take its figure with the sign turned.
///
/// | ours | PAI's name | range |
/// | --- | --- | --- |
/// | `top` | `topk` | 1–10000 |
/// | `alpha1` | `alpha1` | from 0 |
/// | `alpha2` | `alpha2` | from 0 |
/// | `beta` | `beta` | [0, 10] |
/// | `max-user-items` | `maxClickPerUser` | from 1; the most recent items of longer users take part |
/// | `users-per-item` | `maxUserPerItem` | 2–5000 |
/// | `threads` | | 1–256 |
///
/// Source: Yang et al., "Large Scale Product Graph Construction for Recommendation in E-commerce", arXiv:2010.05525; the
/// user weights and the defaults are those of a public PAI sample.
///
/// @param threads changes the time only, never a bit of the result
public record SwingParams(
        int top,
        double alpha1,
        double alpha2,
        double beta,
        int maxUserItems,
        int usersPerItem,
        int threads) {

    /// What is used where nothing is said.
    public static final SwingParams DEFAULTS = new SwingParams(100, 5, 1, 0.3, 500, 600, 1);

    private static final Map<String, String> PAI_NAMES =
            Map.of(
                    "topk", "top",
                    "maxClickPerUser", "max-user-items",
                    "maxUserPerItem", "users-per-item");

    public SwingParams {
        new Ranges("swing")
                .whole("top", top, 1, 10_000)
                .within("alpha1", alpha1, 0, 1e6)
                .within("alpha2", alpha2, 0, 1e6)
                .within("beta", beta, 0, 10)
                .whole("max-user-items", maxUserItems, 1, Integer.MAX_VALUE)
                .whole("users-per-item", usersPerItem, 2, 5_000)
                .whole("threads", threads, 1, 256)
                .done();
    }

    /// Reads parameters by name, ours or PAI's; values are numbers or their text.
    /// @throws TrainingException naming every unknown name, ill-typed value and value out of range
    public static SwingParams of(Map<String, ?> named) {
        NamedValues values = new NamedValues("swing", named, PAI_NAMES);
        SwingParams d = DEFAULTS;
        int top = values.whole("top", d.top);
        double alpha1 = values.number("alpha1", d.alpha1);
        double alpha2 = values.number("alpha2", d.alpha2);
        double beta = values.number("beta", d.beta);
        int maxUserItems = values.whole("max-user-items", d.maxUserItems);
        int usersPerItem = values.whole("users-per-item", d.usersPerItem);
        int threads = values.whole("threads", d.threads);
        values.done();
        return new SwingParams(top, alpha1, alpha2, beta, maxUserItems, usersPerItem, threads);
    }
}
