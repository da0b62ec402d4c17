package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// When something was done, or is expected to be.
/// @param actual whether it is done
/// @param trouble why it will not be done unless a person helps; empty = nothing is in the way
/// @param path what it waits for longest, in order; the last is the thing itself
/// @param unknown steps that no history tells anything of; they are taken to need no time
record Finish(
        Instant at,
        boolean actual,
        String trouble,
        List<BaselineStatus.Leg> path,
        List<String> unknown) {
    Finish {
        requireNonNull(at, "at is null");
        requireNonNull(trouble, "trouble is null");
        path = List.copyOf(path);
        unknown = List.copyOf(unknown);
    }

    static Finish expected(Instant at) {
        return new Finish(at, false, "", List.of(), List.of());
    }

    /// The later of the two, with the troubles of both.
    Finish and(Finish other) {
        Finish later = other.at.isAfter(at) ? other : this;
        var all = new ArrayList<>(unknown);
        other.unknown.stream().filter(step -> !all.contains(step)).forEach(all::add);
        return new Finish(
                later.at,
                actual && other.actual,
                trouble.isEmpty() ? other.trouble : trouble,
                later.path,
                all);
    }
}
