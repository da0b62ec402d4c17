package dev.waxwing.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;

class MapNodeTest {
    @Test
    void readsEveryTypeOfValue() {
        MapNode doc =
                parse(
                        """
                        title: "Camp & fire"
                        port: 8080
                        rate: 0.25
                        half: .5
                        on: true
                        keep: 27d
                        tick: 500ms
                        tags: [a, b, 3]
                        only: one
                        date: 2013-08-01
                        version: 1.10
                        """);
        assertThat(doc.text("title")).isEqualTo("Camp & fire");
        assertThat(doc.whole("port", 1, 65535)).isEqualTo(8080);
        assertThat(doc.number("rate")).isEqualTo(0.25);
        assertThat(doc.number("half", 0, 1)).isEqualTo(0.5);
        assertThat(doc.flag("on", false)).isTrue();
        assertThat(doc.duration("keep")).isEqualTo(Duration.ofDays(27));
        assertThat(doc.duration("tick")).isEqualTo(Duration.ofMillis(500));
        assertThat(doc.texts("tags")).containsExactly("a", "b", "3");
        assertThat(doc.texts("only")).containsExactly("one");
        assertThat(doc.parsed("date", "a date", LocalDate::parse, LocalDate.EPOCH))
                .isEqualTo(LocalDate.of(2013, 8, 1));
        assertThat(doc.text("version")).isEqualTo("1.10");
        doc.done();
    }

