package dev.waxwing.serve;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What somebody asks for.
///
/// @param id names the answer for ever; what comes back about it carries it
/// @param size how many items are wanted; 0 = as many as the scene usually gives
/// @param exclude items that must not be in the answer: what earlier pages showed
/// @param said what else the request says (client, …), by key: request features are taken from it
public record RecommendRequest(
        String id,
        String scene,
        String user,
        int size,
        Set<String> exclude,
        SortedMap<String, String> said,
        Instant at) {
    public RecommendRequest {
        requireNonNull(at, "at is null");
        if (id.isEmpty() || scene.isEmpty() || user.isEmpty()) {
            throw new IllegalArgumentException(
                    "a request needs an id, a scene and a user; found \""
                            + id
                            + "\", \""
                            + scene
                            + "\", \""
                            + user
                            + "\"");
        }
        if (size < 0) {
            throw new IllegalArgumentException(
                    "size must be at least 1 (0 = as usual), found " + size);
        }
        exclude = Set.copyOf(exclude);
        said = Collections.unmodifiableSortedMap(new TreeMap<>(said));
    }

    /// As plain as can be: for a replay, and for tests.
    public static RecommendRequest of(String id, String scene, String user, int size, Instant at) {
        return new RecommendRequest(id, scene, user, size, Set.of(), new TreeMap<>(), at);
    }
}
