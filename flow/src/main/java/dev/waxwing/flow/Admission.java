package dev.waxwing.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Who gets the free places: which queued steps a worker takes.
final class Admission {
    /// What a pool holds that nobody gave a size.
    static final int POOL = 1;

    private Admission() {}

    /// A step that could be claimed.
    /// @param pool empty = none
    record Queued(String run, String step, String pool) {}

    /// The steps to take: the first that may, as many as there are free slots. One that must wait for its pool holds up no other.
    /// @param queued in the order in which they are entitled
    /// @param sizes how many each pool holds; those not named hold [#POOL]
    /// @param held how many of each pool are in use
    static List<Queued> steps(
            List<Queued> queued, int free, Map<String, Integer> sizes, Map<String, Integer> held) {
        var taken = new ArrayList<Queued>();
        var used = new HashMap<>(held);
        for (Queued each : queued) {
            if (taken.size() == free) {
                break;
            }
            if (each.pool().isEmpty()) {
                taken.add(each);
            } else if (used.getOrDefault(each.pool(), 0) < sizes.getOrDefault(each.pool(), POOL)) {
                used.merge(each.pool(), 1, Integer::sum);
                taken.add(each);
            }
        }
        return taken;
    }
}
