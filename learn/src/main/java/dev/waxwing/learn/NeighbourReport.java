package dev.waxwing.learn;

/// What went into a neighbour search and what its caps left out; print it, so that nobody takes a cap for the truth.
///
/// @param acts acts given
/// @param repeated acts that repeated a (user, item) pair; the latest time and the largest weight of a pair count
/// @param hotItems items above `max-item-users`, left out
/// @param hotActs pairs left out with them
/// @param shortUsers users below `min-user-items`, left out
/// @param longUsers users above `max-user-items`, left out or cut
/// @param userActs pairs left out with short and long users
/// @param used (user, item) pairs that the search rests on
/// @param meetings ordered pairs that met in a profile: the work of counting all of them
public record NeighbourReport(
        int acts,
        int repeated,
        int hotItems,
        int hotActs,
        int shortUsers,
        int longUsers,
        int userActs,
        int used,
        long meetings) {}
