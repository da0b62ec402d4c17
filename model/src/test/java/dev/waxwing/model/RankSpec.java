package dev.waxwing.model;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/// One small feature set that the tests share: every type, every match, from every side.
final class RankSpec {
    static final String YAML =
            """
            features: rank
            snapshots: { user: user_features, item: item_features }
            columns:
              user_actions_7d: { from: user, type: number, bins: 3 }
              item_age_days:   { from: item, type: number }
              top_genre:       { from: user, type: category, min-count: 20 }
              genres:          { from: item, type: tags, min-count: 2 }
              hour:            { from: request, type: category }
            match:
              cf_score:    { dot: [user.recent, item.similar] }
              genre_match: { cosine: [user.genre_weights, item.genre_weights], bins: 3 }
              same_author: { equal: [user.top_author, item.author] }
            """;

    static final LocalDate DAY = LocalDate.of(2013, 8, 1);

    private RankSpec() {}

    static FeatureSpec spec() {
        return FeatureSpec.parse("rank.yaml", YAML);
    }

    static FeatureSpace space() {
        return new FeatureSpace(
                spec(),
                Map.of("user_actions_7d", List.of(1.0, 5.5), "genre_match", List.of(0.1 + 0.2)),
                Map.of(
                        "top_genre", List.of("Action", "Drama"),
                        "genres", List.of("Action", "Comedy, dark", "Drama"),
                        "hour", List.of("07", "20")));
    }

    static FeatureTable.Builder users() {
        return FeatureTable.builder(
                List.of(
                        new EntityColumn("user_actions_7d", EntityColumn.Kind.NUMBER),
                        new EntityColumn("top_genre", EntityColumn.Kind.CATEGORY),
                        new EntityColumn("recent", EntityColumn.Kind.WEIGHTS),
                        new EntityColumn("genre_weights", EntityColumn.Kind.WEIGHTS),
                        new EntityColumn("top_author", EntityColumn.Kind.CATEGORY)));
    }

    static FeatureTable.Builder items() {
        return FeatureTable.builder(
                List.of(
                        new EntityColumn("item_age_days", EntityColumn.Kind.NUMBER),
                        new EntityColumn("genres", EntityColumn.Kind.TAGS),
                        new EntityColumn("similar", EntityColumn.Kind.WEIGHTS),
                        new EntityColumn("genre_weights", EntityColumn.Kind.WEIGHTS),
                        new EntityColumn("author", EntityColumn.Kind.CATEGORY)));
    }
}
