package dev.waxwing.learn;

import java.util.Optional;

/// Which items the same users act on: for each item its nearest items, by the formulas of [NeighbourParams].
public final class ItemCf {
    private ItemCf() {}

    /// @return neighbours of each item, by item number
    public static NeighbourLists train(Interactions acts, NeighbourParams params) {
        NeighbourSearch search = search(acts, params);
        return search.find(0, search.rows());
    }

    /// The same, for as many items at a time as are asked for.
    public static NeighbourSearch search(Interactions acts, NeighbourParams params) {
        Profiles profiles = new Profiles(acts, params);
        return new NeighbourSearch(profiles.items(), profiles.users, profiles, params);
    }

    /// The same, and what is known then can be kept for the next night: [NeighbourSearch#keeper].
    /// @throws TrainingException naming the parameters that ask for more than counts; see [NeighbourParams#weighs]
    public static NeighbourSearch keeping(Interactions acts, NeighbourParams params) {
        return keeping(acts, params, Optional.empty());
    }

    /// The same, with only those items counted whose neighbours `before` and what has changed since do not prove; all if
    /// so much has changed that this is less work. Gives to the bit what [#search] gives, from what any night kept.
    ///
    /// @param before by the numbers that users and items have in `acts`, see [KeptNeighbours#renumbered]; stays open until
    ///     the last list is found
    /// @throws TrainingException if it is not of as many users and items, or of another formula
    public static NeighbourSearch goingOn(
            KeptNeighbours before, Interactions acts, NeighbourParams params) {
        before.requireBelongTo(acts.userCount(), acts.itemCount());
        before.requireFormula(params);
        return keeping(acts, params, Optional.of(before));
    }

    private static NeighbourSearch keeping(
            Interactions acts, NeighbourParams params, Optional<KeptNeighbours> before) {
        params.requireCounts();
        Profiles profiles = new Profiles(acts, params);
        return new NeighbourSearch(
                profiles.items(), profiles.users, profiles, params, true, before);
    }
}
