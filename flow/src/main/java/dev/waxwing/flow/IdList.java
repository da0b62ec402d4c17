package dev.waxwing.flow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Ids to be looked for with one `IN`.
final class IdList {
    /// The only lengths that such a list has, so that a database meets few statements and need not plan each anew.
    static final List<Integer> LENGTHS = List.of(1, 4, 16);

    private IdList() {}

    /// The same ids in lists of those lengths, the last one repeated to fill its list.
    static List<List<String>> parts(Collection<String> ids) {
        var all = List.copyOf(ids);
        var parts = new ArrayList<List<String>>();
        for (int from = 0; from < all.size(); from += LENGTHS.getLast()) {
            int to = Math.min(from + LENGTHS.getLast(), all.size());
            var part = new ArrayList<>(all.subList(from, to));
            while (!LENGTHS.contains(part.size())) {
                part.add(part.getLast());
            }
            parts.add(part);
        }
        return parts;
    }
}
