package dev.waxwing.flow;

import static java.util.Objects.requireNonNull;

import java.time.LocalDate;
import java.util.Optional;

/// Which runs a page shows, newest first.
/// @param pipeline empty = all
/// @param state empty = any
/// @param bizdate empty = any
/// @param before [RunPage#next] of the page before; empty = the first page
/// @param limit how many, 1 to [#MOST]
public record RunQuery(
        String pipeline,
        Optional<RunState> state,
        Optional<LocalDate> bizdate,
        String before,
        int limit) {
    public static final int MOST = 500;

    public RunQuery {
        requireNonNull(pipeline, "pipeline is null");
        requireNonNull(state, "state is null");
        requireNonNull(bizdate, "bizdate is null");
        if (!before.isEmpty() && !before.matches("\\d{1,15}\\.[\\w.-]{1,120}")) {
            throw new IllegalArgumentException(
                    "before is no place in the list of runs: \""
                            + before
                            + "\"; take it from the page before");
        }
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException(
                    "limit must be from 1 to " + MOST + ", got " + limit);
        }
    }
}
