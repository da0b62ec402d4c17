package dev.waxwing.events;

import static dev.waxwing.events.Events.NOON;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

class ServedTest {
    @TempDir Path folder;

    @Test
    void comesBackFromTheLogToTheBit() {
        var features = new LinkedHashMap<String, Object>();
        features.put("third", 1.0 / 3);
        features.put("tiny", Double.MIN_VALUE);
        features.put("zero", -0.0);
        features.put("whole", 3.0);
        features.put("big", 9007199254740992.0);
        features.put("genre", "Sci-Fi \"片\"");
        features.put("tags", List.of("a", "b"));
        features.put("none", List.of());
        features.put("weights", Map.of("a", 1.0 / 3, "b", -2.0));
        features.put("no_weights", Map.of());
        var random = new Random(20260131);
        for (int n = 0; n < 500; n++) {
            double value = Double.longBitsToDouble(random.nextLong());
            features.put("r" + n, Double.isFinite(value) ? value : 0.0);
        }
        Served served = served(features, 0.1 + 0.2);
        try (EventLog log = EventLog.open(folder)) {
            log.append(List.of(served.toEvent()), NOON);
            log.reader()
                    .read(
                            LogPosition.START,
                            log.end(),
                            logged -> {
                                Served back = Served.parse(logged.event());
                                assertThat(back).isEqualTo(served);
                                assertThat(back.features().keySet())
                                        .containsExactlyElementsOf(features.keySet());
                                assertThat(logged.event().id()).isEqualTo("req1:3");
                            });
        }
    }

    @Test
    void anAnswerWithoutARankerHasNoScore() {
        Served served = served(new LinkedHashMap<>(), Double.NaN);
        assertThat(served.toEvent().fieldsJson()).doesNotContain("score");
        assertThat(Served.parse(served.toEvent()).score()).isNaN();
    }

    @Test
    void valuesThatNoModelTakesAreRefusedByName() {
        assertThatThrownBy(
                        () ->
                                served(
                                                new LinkedHashMap<>(
                                                        Map.of("x", Double.POSITIVE_INFINITY)),
                                                0)
                                        .toEvent())
                .hasMessage(
                        "feature x is Infinity; wants a finite Double, a String, a list of Strings"
                                + " or a map of String to Double");
        assertThatThrownBy(() -> Served.parse(Events.click("e1")))
                .hasMessage("event e1 is of type click, not served");
    }

    private static Served served(SequencedMap<String, Object> features, double score) {
        var bundles = new LinkedHashMap<String, String>();
        bundles.put("home_rank/champion", "home_rank/20260130-1a2b3c4d");
        bundles.put("user_features/live", "user_features/20260130-aaaaaaaa");
        var request = new LinkedHashMap<>(Map.of("hour", "12"));
        return new Served(
                "req1",
                "home",
                "u1",
                "i7",
                3,
                NOON,
                List.of("cf", "hot"),
                score,
                bundles,
                features,
                request,
                new LinkedHashMap<>(Map.of("tags", List.of("Drama", "Crime"))),
                "");
    }
}
