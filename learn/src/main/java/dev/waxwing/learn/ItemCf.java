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
        return new NeighbourSearch(profiles.items, profiles.users, profiles, params);
    }
}