    @Test
    void takesAnotherValueAtAPlaceAndTellsItsProblemsThere() {
        MapNode doc = parse("name: x\nsteps:\n  fit:\n    rounds: 10\n    depth: 6\n");
        MapNode changed =
                doc.with("steps.fit.rounds", "50")
                        .with("steps.fit.tags", "[a, b]")
                        .with("port", "1");
        MapNode fit = changed.map("steps").map("fit");
        assertThat(fit.whole("rounds", 1, 99)).isEqualTo(50);
        assertThat(fit.whole("depth", 1, 9)).isEqualTo(6);
        assertThat(fit.texts("tags")).containsExactly("a", "b");
        assertThat(changed.whole("port", 1, 9)).isEqualTo(1);
        assertThat(changed.text("name")).isEqualTo("x");
        changed.done();
        MapNode wrong = doc.with("steps.fit.rounds", "many");
        wrong.map("steps").map("fit").whole("rounds", 1, 99);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(wrong::done)
                .satisfies(
                        e ->
                                assertThat(e.problems())
                                        .anyMatch(
                                                p -> p.contains(":4 steps.fit.rounds: \"many\"")));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> doc.with("steps.fti.rounds", "1"))
                .withMessageStartingWith("there is no steps.fti in ");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> doc.with("steps.fit.rounds", "[1"));
    }

    @Test
    void givesTheDefaultForWhatIsAbsent() {
        MapNode doc = parse("");
        assertThat(doc.text("a", "x")).isEqualTo("x");
        assertThat(doc.whole("b", 1, 9, 5)).isEqualTo(5);
        assertThat(doc.number("c", 0.5)).isEqualTo(0.5);
        assertThat(doc.number("c", 0, 1, 0.7)).isEqualTo(0.7);
        assertThat(doc.flag("d", true)).isTrue();
        assertThat(doc.duration("e", Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
        assertThat(doc.choice("f", List.of("x", "y"), "y")).isEqualTo("y");
        assertThat(doc.texts("g")).isEmpty();
        assertThat(doc.maps("h")).isEmpty();
        assertThat(doc.mapEntries("i")).isEmpty();
        assertThat(doc.raw("j")).isEmpty();
        assertThat(doc.has("k")).isFalse();
        doc.done();
    }

    @Test
    void readsMapsListsOfMapsAndNamedMapsInTheirOrder() {
        MapNode doc =
                parse(
                        """
                        server: { port: 1 }
                        recalls:
                          - { name: hot }
                          - { name: fresh }
                        columns:
                          zebra: { from: user }
                          ant: { from: item }
                        """);
        assertThat(doc.map("server").whole("port", 1, 2)).isEqualTo(1);
        assertThat(doc.maps("recalls"))
                .extracting(m -> m.text("name"))
                .containsExactly("hot", "fresh");
        assertThat(doc.mapEntries("columns").sequencedKeySet()).containsExactly("zebra", "ant");
        assertThat(doc.mapEntries("columns").get("ant").text("from")).isEqualTo("item");
        doc.mapEntries("columns").get("zebra").text("from");
        assertThat(doc.isMap("server")).isTrue();
        assertThat(doc.isList("recalls")).isTrue();
        assertThat(doc.isMap("recalls")).isFalse();
        doc.done();
    }

    @Test
    void handsOutWhatBelongsToSomebodyElseAsPlainJava() {
        MapNode doc =
                parse("x: { a: 1, b: 1.5, c: true, d: t, e: [1, {f: }], g: 99999999999999999999 }");
        assertThat(doc.raw("x"))
                .containsEntry("a", 1L)
                .containsEntry("b", 1.5)
                .containsEntry("c", true)
                .containsEntry("d", "t")
                .containsEntry("g", new java.math.BigInteger("99999999999999999999"));
        assertThat(doc.raw("x").get("e").toString()).isEqualTo("[1, {f=null}]");
        doc.done();
    }

    @Test
    void collectsEveryProblemOfAFileByLine() {
        MapNode doc =
                parse(
                        """
                        serve:
                          recall-per-source: many
                          dead-line: 3s
                        port: 70000
                        rate: "0.5"
                        on: yes
                        keep: 3 weeks
                        tags: { a: 1 }
                        list: [ok, [1]]
                        maps: [1]
                        """);
        MapNode serve = doc.map("serve");
        serve.whole("recall-per-source", 1, 1000);
        serve.duration("deadline", Duration.ZERO);
        doc.whole("port", 1, 65535);
        doc.number("rate");
        doc.flag("on", false);
        doc.duration("keep");
        doc.texts("tags");
        assertThat(doc.texts("list")).containsExactly("ok");
        doc.maps("maps");
        doc.text("name");
        problems(
                doc,
                "t.yaml:1 name: missing; must be a text",
                "t.yaml:2 serve.recall-per-source: \"many\" is not a whole number from 1 to 1000",
                "t.yaml:3 serve.dead-line: not a known key; did you mean deadline?",
                "t.yaml:4 port: 70000 is not a whole number from 1 to 65535",
                "t.yaml:5 rate: \"0.5\" is not a number",
                "t.yaml:6 on: \"yes\" is not true or false",
                "t.yaml:7 keep: \"3 weeks\" is not a time span such as 27d, 12h, 15m, 30s or 500ms",
                "t.yaml:8 tags: found keys and values; must be a list of texts",
                "t.yaml:9 list[1]: a list is not a text",
                "t.yaml:10 maps[0]: 1 is not keys and values");
    }

    @Test
    void saysWhichKeysAreKnownWhenNoneIsNear() {
        MapNode doc = parse("a: { colour: red }\nother: 1\n");
        doc.map("a").text("name", "");
        doc.map("a").text("kind", "");
        problems(
                doc,
                "t.yaml:1 a.colour: not a known key; known here: name, kind",
                "t.yaml:2 other: not a known key; known here: a");
    }

    @Test
    void doesNotSuggestAKeyThatTheFileHasAlready() {
        MapNode doc = parse("from: a\nform: b\n");
        doc.text("from");
        problems(doc, "t.yaml:2 form: not a known key; known here: from");
    }

    @Test
    void oneWrongKeyIsOneProblemEvenIfMuchIsAskedBelowIt() {
        MapNode doc = parse("server: 8080\n");
        MapNode server = doc.map("server");
        server.whole("port", 1, 9);
        server.map("tls").text("key");
        server.problem("port", "is odd");
        doc.map("absent").text("x");
        problems(
                doc,
                "t.yaml:1 server: found 8080; must be keys and values",
                "t.yaml:1 absent: missing; must be keys and values");
    }

    @Test
    void anEmptyValueIsNotAnAbsentOne() {
        MapNode doc = parse("name:\nport: ~\ntags:\nkeep: null\n");
        assertThat(doc.has("name")).isTrue();
        doc.text("name", "x");
        doc.whole("port", 1, 9, 3);
        assertThat(doc.texts("tags")).isEmpty();
        doc.duration("keep", Duration.ZERO);
        problems(
                doc,
                "t.yaml:1 name: found nothing; must be a text",
                "t.yaml:2 port: found nothing; must be a whole number from 1 to 9",
                "t.yaml:4 keep: found nothing; must be a time span such as 27d, 12h, 15m, 30s or"
                        + " 500ms");
    }

    @Test
    void refusesNumbersThatAreNotWhatTheyMustBe() {
        MapNode doc =
                parse(
                        """
                        a: 1.5
                        b: 99999999999999999999
                        c: "5"
                        d: 0x10
                        e: 1e999
                        f: .nan
                        g: 2
                        h: -1
                        """);
        doc.whole("a", 1, 9);
        doc.whole("b", 1, 9);
        doc.whole("c", 1, 9);
        doc.whole("d", 1, 99);
        doc.number("e");
        doc.number("f");
        doc.number("g", 0, 0.5);
        doc.whole("h", 0, Integer.MAX_VALUE);
        problems(
                doc,
                "t.yaml:1 a: 1.5 is not a whole number from 1 to 9",
                "t.yaml:2 b: 99999999999999999999 is not a whole number from 1 to 9",
                "t.yaml:3 c: \"5\" is not a whole number from 1 to 9; write it without quotes",
                "t.yaml:4 d: \"0x10\" is not a whole number from 1 to 99",
                "t.yaml:5 e: 1e999 is not a number",
                "t.yaml:6 f: \".nan\" is not a number",
                "t.yaml:7 g: 2 is not a number from 0 to 0.5",
                "t.yaml:8 h: -1 is not a whole number, at least 0");
    }

    @Test
    void answersANearMissAmongWordsWithTheWord() {
        MapNode doc = parse("role: clik\nother: 5\ndate: 2013-02-30\n");
        doc.choice("role", List.of("impression", "click"));
        doc.choice("other", List.of("impression", "click"));
        doc.parsed("date", "a date", LocalDate::parse, LocalDate.EPOCH);
        problems(
                doc,
                "t.yaml:1 role: \"clik\" is not one of impression, click; did you mean click?",
                "t.yaml:2 other: 5 is not one of impression, click",
                "t.yaml:3 date: \"2013-02-30\" is not a date: Text '2013-02-30' could not be"
                        + " parsed: Invalid date 'FEBRUARY 30'");
    }

    @Test
    void placeholdersAreWithinTheBoundsThatWereAskedFor() {
        MapNode doc = parse("a: x\nb: x\nc: x\nd: [1]\n");
        assertThat(doc.whole("a", 3, 9)).isEqualTo(3);
        assertThat(doc.number("b", 0.1, 0.9)).isEqualTo(0.1);
        assertThat(doc.choice("c", List.of("p", "q"))).isEqualTo("p");
        assertThat(doc.text("d")).isEqualTo("missing");
        assertThat(doc.flag("a", true)).isTrue();
        assertThat(doc.duration("b")).isEqualTo(Duration.ZERO);
    }

    @Test
    void tellsWhereAKeyStands() {
        MapNode doc = parse("a:\n  b: 1\n\n  c: 2\n");
        assertThat(doc.map("a").where("c")).isEqualTo("t.yaml:4");
        assertThat(doc.map("a").where("none")).isEqualTo("t.yaml:1");
        assertThat(doc.map("a").where()).isEqualTo("t.yaml:1");
        assertThat(doc.map("a").keys()).containsExactly("b", "c");
    }

    @Test
    void remembersWhatItWasAskedFor() {
        MapNode doc = parse("a: 1\n");
        doc.has("z");
        doc.text("a");
        doc.texts("m");
        assertThat(doc.asked()).containsExactly("z", "a", "m");
    }

    @Test
    void readsJsonByTheSameRules() {
        MapNode doc = parse("{\"a\": {\"b\": [1, 2.5, null, true, \"x\\u0041\"]}}");
        assertThat(doc.raw("a").get("b").toString()).isEqualTo("[1, 2.5, null, true, xA]");
        doc.done();
    }

    @Test
    void anAliasedMapIsCheckedAtEachPlace() {
        MapNode doc = parse("a: &x { p: 1 }\nb: *x\n");
        assertThat(doc.map("a").whole("p", 1, 9)).isEqualTo(1);
        assertThat(doc.map("b").whole("p", 1, 9)).isEqualTo(1);
        doc.done();
    }

    @Test
    void problemsOfItsOwnersAreReportedWithTheRest() {
        MapNode doc = parse("train: 0d\ntest: 1d\n");
        doc.duration("train");
        doc.duration("test");
        assertThat(doc.problemCount()).isZero();
        doc.problem("train", "0d is not a day or more");
        assertThat(doc.problemCount()).isOne();
        problems(doc, "t.yaml:1 train: 0d is not a day or more");
    }

    private static MapNode parse(String text) {
        return Config.parse("t.yaml", text);
    }

    private static void problems(MapNode doc, String... expected) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(doc::done)
                .satisfies(e -> assertThat(e.problems()).containsExactly(expected))
                .withMessage(String.join("\n", expected));
    }
}
