package dev.waxwing.learn;

/// Which users act on the same items: for each user its nearest users, by the formulas of [NeighbourParams] with the
/// roles of users and items swapped (`iuf` then makes items that everybody likes count less).
///
/// Pairs grow with the square of an item's users, so `max-item-users` belongs to this; the report says what it cost.
public final class UserCf {
    private UserCf() {}

    /// @return neighbours of each user, by user number
    public static NeighbourLists train(Interactions acts, NeighbourParams params) {
        NeighbourSearch search = search(acts, params);
        return search.find(0, search.rows());
    }

    /// The same, for as many users at a time as are asked for.
    public static NeighbourSearch search(Interactions acts, NeighbourParams params) {
        Profiles profiles = new Profiles(acts, params);
        return new NeighbourSearch(profiles.users, profiles.itemLengths(), profiles, params);
    }
}
