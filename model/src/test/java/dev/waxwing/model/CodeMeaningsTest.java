package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class CodeMeaningsTest {
    private static FeatureSpace space(String was, String is) {
        String yaml =
                """
                features: x
                snapshots: { user: u, item: i }
                columns:
                  acts:  { from: user, type: number, bins: 3 }
                  seen:  { from: user, type: number, transform: log }
                  genre: { from: item, type: category, min-count: 2 }
                  who:   { from: user, type: id, hash: 64, seed: 1 }
                match:
                  liked: { dot: [user.w, item.w] }
                cross:
                  both:  { of: [acts, genre], hash: 32 }
                rate:
                  rated: { of: genre, smoothing: 5 }
                """;
        assertThat(yaml).contains(was);
        FeatureSpec spec = FeatureSpec.parse("x.yaml", yaml.replace(was, is));
        return new FeatureSpace(
                spec,
                spec.features().getFirst().bins() == 0
                        ? Map.of()
                        : Map.of("acts", List.of(1.0, 2.0)),
                Map.of("genre", List.of("drama", "war")),
                Map.of("rated", new ClickRates(new ClickRates.Tally(1, 2), Map.of())));
    }

    private static List<String> changes(String was, String is) {
        return CodeMeanings.changes(space("", ""), space(was, is));
    }

    @Test
    void whatIsFittedAnewEveryNightIsNoChangeOfMeaning() {
        assertThat(changes("", "")).isEmpty();
        assertThat(changes("bins: 3", "bins: 4")).isEmpty();
        assertThat(changes("min-count: 2", "min-count: 9, max-size: 100")).isEmpty();
        FeatureSpace others =
                new FeatureSpace(
                        space("", "").spec(),
                        Map.of("acts", List.of(7.0)),
                        Map.of("genre", List.of("noir")),
                        Map.of("rated", new ClickRates(new ClickRates.Tally(5, 9), Map.of())));
        assertThat(CodeMeanings.changes(space("", ""), others)).isEmpty();
    }

    @Test
    void aFeatureThatIsMadeInAnotherWayUnderItsOldNameIsAChangeOfMeaning() {
        assertThat(changes("seed: 1", "seed: 2"))
                .containsExactly(
                        "feature who was the id of the user, hashed to 64 with seed 1 and is the id"
                                + " of the user, hashed to 64 with seed 2; give it another name");
        assertThat(changes("hash: 64", "hash: 65")).hasSize(1);
        assertThat(changes(", transform: log", ""))
                .containsExactly(
                        "feature seen was number u.seen by log and is number u.seen; give it another"
                                + " name");
        assertThat(changes("type: category, min-count: 2", "type: category, column: band"))
                .containsExactly(
                        "feature genre was category i.genre and is category i.band; give it another"
                                + " name");
        assertThat(changes("item: i }", "item: j }")).as("another table").hasSize(1);
        assertThat(changes("dot", "cosine")).hasSize(1);
        assertThat(changes("[acts, genre]", "[genre, acts]")).hasSize(1);
        assertThat(changes("smoothing: 5", "smoothing: 6")).hasSize(1);
    }

    @Test
    void anotherFeatureSetAndANewNameAreNone() {
        assertThat(changes("features: x", "features: y")).isEmpty();
        assertThat(changes("  who:", "  who2:")).isEmpty();
        FeatureSpace other =
                space("features: x", "features: y"); // and with another seed it would be two sets
        assertThat(CodeMeanings.changes(other, space("seed: 1", "seed: 2"))).isEmpty();
    }
}
