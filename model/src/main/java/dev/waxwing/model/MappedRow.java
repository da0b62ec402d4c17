package dev.waxwing.model;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// A row of a [FeatureTable], read where it lies.
///
/// Eight bytes a column: the number; or the id of the text; or how many elements and where they begin, counted from the row's first byte.
/// -1 for the id or the count = missing.
final class MappedRow extends EntityRow {
    private final KeyedFile file;
    private final EntitySchema schema;
    private final long base;
    private final String id;

    MappedRow(KeyedFile file, EntitySchema schema, long base, String id) {
        this.id = id;
        this.file = file;
        this.schema = schema;
        this.base = base;
    }

    @Override
    public boolean seen() {
        return true;
    }

    @Override
    String id() {
        return id;
    }

    @Override
    boolean complete() {
        return true;
    }

    @Override
    EntitySchema schema() {
        return schema;
    }

    @Override
    double number(int column) {
        return file.bytes().get(KeyedFile.DOUBLE, base + 8L * column);
    }

    @Override
    String category(int column) {
        int id = file.bytes().get(KeyedFile.INT, base + 8L * column);
        return id < 0 ? null : file.token(id);
    }

    @Override
    List<String> tags(int column) {
        int n = file.bytes().get(KeyedFile.INT, base + 8L * column);
        if (n < 0) {
            return null;
        }
        long at = base + file.bytes().get(KeyedFile.INT, base + 8L * column + 4);
        var tags = new String[n];
        for (int i = 0; i < n; i++) {
            tags[i] = file.token(file.bytes().get(KeyedFile.INT, at + 4L * i));
        }
        return List.of(tags);
    }

    @Override
    Weights weights(int column) {
        int n = file.bytes().get(KeyedFile.INT, base + 8L * column);
        return n < 0
                ? null
                : new MappedWeights(
                        file, base + file.bytes().get(KeyedFile.INT, base + 8L * column + 4), n);
    }

    /// `n` hashes, then `n` weights, then `n` text ids.
    static final class MappedWeights extends Weights {
        private final KeyedFile file;
        private final MemorySegment bytes;
        private final long at;
        private final int n;

        private MappedWeights(KeyedFile file, long at, int n) {
            this.file = file;
            this.bytes = file.bytes();
            this.at = at;
            this.n = n;
        }

        @Override
        public int size() {
            return n;
        }

        @Override
        public String token(int i) {
            return file.token(bytes.get(KeyedFile.INT, at + 16L * n + 4L * i));
        }

        @Override
        public double weight(int i) {
            return bytes.get(KeyedFile.DOUBLE, at + 8L * n + 8L * i);
        }

        @Override
        long hash(int i) {
            return bytes.get(KeyedFile.LONG, at + 8L * i);
        }

        @Override
        void copyTo(long[] hashesOut, double[] weightsOut) {
            MemorySegment.copy(bytes, KeyedFile.LONG, at, hashesOut, 0, n);
            MemorySegment.copy(bytes, KeyedFile.DOUBLE, at + 8L * n, weightsOut, 0, n);
        }
    }

    /// Lays rows of a builder out as described above.
    static final class Writer implements KeyedFile.RowWriter {
        private final EntitySchema schema;
        private final List<Object[]> rows;
        private final Tokens.Sorted tokens;

        Writer(EntitySchema schema, List<Object[]> rows, Tokens.Sorted tokens) {
            this.schema = schema;
            this.rows = rows;
            this.tokens = tokens;
        }

        @Override
        public void write(int row, Sink sink) {
            Object[] values = rows.get(row);
            int at = 8 * values.length;
            for (int c = 0; c < values.length; c++) {
                switch (schema.kind(c)) {
                    case NUMBER -> sink.putDouble((Double) values[c]);
                    case CATEGORY -> {
                        sink.putInt(values[c] == null ? -1 : tokens.finalIds[(Integer) values[c]]);
                        sink.putInt(0);
                    }
                    case TAGS ->
                            at =
                                    place(
                                            sink,
                                            at,
                                            values[c] == null ? -1 : ((int[]) values[c]).length,
                                            4);
                    case WEIGHTS ->
                            at =
                                    place(
                                            sink,
                                            at,
                                            values[c] == null
                                                    ? -1
                                                    : ((WeightedIds) values[c]).ids.length,
                                            20);
                }
            }
            for (Object value : values) {
                if (value instanceof int[] tags) {
                    for (int id : tags) {
                        sink.putInt(tokens.finalIds[id]);
                    }
                    sink.align();
                } else if (value instanceof WeightedIds weights) {
                    write(weights, sink);
                }
            }
        }

        private static int place(Sink sink, int at, int n, int size) {
            sink.putInt(n);
            sink.putInt(n < 0 ? 0 : at);
            return n < 0 ? at : Math.addExact(at, Math.multiplyExact(n, size) + 7 & ~7);
        }

        private void write(WeightedIds weights, Sink sink) {
            int n = weights.ids.length;
            var order = new long[n]; // final id above, place below: sorts by (hash, text)
            Arrays.setAll(order, i -> ((long) tokens.finalIds[weights.ids[i]] << 32) | i);
            Arrays.sort(order);
            for (long o : order) {
                sink.putLong(tokens.hashes[(int) (o >>> 32)]);
            }
            for (long o : order) {
                sink.putDouble(weights.weights[(int) o]);
            }
            for (long o : order) {
                sink.putInt((int) (o >>> 32));
            }
            sink.align();
        }
    }

    /// Weights while a table is being built.
    static final class WeightedIds {
        final int[] ids;
        final double[] weights;

        WeightedIds(int[] ids, double[] weights) {
            this.ids = ids;
            this.weights = weights;
        }
    }
}
