package dev.waxwing.model;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// For each id the ids that go with it, best first: items like an item, items for a user. Memory-mapped; serves all threads.
public final class Neighbours {
    /// What the file is called in a bundle.
    public static final String FILE = "neighbours.table";

    private final KeyedFile file;

    private Neighbours(KeyedFile file) {
        this.file = file;
    }

    /// Maps a file that [Builder#write] wrote; all of it is checked now.
    ///
    /// @throws CorruptFileException if it is cut off, altered or something else
    public static Neighbours open(Path path) {
        KeyedFile file = KeyedFile.open(path);
        ObjectNode head = Json.parse(path + " (head)", file.head());
        if (!Json.text(path.toString(), head, "holds").equals("neighbours")) {
            throw new CorruptFileException(
                    path + " holds " + head.get("holds") + ", not neighbours");
        }
        return new Neighbours(file);
    }

    /// Opens the lists of a `neighbours` bundle.
    public static Neighbours open(Bundle bundle) {
        bundle.require(BundleKind.NEIGHBOURS);
        return open(bundle.file(FILE));
    }

    public static Builder builder() {
        return new Builder();
    }

    /// How many ids have a list.
    public int size() {
        return file.rows();
    }

    /// The neighbours of an id, best first; none if it is unknown.
    public List<ScoredId> of(String id) {
        return of(id, Integer.MAX_VALUE);
    }

    /// The best `most` neighbours of an id.
    public List<ScoredId> of(String id, int most) {
        int row = file.find(id);
        return row < 0 ? List.of() : at(row, most);
    }

    /// All lists in the order of their ids.
    public void forEach(BiConsumer<String, List<ScoredId>> action) {
        for (int row = 0; row < file.rows(); row++) {
            action.accept(file.key(row), at(row, Integer.MAX_VALUE));
        }
    }

    private List<ScoredId> at(int row, int most) {
        MemorySegment bytes = file.bytes();
        long start = file.start(row);
        int n = bytes.get(KeyedFile.INT, start);
        var list = new ScoredId[Math.min(n, most)];
        for (int i = 0; i < list.length; i++) {
            list[i] =
                    new ScoredId(
                            file.token(bytes.get(KeyedFile.INT, start + 8 + 8L * n + 4L * i)),
                            bytes.get(KeyedFile.DOUBLE, start + 8 + 8L * i));
        }
        return List.of(list);
    }

    /// Collects lists in any order; what it makes depends on the lists alone.
    public static final class Builder {
        private final Map<String, MappedRow.WeightedIds> rows = new HashMap<>();
        private final Tokens tokens = new Tokens();

        private Builder() {}

        /// Adds the neighbours of an id; they are ranked by score, then id.
        ///
        /// @throws FeatureException if the id is there already or a neighbour twice
        public Builder add(String id, Collection<ScoredId> neighbours) {
            Sink.utf8(id);
            var ranked = new ArrayList<>(neighbours);
            ranked.sort(ScoredId.RANKED);
            if (ranked.stream().map(ScoredId::id).distinct().count() != ranked.size()) {
                throw new FeatureException("\"" + id + "\" has a neighbour twice: " + ranked);
            }
            var row =
                    new MappedRow.WeightedIds(
                            ranked.stream().mapToInt(n -> tokens.id(n.id())).toArray(),
                            ranked.stream().mapToDouble(ScoredId::score).toArray());
            if (rows.putIfAbsent(id, row) != null) {
                throw new FeatureException("\"" + id + "\" is there twice; an id has one list");
            }
            return this;
        }

        public int size() {
            return rows.size();
        }

        /// The lists in memory.
        public Neighbours build() {
            Tokens.Sorted sorted = tokens.sorted();
            String[] keys = keys();
            return new Neighbours(
                    KeyedFile.inMemory(
                            head(),
                            Arrays.asList(keys),
                            sorted,
                            (row, sink) -> write(rows.get(keys[row]), sorted, sink)));
        }

        /// Writes the lists; an existing file is replaced.
        public void write(Path path) {
            Tokens.Sorted sorted = tokens.sorted();
            String[] keys = keys();
            KeyedFile.write(
                    path,
                    head(),
                    Arrays.asList(keys),
                    sorted,
                    (row, sink) -> write(rows.get(keys[row]), sorted, sink));
        }

        private static String head() {
            return Json.line(Json.object().put("holds", "neighbours"));
        }

        private String[] keys() {
            String[] keys = rows.keySet().toArray(String[]::new);
            Arrays.sort(keys);
            return keys;
        }

        /// How many, then the scores, then the ids, in the order of their rank.
        private static void write(MappedRow.WeightedIds row, Tokens.Sorted tokens, Sink sink) {
            sink.putInt(row.ids.length);
            sink.putInt(0);
            for (double score : row.weights) {
                sink.putDouble(score);
            }
            for (int id : row.ids) {
                sink.putInt(tokens.finalIds[id]);
            }
        }
    }
}
