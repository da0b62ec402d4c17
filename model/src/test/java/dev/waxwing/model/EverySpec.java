package dev.waxwing.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// A feature set with everything in it: every type, transform and kind of code, ids, crosses and rates; with users and items to go with it.
final class EverySpec {
    static final String YAML =
            """
            features: every
            snapshots: { user: user_features, item: item_features }
            columns:
              acts:       { from: user, type: number, transform: log }
              days:       { from: user, type: number, bins: 3 }
              age:        { from: item, type: number }
              city:       { from: user, type: category, min-count: 2, max-size: 3 }
              author:     { from: item, type: category, hash: 16, seed: 7 }
              genres:     { from: item, type: tags, min-count: 2 }
              labels:     { from: item, type: tags, hash: 4 }
              taste:      { from: user, type: weights, transform: unit, column: genre_weights }
              recent:     { from: user, type: weights, hash: 32, seed: 3 }
              bag:        { from: item, type: weights, column: genres }
              user:       { from: user, type: id, min-count: 2 }
              item:       { from: item, type: id, hash: 64, seed: 1 }
              hour:       { from: request, type: category }
            match:
              liked:      { dot: [user.genre_weights, item.genres], bins: 2 }
              near:       { equal: [request.city, item.genres] }
            cross:
              city_genre:   { of: [city, genres] }
              days_author:  { of: [days, author], hash: 32, seed: 5 }
              recent_item:  { of: [recent, item], hash: 128, seed: 2 }
              taste_hour:   { of: [taste, hour], min-count: 2 }
            rate:
              author_rate:  { of: author, smoothing: 10 }
              user_rate:    { of: user }
            """;

    private static final List<String> WORDS =
            List.of("drama", "war", "noir", "a×b", "c\\d", "(missing)", "(unseen)", "rare");

    private EverySpec() {}

    static FeatureSpec spec() {
        return FeatureSpec.parse("every.yaml", YAML);
    }

    /// As a fit would leave it.
    static FeatureSpace space() {
        return new FeatureSpace(
                spec(),
                Map.of("days", List.of(1.0, 0.1 + 5.3), "liked", List.of(0.75)),
                Map.of(
                        "city", List.of("drama", "war"),
                        "genres", List.of("a×b", "drama", "noir"),
                        "taste", List.of("a×b", "c\\d", "war"),
                        "bag", List.of("drama", "war"),
                        "user", List.of("u1", "u2", "u3"),
                        "hour", List.of("07", "20"),
                        "city_genre",
                                List.of(
                                        Derived.Cross.pair("drama", "a×b"),
                                        Derived.Cross.pair("war", "drama")),
                        "taste_hour", List.of(Derived.Cross.pair("c\\d", "07"))),
                Map.of(
                        "author_rate",
                        new ClickRates(
                                new ClickRates.Tally(30, 200),
                                Map.of(
                                        "war", new ClickRates.Tally(3, 20),
                                        "(missing)", new ClickRates.Tally(0, 9))),
                        "user_rate",
                        new ClickRates(
                                new ClickRates.Tally(30, 200),
                                Map.of("u1", new ClickRates.Tally(7, 8)))));
    }

    static FeatureTable.Builder users() {
        return FeatureTable.builder(
                List.of(
                        new EntityColumn("acts", EntityColumn.Kind.NUMBER),
                        new EntityColumn("days", EntityColumn.Kind.NUMBER),
                        new EntityColumn("city", EntityColumn.Kind.CATEGORY),
                        new EntityColumn("genre_weights", EntityColumn.Kind.WEIGHTS),
                        new EntityColumn("recent", EntityColumn.Kind.WEIGHTS)));
    }

    static FeatureTable.Builder items() {
        return FeatureTable.builder(
                List.of(
                        new EntityColumn("age", EntityColumn.Kind.NUMBER),
                        new EntityColumn("author", EntityColumn.Kind.CATEGORY),
                        new EntityColumn("genres", EntityColumn.Kind.TAGS),
                        new EntityColumn("labels", EntityColumn.Kind.TAGS)));
    }

    /// @param missing a bit a column
    static Object[] user(Random random, int missing) {
        return without(
                missing,
                number(random),
                number(random),
                word(random),
                weights(random),
                weights(random));
    }

    /// @param missing a bit a column
    static Object[] item(Random random, int missing) {
        return without(missing, number(random), word(random), words(random), words(random));
    }

    private static Object[] without(int missing, Object... values) {
        for (int i = 0; i < values.length; i++) {
            if ((missing >> i & 1) == 1) {
                values[i] = null;
            }
        }
        return values;
    }

    private static Double number(Random random) {
        return List.of(-2.5, 0.0, 1.0, 5.3999999999999995, 5.4, random.nextDouble() * 10)
                .get(random.nextInt(6));
    }

    private static String word(Random random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static List<String> words(Random random) {
        return new ArrayList<>(
                IntStream.range(0, random.nextInt(5)).mapToObj(_ -> word(random)).toList());
    }

    private static Map<String, Double> weights(Random random) {
        var weights = new java.util.HashMap<String, Double>();
        words(random).forEach(word -> weights.put(word, random.nextInt(4) / 2.0 - 0.5));
        return weights;
    }
}
