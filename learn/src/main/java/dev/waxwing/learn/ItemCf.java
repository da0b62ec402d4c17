package dev.waxwing.learn;

/// Which items the same users act on: for each item its nearest items, by the formulas of [NeighbourParams].
public final class ItemCf {
    private ItemCf() {}

    /// @return neighbours of each item, by item number
    public static NeighbourLists train(Interactions acts, NeighbourParams params) {
        Profiles profiles = new Profiles(acts, params);
        return new NeighbourSearch(profiles.items, profiles.users, profiles.latest, params)
                .run(profiles);
    }
}
