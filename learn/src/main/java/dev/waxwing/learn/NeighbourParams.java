package dev.waxwing.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How neighbours are found. With `U(i)` the users of item `i` and `I(u)` the items of user `u`, after all caps:
///
///     w(u,i) = [wbcosine: event weight, else 1] · 2^(−age(u,i) / halfLifeDays)
///     g(u)   = 1 / ln(1 + |I(u)|) with iuf, else 1
///     d      = 1 / (1 + coActionDecay · |t(u,i) − t(u,j)| in days)
///     n(i)   = Σ u∈U(i) w(u,i)²
///
///     cosine, wbcosine   s(i,j) = Σ u∈U(i)∩U(j) g(u)·d·w(u,i)·w(u,j) / √(n(i)·n(j))
///     asymcosine         s(i,j) = [ the same sum / (n(i)^(1−α) · n(j)^α) ]^weight
///     jaccard            s(i,j) = |U(i)∩U(j)| / |U(i)∪U(j)|
///
///     then               s(i,j) · |U(j)|^(−hotPenalty)
///     normalizeRows      s(i,j) / max over j of s(i,j)
///
/// where `j` is the neighbour listed under `i`: with `α` above one half the neighbour's popularity costs it more.
/// Without half-life and event weights `n(i)` is `|U(i)|`, so this is the textbook's cosine. What PAI computes under
/// wbcosine and asymcosine is not public; these formulas are ours.
///
/// | ours | PAI's name | range |
/// | --- | --- | --- |
/// | `similarity` | `similarityType` | cosine, wbcosine, asymcosine, jaccard |
/// | `top` | `topN` | 1–10000 (PAI's default 2000 is not ours) |
/// | `min-user-items` | `minUserBehavior` | from 1 |
/// | `max-user-items` | `maxUserBehavior` | from 1 |
/// | `long-users` | | ignore, keep-recent |
/// | `max-item-users` | | 0 = no cap |
/// | `alpha` | `alpha` | [0, 1], asymcosine only |
/// | `weight` | `weight` | (0, 10], asymcosine only |
/// | `iuf` | | true, false |
/// | `co-action-decay` | | from 0 |
/// | `half-life-days` | | 0 = none |
/// | `hot-penalty` | | [0, 1] |
/// | `min-support` | | 1–30000 |
/// | `normalize-rows` | | true, false |
/// | `threads` | | 1–256 |
///
/// @param top neighbours kept of each; ties are broken by the smaller number
/// @param minUserItems users with fewer items take no part
/// @param maxUserItems users with more items are treated as `longUsers` says
/// @param longUsers see [LongProfiles]
/// @param maxItemUsers items with more users take no part: they say little of taste, and the pairs of users grow
///     with the square of an item's users. Counted before users are looked at
/// @param minSupport users that two neighbours must have in common; one common user is chance
/// @param threads changes the time only, never a bit of the result
public record NeighbourParams(
        Similarity similarity,
        int top,
        int minUserItems,
        int maxUserItems,
        LongProfiles longUsers,
        int maxItemUsers,
        double alpha,
        double weight,
        boolean iuf,
        double coActionDecay,
        double halfLifeDays,
        double hotPenalty,
        int minSupport,
        boolean normalizeRows,
        int threads) {

    /// What is used where nothing is said.
    public static final NeighbourParams DEFAULTS =
            new NeighbourParams(
                    Similarity.WBCOSINE,
                    100,
                    2,
                    500,
                    LongProfiles.IGNORE,
                    0,
                    0.5,
                    1.0,
                    false,
                    0,
                    0,
                    0,
                    2,
                    false,
                    1);

    private static final Map<String, String> PAI_NAMES =
            Map.of(
                    "similarityType", "similarity",
                    "topN", "top",
                    "minUserBehavior", "min-user-items",
                    "maxUserBehavior", "max-user-items");

    public NeighbourParams {
        boolean plain = similarity != Similarity.ASYMCOSINE;
        boolean counted = similarity == Similarity.JACCARD;
        new Ranges("neighbours")
                .whole("top", top, 1, 10_000)
                .whole("min-user-items", minUserItems, 1, Integer.MAX_VALUE)
                .whole("max-user-items", maxUserItems, minUserItems, Integer.MAX_VALUE)
                .whole("max-item-users", maxItemUsers, 0, Integer.MAX_VALUE)
                .within("alpha", alpha, 0, 1)
                .require(
                        !plain || alpha == 0.5,
                        "alpha is " + alpha + ", but only asymcosine takes an alpha")
                .above("weight", weight, 0, 10)
                .require(
                        !plain || weight == 1,
                        "weight is " + weight + ", but only asymcosine takes a weight")
                .within("co-action-decay", coActionDecay, 0, 1e6)
                .within("half-life-days", halfLifeDays, 0, 1e6)
                .require(
                        !counted || (!iuf && coActionDecay == 0 && halfLifeDays == 0),
                        "jaccard counts users and takes neither iuf nor co-action-decay nor"
                                + " half-life-days")
                .within("hot-penalty", hotPenalty, 0, 1)
                .whole("min-support", minSupport, 1, 30_000)
                .whole("threads", threads, 1, 256)
                .done();
    }

    /// What adds up weights instead of counting users, so that nothing can be kept from night to night ([KeptNeighbours]);
    /// empty if neighbours are found by counting alone.
    public List<String> weighs() {
        List<String> found = new ArrayList<>();
        if (similarity == Similarity.WBCOSINE) {
            found.add("similarity wbcosine");
        }
        if (iuf) {
            found.add("iuf");
        }
        if (coActionDecay > 0) {
            found.add("co-action-decay " + coActionDecay);
        }
        if (halfLifeDays > 0) {
            found.add("half-life-days " + halfLifeDays);
        }
        return found;
    }

    /// @throws TrainingException naming [#weighs]
    void requireCounts() {
        if (!weighs().isEmpty()) {
            throw new TrainingException(
                    "neighbours: only counts can be gone on from, and "
                            + String.join(", ", weighs())
                            + " add up weights: who acts again changes the share of all their"
                            + " pairs. Count everything, or leave these out");
        }
    }

    /// Reads parameters by name, ours or PAI's; values are numbers, words or their text.
    /// @throws TrainingException naming every unknown name, ill-typed value and value out of range
    public static NeighbourParams of(Map<String, ?> named) {
        NamedValues values = new NamedValues("neighbours", named, PAI_NAMES);
        NeighbourParams d = DEFAULTS;
        Similarity similarity = values.choice("similarity", d.similarity);
        int top = values.whole("top", d.top);
        int minUserItems = values.whole("min-user-items", d.minUserItems);
        int maxUserItems = values.whole("max-user-items", d.maxUserItems);
        LongProfiles longUsers = values.choice("long-users", d.longUsers);
        int maxItemUsers = values.whole("max-item-users", d.maxItemUsers);
        double alpha = values.number("alpha", d.alpha);
        double weight = values.number("weight", d.weight);
        boolean iuf = values.flag("iuf", d.iuf);
        double coActionDecay = values.number("co-action-decay", d.coActionDecay);
        double halfLifeDays = values.number("half-life-days", d.halfLifeDays);
        double hotPenalty = values.number("hot-penalty", d.hotPenalty);
        int minSupport = values.whole("min-support", d.minSupport);
        boolean normalizeRows = values.flag("normalize-rows", d.normalizeRows);
        int threads = values.whole("threads", d.threads);
        values.done();
        return new NeighbourParams(
                similarity,
                top,
                minUserItems,
                maxUserItems,
                longUsers,
                maxItemUsers,
                alpha,
                weight,
                iuf,
                coActionDecay,
                halfLifeDays,
                hotPenalty,
                minSupport,
                normalizeRows,
                threads);
    }
}
