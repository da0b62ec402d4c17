package dev.waxwing.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Entities by key with their columns: one snapshot of users or items.
///
/// Memory-mapped from a `features` bundle by [#open(Path)], or held in memory for the night by [Builder#build()]; both are the same bytes.
/// Serves all threads.
public final class FeatureTable {
    /// What the file is called in a bundle.
    public static final String FILE = "features.table";

    private final KeyedFile file;
    private final EntitySchema schema;

    private FeatureTable(KeyedFile file, EntitySchema schema) {
        this.file = file;
        this.schema = schema;
    }

    /// Maps a file that [Builder#write] wrote; all of it is checked now.
    ///
    /// @throws CorruptFileException if it is cut off, altered or something else
    public static FeatureTable open(Path path) {
        KeyedFile file = KeyedFile.open(path);
        ObjectNode head = Json.parse(path + " (head)", file.head());
        if (!Json.text(path.toString(), head, "holds").equals("features")) {
            throw new CorruptFileException(path + " holds " + head.get("holds") + ", not features");
        }
        var columns = new ArrayList<EntityColumn>();
        for (JsonNode node : Json.array(path.toString(), head, "columns")) {
            columns.add(
                    new EntityColumn(
                            node.path("name").asText(),
                            EntityColumn.Kind.valueOf(
                                    node.path("kind").asText().toUpperCase(Locale.ROOT))));
        }
        return new FeatureTable(file, new EntitySchema(columns));
    }

    /// Opens the table of a `features` bundle.
    public static FeatureTable open(Bundle bundle) {
        bundle.require(BundleKind.FEATURES);
        return open(bundle.file(FILE));
    }

    public static Builder builder(List<EntityColumn> columns) {
        return new Builder(columns);
    }

    public List<EntityColumn> columns() {
        return schema.columns();
    }

    /// How many entities there are.
    public int size() {
        return file.rows();
    }

    /// What is known of the entity; empty if it is not in the snapshot (then [EntityRow#unseen()] stands for it).
    public Optional<EntityRow> row(String key) {
        int row = file.find(key);
        return row < 0 ? Optional.empty() : Optional.of(at(row, key));
    }

    /// All entities in the order of their keys.
    public void forEach(BiConsumer<String, EntityRow> action) {
        for (int row = 0; row < file.rows(); row++) {
            String key = file.key(row);
            action.accept(key, at(row, key));
        }
    }

    /// Where the entity lies, 0 to `size() - 1`, in the order of the keys; -1 if the snapshot lacks it.
    int indexOf(String key) {
        return file.find(key);
    }

    /// The entity that lies there.
    String key(int index) {
        return file.key(index);
    }

    private EntityRow at(int row, String key) {
        return new MappedRow(file, schema, file.start(row), key);
    }

    /// Collects rows in any order; what it makes depends on the rows alone. Keeps texts once each.
    public static final class Builder {
        private final EntitySchema schema;
        private final Map<String, Object[]> rows = new HashMap<>();
        private final Tokens tokens = new Tokens();

        private Builder(List<EntityColumn> columns) {
            this.schema = new EntitySchema(columns);
        }

        /// Adds an entity.
        ///
        /// @param values one a column, in order: `Number`, `String`, `Collection<String>`, `Map<String, ? extends Number>`; null or NaN = missing
        /// @throws FeatureException if the key is there already, a value is of the wrong type, or a number is infinite
        public Builder add(String key, Object... values) {
            if (values.length != schema.size()) {
                throw new FeatureException(
                        "\""
                                + key
                                + "\" has "
                                + values.length
                                + " values for "
                                + schema.size()
                                + " columns");
            }
            Sink.utf8(key);
            var row = new Object[values.length];
            for (int c = 0; c < row.length; c++) {
                row[c] = TableValues.compact(key, schema.columns().get(c), values[c], tokens);
            }
            if (rows.putIfAbsent(key, row) != null) {
                throw new FeatureException(
                        "\"" + key + "\" is there twice; a snapshot has one row an entity");
            }
            return this;
        }

        public List<EntityColumn> columns() {
            return schema.columns();
        }

        public int size() {
            return rows.size();
        }

        /// The table in memory.
        public FeatureTable build() {
            return laidOut(
                    (head, keys, sorted, writer) ->
                            new FeatureTable(
                                    KeyedFile.inMemory(head, keys, sorted, writer), schema));
        }

        /// Writes the table; an existing file is replaced.
        public void write(Path path) {
            laidOut(
                    (head, keys, sorted, writer) -> {
                        KeyedFile.write(path, head, keys, sorted, writer);
                        return path;
                    });
        }

        private interface Target<T> {
            T take(String head, List<String> keys, Tokens.Sorted tokens, KeyedFile.RowWriter rows);
        }

        private <T> T laidOut(Target<T> target) {
            ObjectNode head = Json.object();
            head.put("holds", "features");
            ArrayNode columns = head.putArray("columns");
            schema.columns()
                    .forEach(
                            c ->
                                    columns.addObject()
                                            .put("name", c.name())
                                            .put("kind", c.kind().word()));
            String[] keys = rows.keySet().toArray(String[]::new);
            Arrays.sort(keys);
            Tokens.Sorted sorted = tokens.sorted();
            var inOrder = new ArrayList<Object[]>(keys.length);
            for (String key : keys) {
                inOrder.add(rows.get(key));
            }
            return target.take(
                    Json.line(head),
                    Arrays.asList(keys),
                    sorted,
                    new MappedRow.Writer(schema, inOrder, sorted));
        }
    }
}
