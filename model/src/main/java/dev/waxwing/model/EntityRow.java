package dev.waxwing.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// What is known about one user or item: its columns of a snapshot, or what its own event said if no snapshot has it yet.
///
/// Rows come from a [FeatureTable], from a [Builder], or are [#unseen()]. They never change.
public abstract sealed class EntityRow permits EntityRow.OnHeap, MappedRow {
    private static final EntityRow UNSEEN = builder().unseen().build();

    EntityRow() {}

    /// An entity that no snapshot has and of which nothing else is known.
    public static EntityRow unseen() {
        return UNSEEN;
    }

    /// The same of an entity whose id is known all the same.
    public static EntityRow unseen(String id) {
        return builder().id(id).unseen().build();
    }

    /// A row made by hand, for example from a publish event; call [Builder#unseen()] when no snapshot has the entity.
    public static Builder builder() {
        return new Builder();
    }

    /// Whether a snapshot has this entity.
    public abstract boolean seen();

    /// Who it is; null = nobody said.
    abstract String id();

    /// The columns that the row has, missing values among them.
    public final List<EntityColumn> columns() {
        return schema().columns();
    }

    /// Empty if missing; so for the three below.
    ///
    /// @throws FeatureException if the column holds something else, or the row is of a table that has no such column
    public final OptionalDouble number(String column) {
        int at = find(column, EntityColumn.Kind.NUMBER);
        double value = at < 0 ? Double.NaN : number(at);
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    public final Optional<String> category(String column) {
        int at = find(column, EntityColumn.Kind.CATEGORY);
        return at < 0 ? Optional.empty() : Optional.ofNullable(category(at));
    }

    public final Optional<List<String>> tags(String column) {
        int at = find(column, EntityColumn.Kind.TAGS);
        return at < 0 ? Optional.empty() : Optional.ofNullable(tags(at));
    }

    public final Optional<Weights> weights(String column) {
        int at = find(column, EntityColumn.Kind.WEIGHTS);
        return at < 0 ? Optional.empty() : Optional.ofNullable(weights(at));
    }

    /// Where the column lies, or -1 if a row that may lack it does.
    private int find(String column, EntityColumn.Kind kind) {
        int at = schema().indexOf(column);
        if (at < 0 && complete()) {
            throw new FeatureException(
                    "no column "
                            + column
                            + "; the row has "
                            + schema().columns().stream().map(EntityColumn::name).toList());
        }
        if (at >= 0 && schema().kind(at) != kind) {
            throw new FeatureException(
                    "column "
                            + column
                            + " holds "
                            + schema().kind(at).word()
                            + ", not "
                            + kind.word());
        }
        return at;
    }

    abstract EntitySchema schema();

    /// Whether the row must have every column that is asked for, as rows of a table do; else an absent column is a missing value.
    abstract boolean complete();

    /// NaN = missing.
    abstract double number(int column);

    /// Null = missing; so for the two below. The column must be of the kind.
    abstract String category(int column);

    abstract List<String> tags(int column);

    abstract Weights weights(int column);

    /// Collects the columns of one row.
    public static final class Builder {
        private final List<EntityColumn> columns = new ArrayList<>();
        private final List<Object> values = new ArrayList<>();
        private boolean seen = true;
        private String id;

        private Builder() {}

        /// Says who it is.
        public Builder id(String entityId) {
            id = entityId;
            return this;
        }

        /// @param value NaN = missing; an infinite one is refused
        public Builder number(String column, double value) {
            if (Double.isInfinite(value)) {
                throw new FeatureException(
                        "column "
                                + column
                                + " is "
                                + value
                                + "; a number must be finite, or NaN for missing");
            }
            return add(column, EntityColumn.Kind.NUMBER, value);
        }

        public Builder category(String column, String value) {
            return add(column, EntityColumn.Kind.CATEGORY, value);
        }

        public Builder tags(String column, List<String> values) {
            return add(column, EntityColumn.Kind.TAGS, List.copyOf(values));
        }

        public Builder weights(String column, Map<String, ? extends Number> weights) {
            return add(column, EntityColumn.Kind.WEIGHTS, Weights.of(weights));
        }

        /// Says that no snapshot has the entity: what is not given is coded as unseen, not as missing.
        public Builder unseen() {
            seen = false;
            return this;
        }

        private Builder add(String column, EntityColumn.Kind kind, Object value) {
            if (value == null) {
                throw new FeatureException(
                        "column " + column + " is null; leave a missing column out");
            }
            columns.add(new EntityColumn(column, kind));
            values.add(value);
            return this;
        }

        public EntityRow build() {
            return new OnHeap(new EntitySchema(columns), values.toArray(), seen, id);
        }
    }

    static final class OnHeap extends EntityRow {
        private final EntitySchema schema;
        private final Object[] values;
        private final boolean seen;
        private final String id;

        private OnHeap(EntitySchema schema, Object[] values, boolean seen, String id) {
            this.id = id;
            this.schema = schema;
            this.values = values;
            this.seen = seen;
        }

        @Override
        public boolean seen() {
            return seen;
        }

        @Override
        String id() {
            return id;
        }

        @Override
        boolean complete() {
            return false;
        }

        @Override
        EntitySchema schema() {
            return schema;
        }

        @Override
        double number(int column) {
            return (Double) values[column];
        }

        @Override
        String category(int column) {
            return (String) values[column];
        }

        @Override
        @SuppressWarnings("unchecked") // the builder put a list of strings there
        List<String> tags(int column) {
            return (List<String>) values[column];
        }

        @Override
        Weights weights(int column) {
            return (Weights) values[column];
        }
    }
}
