package dev.waxwing.learn;

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
        return new NeighbourSearch(
                profiles.items(), profiles.users, profiles, params, new Counting.Anew());
    }

    /// The same, and what is counted can be kept for the next night: [NeighbourSearch#keeper].
    /// @throws TrainingException naming the parameters that ask for more than counts; see [NeighbourParams#weighs]
    public static NeighbourSearch counting(Interactions acts, NeighbourParams params) {
        params.requireCounts();
        return counting(new Profiles(acts, params), params);
    }

    /// The same, with only those users counted whose lists changed since `before`; all if that is less work. Gives to the
    /// bit what [#counting] gives, from counts of any night and any parameters.
    ///
    /// @param before by the numbers that users and items have in `acts`, see [PairCounts#renumbered]; stays open until the last
    ///     list is found
    /// @throws TrainingException if these counts are not of as many users and items
    public static NeighbourSearch countingOn(
            PairCounts before, Interactions acts, NeighbourParams params) {
        params.requireCounts();
        before.requireBelongTo(acts.userCount(), acts.itemCount());
        Profiles profiles = new Profiles(acts, params);
        PairChanges changes = new PairChanges(before.users, profiles.users, acts.itemCount());
        return changes.steps > NeighbourSearch.meetings(profiles.users) / 2
                ? counting(profiles, params)
                : new NeighbourSearch(
                        profiles.itemLengths(),
                        profiles.users,
                        profiles,
                        params,
                        new Counting.On(before, changes));
    }

    private static NeighbourSearch counting(Profiles profiles, NeighbourParams params) {
        return new NeighbourSearch(
                profiles.items(), profiles.users, profiles, params, new Counting.Kept());
    }
}
