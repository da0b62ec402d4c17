package dev.waxwing.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Makes the raw features of a user–item pair from both sides' rows and the request: the only place where match features are computed.
///
/// The night and the server use this class on the same rows, so training row and served row are equal to the bit. Where many items meet one
/// user, [#forUser] does the user's part once. Serves all threads.
public final class Assembler {
    private final FeatureSpec spec;
    private final Feature.Column[] itemColumns; // by feature; null where it is not the item's
    private final Feature.Match[] matches; // by feature; null where it is none
    private final boolean[] itemIds; // by feature

    public Assembler(FeatureSpec spec) {
        this.spec = spec;
        this.itemColumns = new Feature.Column[spec.size()];
        this.matches = new Feature.Match[spec.size()];
        this.itemIds = new boolean[spec.size()];
        for (int f = 0; f < matches.length; f++) {
            switch (spec.features().get(f)) {
                case Feature.Column c -> itemColumns[f] = c.from() == Entity.ITEM ? c : null;
                case Feature.Id id -> itemIds[f] = id.from() == Entity.ITEM;
                case Feature.Match m -> matches[f] = m;
            }
        }
    }

    public FeatureSpec spec() {
        return spec;
    }

    /// The features of one pair.
    ///
    /// @param request what the request said, by key; what it did not say is missing
    /// @throws FeatureException if a row lacks a column, a column is of another kind, or a number is infinite; names the feature
    public FeatureRow assemble(EntityRow user, EntityRow item, Map<String, String> request) {
        return forUser(user, request).with(item);
    }

    /// Prepares everything that does not depend on the item; use it from one thread.
    public UserSide forUser(EntityRow user, Map<String, String> request) {
        return new UserSide(user, request);
    }

    /// One user's half of many rows.
    public final class UserSide {
        private final double[] numbers = new double[spec.size()];
        private final Object[] terms = new Object[spec.size()];

        /// By match feature: [PreparedWeights], or the texts to compare with; null where this side is missing.
        private final Object[] prepared = new Object[spec.size()];

        private EntitySchema itemSchema = new EntitySchema(List.of());
        private int[] placed = new int[0];

        private UserSide(EntityRow user, Map<String, String> request) {
            Arrays.fill(numbers, Double.NaN);
            for (int f = 0; f < numbers.length; f++) {
                switch (spec.features().get(f)) {
                    case Feature.Column c -> {
                        switch (c.from()) {
                            case USER ->
                                    take(
                                            c,
                                            f,
                                            user,
                                            columnOf(c, Entity.USER, c.column(), user),
                                            numbers,
                                            terms);
                            case REQUEST -> takeRequest(c, f, request);
                            case ITEM -> {}
                        }
                    }
                    case Feature.Id id -> terms[f] = id.from() == Entity.USER ? user.id() : null;
                    case Feature.Match m -> prepared[f] = prepare(m, user, request);
                }
            }
        }

        private void takeRequest(Feature.Column feature, int f, Map<String, String> request) {
            String value = request.get(feature.column());
            if (value == null) {
                return;
            }
            if (feature.type() == FeatureType.NUMBER) {
                try {
                    numbers[f] = FeatureRow.checked(feature, Double.parseDouble(value));
                } catch (NumberFormatException e) {
                    throw new FeatureException(
                            "feature "
                                    + feature.name()
                                    + ": the request's "
                                    + feature.column()
                                    + " should be a number, found \""
                                    + value
                                    + "\"");
                }
            } else {
                terms[f] = value;
            }
        }

        private Object prepare(Feature.Match m, EntityRow user, Map<String, String> request) {
            if (m.otherSide().entity() == Entity.REQUEST) {
                String value = request.get(m.otherSide().column());
                return value == null ? null : List.of(value);
            }
            int column = columnOf(m, Entity.USER, m.otherSide().column(), user);
            if (column < 0) {
                return null;
            }
            if (m.kind() == Feature.MatchKind.EQUAL) {
                return texts(user, column);
            }
            Weights weights = weights(user, column);
            return weights == null ? null : new PreparedWeights(weights);
        }

