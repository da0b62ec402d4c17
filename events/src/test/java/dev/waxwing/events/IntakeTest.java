package dev.waxwing.events;

import static dev.waxwing.events.Events.NOON;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

class IntakeTest {
    static final EventTypes TYPES =
            EventTypes.parse(
                    Map.of(
                            "click.yaml",
                            "{ event: click, role: click, weight: 0.5 }",
                            "seen.yaml",
                            "{ event: seen, role: seen }",
                            "rate.yaml",
                            """
                            event: rate
                            role: action
                            fields:
                              stars: { type: whole, required: true, min: 1, max: 5 }
                              note: { type: text, max-length: 5 }
                            """,
                            "publish.yaml",
                            "{ event: publish, role: publish }",
                            "login.yaml",
                            "{ event: login, role: seen, item: none }"));

    @Test
    void aSingleEventIsTakenWithWhatItDoesNotSayFilledIn() {
        Intake intake = read("{'type':'click','user':'u1','item':7}");
        assertThat(intake.refused()).isEmpty();
        Event event = intake.accepted().getFirst();
        assertThat(event.id()).hasSize(36);
        assertThat(event)
                .isEqualTo(new Event(event.id(), "click", "u1", "7", NOON, 0.5, "", "", 0, "{}"));
    }

    @Test
    void anArrayIsTakenEventByEventAndEachRefusalNamesAllItsProblemsByIndex() {
        Intake intake =
                read(
                        """
                        [{'id':'a','type':'click','user':'u1','item':'i1','at':'2026-01-31T12:00:00+01:00','position':2,'request_id':'r'},
                         {'type':'clik','user':'','item':'i1','at':'2026-01-31T12:30:00Z','weight':2,'positoin':1},
                         7,
                         {'type':'rate','user':'u1','item':'i1','fields':{'stars':4.5,'note':'too long','star':1}},
                         {'type':'rate','user':'u1','item':'i1'},
                         {'type':'served','user':'u1','item':'i1'},
                         {'type':'login','user':'u1','item':'i1','at':'yesterday'},
                         {'id':'b','type':'publish','user':'u1','item':'i9','at':1769860800000,'fields':{'title':'T','tags':['x'],'author':'u1'}}]
                        """);
        assertThat(intake.accepted()).extracting(Event::id).containsExactly("a", "b");
        assertThat(intake.indices()).containsExactly(0, 7);
        assertThat(intake.accepted().getFirst().at()).isEqualTo(NOON.minusSeconds(3600));
        assertThat(intake.accepted().getLast().at()).isEqualTo(NOON);
        assertThat(intake.refused())
                .containsExactly(
                        new Intake.Refusal(
                                1,
                                List.of(
                                        "positoin: not a key of an event; did you mean position?",
                                        "weight: found 2; wants a number from 0 to 1",
                                        "user: missing",
                                        "at: 2026-01-31T12:30:00Z is 30 minutes in the future (it"
                                                + " is 2026-01-31T12:00:00Z); at most 5 minutes are"
                                                + " allowed",
                                        "type: no event type \"clik\"; did you mean click?")),
                        new Intake.Refusal(2, List.of("wants an object, found 7")),
                        new Intake.Refusal(
                                3,
                                List.of(
                                        "fields.stars: found 4.5; wants a whole number",
                                        "fields.note: found \"too long\"; has 8 characters, at most"
                                                + " 5",
                                        "fields.star: rate has no such field; did you mean"
                                                + " stars?")),
                        new Intake.Refusal(4, List.of("fields.stars: missing; rate must say it")),
                        new Intake.Refusal(
                                5,
                                List.of(
                                        "type: served is written by the server itself, for every"
                                                + " answer; for what was on the screen send the type"
                                                + " with role seen")),
                        new Intake.Refusal(
                                6,
                                List.of(
                                        "at: found \"yesterday\"; wants a time with its offset,"
                                                + " such as 2026-01-31T12:00:00Z, or milliseconds since"
                                                + " 1970",
                                        "item: found \"i1\"; login is not about an item")));
    }

    @Test
    void aBodyThatIsNoEventsIsRefusedAsAWhole() {
        assertThat(read("{'type':").refused().getFirst().index()).isEqualTo(-1);
        assertThat(read("{'type':").refused().getFirst().problems().getFirst())
                .startsWith("body: not JSON at line 1, column ");
        assertThat(read("[]").refused().getFirst().problems())
                .containsExactly("body: wants an event, or an array of events, found []");
        assertThat(read("").refused().getFirst().problems())
                .containsExactly("body: wants an event, or an array of events, found nothing");
        assertThat(read("[" + "1,".repeat(2000) + "1]").refused().getFirst().problems())
                .containsExactly("body: holds 2001 events; at most 2000 at once");
        assertThat(read("[".repeat(5000)).refused().getFirst().problems().getFirst())
                .contains("nesting depth");
        assertThat(
                        read("{'type':'click','type':'seen'}")
                                .refused()
                                .getFirst()
                                .problems()
                                .getFirst())
                .contains("Duplicate field 'type'");
    }

    @Test
    void theSameBodySentTwiceCountsOnceWhereItSaysWhen() {
        String body = "{'type':'click','user':'u1','item':'i1','at':'2026-01-31T12:00:00Z'}";
        assertThat(read(body).accepted().getFirst().id())
                .startsWith("made-")
                .isEqualTo(read(body).accepted().getFirst().id())
                .isNotEqualTo(read(body.replace("i1", "i2")).accepted().getFirst().id());
    }

    @Test
    void idsThatWouldBreakWhatComesAfterAreRefused() {
        assertThat(
                        read("{'type':'click','user':'a\\u0000b','item':'i'}")
                                .refused()
                                .getFirst()
                                .problems())
                .containsExactly("user: found \"a?b\"; an id is printable text");
        assertThat(read("{'type':'click','user':'\\ud800','item':'i'}").refused()).hasSize(1);
        assertThat(
                        read("{'type':'click','user':'" + "x".repeat(201) + "','item':'i'}")
                                .refused()
                                .getFirst()
                                .problems())
                .containsExactly("user: has 201 characters, at most 200");
        assertThat(read("{'type':'click','user':{},'item':'i'}").refused().getFirst().problems())
                .containsExactly("user: wants a text, found {}");
        assertThat(
                        read("{'type':'click','user':'u','item':'i','at':1769860800}")
                                .refused()
                                .getFirst()
                                .problems())
                .containsExactly(
                        "at: 1970-01-21T11:37:40.800Z is before 1990-01-01T00:00:00Z; were seconds"
                                + " sent as milliseconds?");
    }

    @Test
    void numbersOutsideTheirRangeAreToldTheBound() {
        String rate = "{'type':'rate','user':'u','item':'i','fields':{'stars':STARS}}";
        assertThat(read(rate.replace("STARS", "5")).accepted()).hasSize(1);
        assertThat(read(rate.replace("STARS", "6")).refused().getFirst().problems())
                .containsExactly("fields.stars: found 6; at most 5.0");
        assertThat(read(rate.replace("STARS", "0")).refused().getFirst().problems())
                .containsExactly("fields.stars: found 0; at least 1.0");
    }

    private static Intake read(String json) {
        return Intake.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), TYPES, NOON);
    }
}
