package dev.waxwing.serve;

import static dev.waxwing.serve.Community.NOON;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.model.BundleRef;
import dev.waxwing.model.FeatureRow;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

class LiveSwapTest {
    @TempDir Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private Community community;
    private LiveSwap swap;

    @BeforeEach
    void begin() {
        community = new Community(folder);
        swap = new LiveSwap(community.store, registry, now::get);
    }

    private String champion() {
        return swap.live().orElseThrow().aliases().get("home_rank/champion").toString();
    }

    @Test
    void followsTheActivationLogForthAndBack() {
        community.publishAll(true);
        assertThat(swap.look()).isInstanceOf(LiveSwap.Look.Swapped.class);
        String first = champion();
        assertThat(swap.look()).isEqualTo(new LiveSwap.Look.Unchanged(1));
        community.ranker(1, false);
        community.activate("better");
        swap.look();
        assertThat(champion()).isNotEqualTo(first);
        community.store.rollback("test", "worse after all");
        swap.look();
        assertThat(champion()).isEqualTo(first);
        assertThat(swap.live().orElseThrow().number()).isEqualTo(3);
        assertThat(registry.counter("waxwing.swaps").count()).isEqualTo(3);
    }

    @Test
    void whatDidNotChangeIsNotOpenedAgain() {
        community.publishAll(true);
        swap.look();
        Live before = swap.live().orElseThrow();
        community.ranker(1, false);
        community.activate("better");
        swap.look();
        Live after = swap.live().orElseThrow();
        assertThat(after.features("item_features/live").orElseThrow())
                .isSameAs(before.features("item_features/live").orElseThrow());
        assertThat(after.ranking("home_rank/champion").orElseThrow().ranker())
                .isNotSameAs(before.ranking("home_rank/champion").orElseThrow().ranker());
    }

    @Test
    void anEmptyStoreIsNotReadyAndSaysWhatToDo() {
        assertThat(swap.look())
                .isInstanceOfSatisfying(
                        LiveSwap.Look.Refused.class,
                        r ->
                                assertThat(r.why())
                                        .isEqualTo(
                                                "no alias serving/live is set, so there is no scene"
                                                        + " to serve; run the pipeline that publishes"
                                                        + " the serving bundle"));
        assertThat(swap.live()).isEmpty();
        assertThat(registry.counter("waxwing.swaps.refused").count())
                .as("nobody did anything wrong, so nobody is alarmed")
                .isZero();
    }

    @Test
    void whatAScenesAsksForAndIsNotThereIsLeftOutAndNamed() {
        community.serving();
        community.list("hot", List.of());
        community.activate("first day");
        swap.look();
        assertThat(swap.live().orElseThrow().missing())
                .containsExactly(
                        "fresh/live",
                        "home_rank/champion",
                        "item_cf/live",
                        "item_info/live",
                        "user_cf/live",
                        "user_history/live");
    }

    @Test
    void aRankerWhoseGoldenRowsDisagreeIsRefusedAndTheOldStaysLive() {
        community.publishAll(true);
        swap.look();
        String good = champion();
        community.ranker(0, true);
        BundleRef bad = community.set.get("home_rank/champion");
        community.activate("bad");
        assertThat(swap.look())
                .isInstanceOfSatisfying(
                        LiveSwap.Look.Refused.class,
                        r -> {
                            assertThat(r.number()).isEqualTo(2);
                            assertThat(r.live()).isEqualTo(1);
                            assertThat(r.why()).contains(bad.toString()).contains("1");
                        });
        assertThat(champion()).isEqualTo(good);
        assertThat(swap.refused().orElseThrow().number()).isEqualTo(2);
        assertThat(registry.counter("waxwing.swaps.refused").count()).isEqualTo(1);
        swap.look();
        now.set(NOON.plusSeconds(60));
        swap.look();
        assertThat(registry.counter("waxwing.swaps.refused").count())
                .as("the same refusal is told once")
                .isEqualTo(1);
        community.ranker(2, false);
        community.activate("mended");
        assertThat(swap.look()).isInstanceOf(LiveSwap.Look.Swapped.class);
        assertThat(swap.refused()).isEmpty();
    }