        /// The features of this user with one item.
        public FeatureRow with(EntityRow item) {
            if (item.schema() != itemSchema) {
                resolve(item);
            }
            double[] rowNumbers = numbers.clone();
            Object[] rowTerms = terms.clone();
            for (int f = 0; f < rowNumbers.length; f++) {
                if (itemColumns[f] != null) {
                    take(itemColumns[f], f, item, placed[f], rowNumbers, rowTerms);
                } else if (matches[f] != null) {
                    double value = match(matches[f], prepared[f], item, placed[f]);
                    rowNumbers[f] = FeatureRow.checked(matches[f], value);
                } else if (itemIds[f]) {
                    rowTerms[f] = item.id();
                }
            }
            return new FeatureRow(spec, rowNumbers, rowTerms);
        }

        private void resolve(EntityRow item) {
            var columns = new int[spec.size()];
            for (int f = 0; f < columns.length; f++) {
                columns[f] =
                        switch (spec.features().get(f)) {
                            case Feature.Column c ->
                                    c.from() == Entity.ITEM
                                            ? columnOf(c, Entity.ITEM, c.column(), item)
                                            : -1;
                            case Feature.Id _ -> -1;
                            case Feature.Match m ->
                                    columnOf(m, Entity.ITEM, m.itemSide().column(), item);
                        };
            }
            placed = columns;
            itemSchema = item.schema();
        }
    }

    private static double match(Feature.Match m, Object prepared, EntityRow item, int column) {
        if (prepared == null || column < 0) {
            return Double.NaN;
        }
        if (m.kind() == Feature.MatchKind.EQUAL) {
            List<String> ours = texts(item, column);
            return ours == null ? Double.NaN : shareOne((List<?>) prepared, ours) ? 1 : 0;
        }
        Weights weights = weights(item, column);
        if (weights == null) {
            return Double.NaN;
        }
        var side = (PreparedWeights) prepared;
        return m.kind() == Feature.MatchKind.DOT ? side.dot(weights) : side.cosine(weights);
    }

    private static boolean shareOne(List<?> a, List<String> b) {
        for (String text : b) {
            if (a.contains(text)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> texts(EntityRow row, int column) {
        if (row.schema().kind(column) == EntityColumn.Kind.TAGS) {
            return row.tags(column);
        }
        String one = row.category(column);
        return one == null ? null : List.of(one);
    }

    private static Weights weights(EntityRow row, int column) {
        if (row.schema().kind(column) == EntityColumn.Kind.WEIGHTS) {
            return row.weights(column);
        }
        List<String> tags = row.tags(column);
        return tags == null ? null : PreparedWeights.ofTags(tags);
    }

    private static void take(
            Feature.Column feature,
            int f,
            EntityRow row,
            int column,
            double[] numbers,
            Object[] terms) {
        if (column < 0) {
            if (!row.seen()) {
                terms[f] = FeatureRow.unseen(feature.type());
            }
            return;
        }
        switch (feature.type()) {
            case NUMBER -> numbers[f] = FeatureRow.checked(feature, row.number(column));
            case CATEGORY -> terms[f] = row.category(column);
            case TAGS -> terms[f] = row.tags(column);
            case WEIGHTS -> terms[f] = bag(row, column);
        }
    }

    /// Weights as they are; of tags, how often each is there.
    private static Weights bag(EntityRow row, int column) {
        if (row.schema().kind(column) == EntityColumn.Kind.WEIGHTS) {
            return row.weights(column);
        }
        List<String> tags = row.tags(column);
        return tags == null ? null : FeatureRow.bag(tags);
    }

    /// Where a feature's column lies in the row, or -1 if a row that may lack it does.
    private int columnOf(Feature feature, Entity entity, String column, EntityRow row) {
        int at = row.schema().indexOf(column);
        if (at < 0) {
            if (row.complete()) {
                throw new FeatureException(
                        "feature "
                                + feature.name()
                                + " needs column "
                                + column
                                + " of the "
                                + entity.word()
                                + " snapshot ("
                                + spec.snapshots().get(entity)
                                + "), which has "
                                + row.schema().columns().stream().map(EntityColumn::name).toList());
            }
            return -1;
        }
        EntityColumn.Kind kind = row.schema().kind(at);
        boolean fits =
                switch (feature) {
                    case Feature.Column c -> FeatureSpec.kindsOf(c.type()).contains(kind);
                    case Feature.Id _ -> true;
                    case Feature.Match m -> m.kind().takes().contains(kind);
                };
        if (!fits) {
            throw new FeatureException(
                    "feature "
                            + feature.name()
                            + " cannot use column "
                            + column
                            + " of the "
                            + entity.word()
                            + " snapshot ("
                            + spec.snapshots().get(entity)
                            + "): it holds "
                            + kind.word());
        }
        return at;
    }
}
