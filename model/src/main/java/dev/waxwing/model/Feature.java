package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// One raw feature of a row: read from a snapshot or the request, an id, or matched from both sides.
public sealed interface Feature {
    String name();

    FeatureType type();

    /// Into how many quantile bins the linear model wants the number; 0 = it does not take the feature.
    int bins();

    /// A value taken from a snapshot or the request.
    ///
    /// @param from whose value it is
    /// @param column the column of the snapshot, or the key of the request; mostly the feature's own name
    /// @param bins for numbers; 0 = none
    /// @param codes for categories, tags and weights
    record Column(
            String name,
            Entity from,
            String column,
            FeatureType type,
            int bins,
            Transform transform,
            Codes codes)
            implements Feature {
        /// A value as it stands; of texts, those that at least `minCount` rows have are learnt.
        public Column(
                String name, Entity from, String column, FeatureType type, int bins, int minCount) {
            this(
                    name,
                    from,
                    column,
                    type,
                    bins,
                    Transform.NONE,
                    new Codes.Vocabulary(minCount, Integer.MAX_VALUE));
        }

        public Column {
            requireNonNull(codes, "codes is null");
            Names.checkWord("feature", name);
            Names.checkWord("column", column);
            requireNonNull(from, "from is null");
            requireNonNull(type, "type is null");
            if (from == Entity.REQUEST
                    && (type == FeatureType.TAGS || type == FeatureType.WEIGHTS)) {
                throw new IllegalArgumentException(
                        "feature "
                                + name
                                + " is from the request and of type "
                                + type.word()
                                + "; a request gives a number or a category");
            }
            checkBins(name, bins);
            if (type != FeatureType.NUMBER && bins != 0) {
                throw new IllegalArgumentException(
                        "feature "
                                + name
                                + " has bins, but only numbers have bins; it is of type "
                                + type.word());
            }
            boolean fits =
                    switch (transform) {
                        case NONE -> true;
                        case LOG -> type == FeatureType.NUMBER;
                        case UNIT -> type == FeatureType.WEIGHTS;
                    };
            if (!fits || (bins != 0 && transform != Transform.NONE)) {
                throw new IllegalArgumentException(
                        "feature "
                                + name
                                + " is of type "
                                + type.word()
                                + (bins == 0 ? "" : " with bins")
                                + " and of transform "
                                + transform.word()
                                + "; numbers without bins take log, weights take unit");
            }
        }

        /// How rare a value may be and still be learnt.
        int minCount() {
            return codes instanceof Codes.Vocabulary v ? v.minCount() : 1;
        }
    }

    /// Who the user or the item is: its id, as a category. It is known of an entity that no snapshot has, too.
    ///
    /// @param from the user or the item
    record Id(String name, Entity from, Codes codes) implements Feature {
        public Id {
            Names.checkWord("feature", name);
            requireNonNull(codes, "codes is null");
            if (from == Entity.REQUEST) {
                throw new IllegalArgumentException(
                        "feature "
                                + name
                                + " is the id of a request; users and items have ids that say"
                                + " something");
            }
        }

        @Override
        public FeatureType type() {
            return FeatureType.CATEGORY;
        }

        @Override
        public int bins() {
            return 0;
        }
    }

    /// How well the two sides fit, as a number; missing where a side is missing.
    ///
    /// @param left and `right`: one of them is of the item, the other of the user (for [MatchKind#EQUAL] also of the request)
    record Match(String name, MatchKind kind, Side left, Side right, int bins) implements Feature {
        public Match {
            Names.checkWord("feature", name);
            requireNonNull(kind, "kind is null");
            checkBins(name, bins);
            if ((left.entity() == Entity.ITEM) == (right.entity() == Entity.ITEM)) {
                throw new IllegalArgumentException(
                        "feature "
                                + name
                                + " matches "
                                + left
                                + " with "
                                + right
                                + "; exactly one side must be of the item");
            }
            if (kind != MatchKind.EQUAL
                    && (left.entity() == Entity.REQUEST || right.entity() == Entity.REQUEST)) {
                throw new IllegalArgumentException(
                        "feature "
                                + name
                                + " takes the "
                                + kind.word()
                                + " of "
                                + left
                                + " and "
                                + right
                                + "; a request has no weights, only `equal` takes it");
            }
        }

        @Override
        public FeatureType type() {
            return FeatureType.NUMBER;
        }

        Side itemSide() {
            return left.entity() == Entity.ITEM ? left : right;
        }

        Side otherSide() {
            return left.entity() == Entity.ITEM ? right : left;
        }
    }

    /// One side of a match: `user.recent`.
    record Side(Entity entity, String column) {
        public Side {
            requireNonNull(entity, "entity is null");
            Names.checkWord("column", column);
        }

        /// Reads `user.recent`.
        ///
        /// @throws IllegalArgumentException if it is something else
        public static Side parse(String text) {
            int dot = text.indexOf('.');
            for (Entity entity : Entity.values()) {
                if (dot > 0
                        && entity.word().equals(text.substring(0, dot))
                        && Names.isWord(text.substring(dot + 1))) {
                    return new Side(entity, text.substring(dot + 1));
                }
            }
            throw new IllegalArgumentException(
                    "a side must be user.<column>, item.<column> or request.<key>, found \""
                            + text
                            + "\"");
        }

        @Override
        public String toString() {
            return entity.word() + "." + column;
        }
    }

    /// How two sides are compared.
    enum MatchKind {
        /// `Σ u[k]·i[k]`; tags count as weights of 1.
        DOT,
        /// The dot product divided by both lengths; 0 where a side is empty.
        COSINE,
        /// 1 if the sides share a value, else 0.
        EQUAL;

        /// The kinds of columns it compares.
        public Set<EntityColumn.Kind> takes() {
            return switch (this) {
                case DOT, COSINE -> EnumSet.of(EntityColumn.Kind.WEIGHTS, EntityColumn.Kind.TAGS);
                case EQUAL -> EnumSet.of(EntityColumn.Kind.CATEGORY, EntityColumn.Kind.TAGS);
            };
        }

        /// The word that files use: `dot`, `cosine`, `equal`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How its texts get codes; for a number it says nothing.
    default Codes codes() {
        return Codes.Vocabulary.ALL;
    }

    private static void checkBins(String name, int bins) {
        if (bins != 0 && (bins < 2 || bins > 1000)) {
            throw new IllegalArgumentException(
                    "feature " + name + ": bins must be 2 to 1000, found " + bins);
        }
    }
}