    @Test
    void aBundleThatWasCutOffIsRefusedAndTakenOnceItIsPutRight() throws IOException {
        community.publishAll(true);
        swap.look();
        community.ranker(1, false);
        BundleRef next = community.set.get("home_rank/champion");
        community.activate("next");
        Path file = folder.resolve("store").resolve("bundles/" + next + "/gbdt.pmml");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThat(swap.look())
                .isInstanceOfSatisfying(
                        LiveSwap.Look.Refused.class,
                        r -> assertThat(r.why()).contains(next.toString()).contains("gbdt.pmml"));
        Files.write(file, whole);
        assertThat(swap.look())
                .as("not tried again at once")
                .isInstanceOf(LiveSwap.Look.Refused.class);
        now.set(NOON.plus(LiveSwap.TRY_AGAIN_AFTER));
        assertThat(swap.look()).isInstanceOf(LiveSwap.Look.Swapped.class);
        assertThat(champion()).isEqualTo(next.toString());
    }

    @Test
    void aServerThatStartsOnABadSetServesTheOneBefore() {
        community.publishAll(true);
        String good = community.set.get("home_rank/champion").toString();
        community.ranker(0, true);
        community.activate("bad");
        assertThat(swap.look())
                .isInstanceOfSatisfying(
                        LiveSwap.Look.Refused.class, r -> assertThat(r.live()).isEqualTo(1));
        assertThat(champion()).isEqualTo(good);
        assertThat(swap.refused()).isPresent();
    }

    @Test
    void aRankerWhoseFeaturesAreNotThereIsRefused() {
        community.publishAll(false);
        swap.look();
        community.ranker(0, false);
        Map<String, BundleRef> aliases = new TreeMap<>(community.set);
        aliases.remove("item_features/live");
        assertThatThrownBy(() -> Live.open(community.store, 7, aliases, Optional.empty()))
                .hasMessageContaining(
                        "scene home: ranker home_rank/champion ("
                                + community.set.get("home_rank/champion")
                                + ") needs column item_acts of item_features/live, but that alias"
                                + " names no bundle");
    }

    @Test
    void aBundleOfTheWrongKindBehindAnAliasIsRefused() {
        community.publishAll(false);
        community.set.put("hot/live", community.set.get("item_cf/live"));
        assertThatThrownBy(() -> Live.open(community.store, 7, community.set, Optional.empty()))
                .hasMessageContaining("scene home wants a bundle of kind list behind hot/live");
    }

    @Test
    void noRequestFailsAndNoneMixesTwoSetsWhileSetsAreSwapped() throws Exception {
        community.publishAll(true);
        var rankers = new ArrayList<BundleRef>();
        for (int n = 0; n < 6; n++) {
            community.ranker(n, false);
            rankers.add(community.set.get("home_rank/champion"));
        }
        swap.look();
        var stop = new AtomicBoolean();
        var started = new CountDownLatch(4);
        try (var pool = Executors.newFixedThreadPool(4)) {
            var asking = new ArrayList<Future<Set<String>>>();
            for (int t = 0; t < 4; t++) {
                asking.add(
                        pool.submit(
                                () -> {
                                    var seen = new TreeSet<String>();
                                    boolean first = true;
                                    while (!stop.get()) {
                                        Live live = swap.live().orElseThrow();
                                        Answer answer =
                                                Recommender.patient()
                                                        .recommend(
                                                                live,
                                                                UserView.nobody(),
                                                                RecommendRequest.of(
                                                                        "r", "home", "old", 5,
                                                                        NOON));
                                        assertThat(answer.ranker())
                                                .isEqualTo(
                                                        live.aliases()
                                                                .get("home_rank/champion")
                                                                .toString());
                                        assertThat(answer.items().getFirst().item())
                                                .isEqualTo("h5");
                                        assertThat(answer.items().getFirst().score())
                                                .isEqualTo(score(live));
                                        seen.add(answer.ranker());
                                        if (first) {
                                            started.countDown();
                                            first = false;
                                        }
                                    }
                                    return seen;
                                }));
            }
            started.await();
            for (int round = 0; round < 24; round++) {
                community.set.put("home_rank/champion", rankers.get(round % 6));
                community.activate("round " + round);
                swap.look();
            }
            stop.set(true);
            for (Future<Set<String>> one : asking) {
                assertThat(one.get()).isNotEmpty();
            }
        }
        assertThat(registry.counter("waxwing.swaps").count()).isGreaterThanOrEqualTo(24);
        assertThat(registry.counter("waxwing.swaps.refused").count()).isZero();
    }

    private static double score(Live live) {
        Live.Ranking ranking = live.ranking("home_rank/champion").orElseThrow();
        return ranking.ranker()
                .score(
                        FeatureRow.of(
                                Community.SPEC,
                                Map.of(
                                        "user_acts",
                                        7.0,
                                        "item_acts",
                                        60.0,
                                        "tags",
                                        List.of("Drama"),
                                        "hour",
                                        "12")));
    }
}
