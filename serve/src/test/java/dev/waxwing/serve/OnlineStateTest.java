package dev.waxwing.serve;

import static dev.waxwing.serve.Community.NOON;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.events.Event;
import dev.waxwing.events.EventLog;
import dev.waxwing.events.EventTypes;
import dev.waxwing.events.LogPosition;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

class OnlineStateTest {
    private static final EventTypes TYPES =
            EventTypes.parse(
                    Map.of(
                            "click", "{ event: click, role: click }",
                            "shown", "{ event: shown, role: impression }",
                            "seen", "{ event: seen, role: seen }",
                            "hide", "{ event: hide, role: hide }",
                            "publish", "{ event: publish, role: publish }"));

    @TempDir Path folder;

    private static Event event(String type, String user, String item, Instant at) {
        return new Event(
                type + user + item + at,
                type,
                user,
                item,
                at,
                type.equals("click") ? 1 : 0,
                "",
                "",
                0,
                "{}");
    }

    @Test
    void whatWasShownIsNotSeenWhatWasOnTheScreenOrClickedIs() {
        var state = new OnlineState(OnlineState.Bounds.USUAL);
        state.apply(event("shown", "u", "i1", NOON), TYPES);
        state.apply(event("seen", "u", "i2", NOON), TYPES);
        state.apply(event("click", "u", "i3", NOON), TYPES);
        state.apply(event("served", "u", "i4", NOON), TYPES);
        state.apply(event("gone", "u", "i5", NOON), TYPES);
        UserView view = state.user("u", NOON);
        assertThat(List.of("i1", "i2", "i3", "i4", "i5"))
                .filteredOn(view::hasSeen)
                .containsExactly("i2", "i3");
        assertThat(view.recent().keySet()).containsExactly("i3");
    }

    @Test
    void anActSaysHalfAsMuchAfterAWeek() {
        var state = new OnlineState(OnlineState.Bounds.USUAL);
        state.apply(event("click", "u", "old", NOON.minus(Duration.ofDays(7))), TYPES);
        state.apply(event("click", "u", "new", NOON), TYPES);
        assertThat(state.user("u", NOON).recent())
                .containsExactly(entry("new", 1.0), entry("old", 0.5));
    }

    @Test
    void theOrderOfArrivalAndRepetitionChangeNothing() {
        var events = new ArrayList<Event>();
        for (int n = 0; n < 200; n++) {
            events.add(
                    event(
                            List.of("click", "seen", "hide", "publish").get(n % 4),
                            "u" + n % 3,
                            "i" + n % 17,
                            NOON.minusSeconds(n * 37L % 999)));
        }
        var straight = new OnlineState(OnlineState.Bounds.USUAL);
        events.forEach(e -> straight.apply(e, TYPES));
        var shuffled = new ArrayList<>(events);
        shuffled.addAll(events);
        Collections.shuffle(shuffled, new Random(7));
        var mixed = new OnlineState(OnlineState.Bounds.USUAL);
        shuffled.forEach(e -> mixed.apply(e, TYPES));
        for (String user : List.of("u0", "u1", "u2")) {
            UserView a = straight.user(user, NOON);
            UserView b = mixed.user(user, NOON);
            assertThat(List.copyOf(b.recent().entrySet()))
                    .isEqualTo(List.copyOf(a.recent().entrySet()));
            for (int i = 0; i < 17; i++) {
                assertThat(b.hasSeen("i" + i)).isEqualTo(a.hasSeen("i" + i));
                assertThat(b.isHidden("i" + i)).isEqualTo(a.isHidden("i" + i));
            }
            assertThat(b.published()).isEqualTo(a.published());
        }
    }

    @Test
    void theNightlyHistoryLiesUnderWhatHappenedSince() {
        var state = new OnlineState(OnlineState.Bounds.USUAL);
        state.apply(event("click", "u", "x", NOON), TYPES);
        UserView view =
                state.user("u", NOON)
                        .over(Map.of("y", 0.25, "z", 0.75, "x", 0.1), Set.of("y", "w"));
        assertThat(List.copyOf(view.recent().keySet())).containsExactly("x", "z", "y");
        assertThat(view.recent().get("x")).isCloseTo(1.0, within(1e-12));
        assertThat(List.of("x", "y", "w", "v"))
                .filteredOn(view::hasSeen)
                .containsExactly("x", "y", "w");
    }

    @Test
    void nothingGrowsWithoutBound() {
        var state = new OnlineState(new OnlineState.Bounds(3, 2, 4, 5, 7));
        for (int n = 0; n < 10; n++) {
            state.apply(event("click", "u" + n, "i", NOON), TYPES);
            state.apply(event("click", "u9", "j" + n, NOON.plusSeconds(n)), TYPES);
            state.apply(event("publish", "a", "p" + n, NOON.plusSeconds(n)), TYPES);
        }
        assertThat(state.users()).isEqualTo(3);
        assertThat(state.user("u9", NOON.plusSeconds(60)).recent().keySet())
                .as("the two latest")
                .containsExactly("j9", "j8");
        assertThat(List.of("j9", "j8", "j7", "j6", "j5", "i"))
                .filteredOn(state.user("u9", NOON)::hasSeen)
                .hasSize(4);
        assertThat(state.user("x", NOON.plusSeconds(60)).published())
                .extracting(NewItem::item)
                .containsExactly("p9", "p8", "p7", "p6", "p5");
        assertThat(state.forgotten()).isEqualTo(8 - 1 + 5);
    }

    @Test
    void isRebuiltFromTheLog() {
        try (EventLog log = EventLog.open(folder)) {
            log.append(List.of(event("seen", "u", "before", NOON)), NOON);
            LogPosition from = log.append(List.of(event("seen", "u", "i1", NOON)), NOON);
            log.append(
                    List.of(event("seen", "u", "i2", NOON), event("publish", "u", "i3", NOON)),
                    NOON);
            var all = new OnlineState(OnlineState.Bounds.USUAL);
            assertThat(all.replay(log.reader(), LogPosition.START, TYPES)).isEqualTo(4);
            assertThat(all.user("u", NOON).hasSeen("before")).isTrue();
            var since = new OnlineState(OnlineState.Bounds.USUAL);
            assertThat(since.replay(log.reader(), from, TYPES)).isEqualTo(2);
            assertThat(since.user("u", NOON).hasSeen("i1")).isFalse();
            assertThat(since.user("u", NOON).hasSeen("i2")).isTrue();
            assertThat(since.user("u", NOON).published("i3")).isPresent();
        }
    }
}
