package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ArrayNode;

import dev.waxwing.events.Event;
import dev.waxwing.events.Served;
import dev.waxwing.flow.RunReport;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.Feature;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.Ranker;
import dev.waxwing.warehouse.Warehouse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// The loop from the feed to the night and back: what a visitor is shown and does by day is what the night learns from, to the
/// bit, and what the night learnt is what the next page rests on.
///
/// Three nights and two days between them, over HTTP. The example's windows are cut to some days, since nothing here depends on
/// their length.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VisitorTest {
    private static final LocalDate D = PreparedNight.FIRST;
    private static final LocalDate ONE = D.plusDays(1);
    private static final LocalDate TWO = D.plusDays(2);
    private static final String NEW_FILM = "film-of-today";

    @TempDir private static Path temporary;

    private final MovingClock clock = new MovingClock(at(ONE, 8));
    private final Visitor visitor = new Visitor("v", clock, 20130621);
    private final Visitor earlyBird = new Visitor("e", clock, 1);
    private final Map<LocalDate, List<RunReport>> nights = new HashMap<>();
    private TestProject project;
    private Installation installation;
    private RunningServer server;
    private long pagesOfEarlierServers;

    private List<String> users;
    private String walkIn;
    private List<Visitor.Page> ofANewcomer;
    private Visitor.Page withSomethingToHide;
    private Visitor.Shown hidden;
    private Visitor.Shown published;
    private Visitor.Shown publishedAfterRestart;
    private Map<String, String> collected;
    private Map<String, String> collectedTwice;
    private List<String> reasonsForHidden;
    private List<String> reasonsForSeen;
    private ArrayNode sentTwice;

    private static Instant at(LocalDate day, int hour) {
        return day.atTime(hour, 0).toInstant(ZoneOffset.UTC);
    }

    private static String ds(LocalDate day) {
        return day.format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    @BeforeAll
    void threeNightsAndTheDaysBetweenThem() throws Exception {
        project = TestProject.make(temporary.resolve("project"), 2);
        PreparedNight.makeSmall(project.folder);
        Files.writeString( // a busy machine must not answer in recall order
                project.folder.resolve("scenes/home.yaml"),
                "deadline: 60s\n",
                StandardOpenOption.APPEND);
        lookAtTagsAndAuthors();
        project.load(TestProject.until(D).and(TestProject.until(D.minusDays(20)).negate()));
        night(D);
        installation = project.install();
        List<String> known =
                column(
                        "SELECT user_id FROM dws_user_feature WHERE ds = '"
                                + ds(D)
                                + "' ORDER BY md5(user_id) LIMIT 31");
        users = known.subList(0, 30);
        walkIn = known.get(30);

        serve();
        firstDay();
        nightWhileServing(ONE);
        collected = project.contents(ds(ONE)::equals);
        project.run("events", ONE);
        collectedTwice = project.contents(ds(ONE)::equals);

        settle();
        server.close();
        serve();
        secondDay();
        nightWhileServing(TWO);
        server.close();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
        if (installation != null) {
            installation.close();
        }
    }

    /// The example's features do without the two columns that an item's own event fills.
    private void lookAtTagsAndAuthors() throws IOException {
        replace(
                "features/rank.yaml",
                "\nmatch:",
                """

                  tags:   { from: item, type: tags }
                  author: { from: item, type: category }
                match:
                """);
        replace(
                "sql/dws_item_feature.sql",
                " c.neighbours AS similar_items",
                " k.tags AS tags, substr(md5(k.item_id), 1, 1) AS author, c.neighbours AS"
                        + " similar_items");
    }

    private void replace(String file, String old, String young) throws IOException {
        Path path = project.folder.resolve(file);
        String text = Files.readString(path);
        assertThat(text).containsOnlyOnce(old);
        Files.writeString(path, text.replace(old, young));
    }

    private void serve() {
        pagesOfEarlierServers = shown(visitor) + shown(earlyBird);
        server = RunningServer.start(installation, 0, clock);
        visitor.at(server.port());
        earlyBird.at(server.port());
    }

    private void firstDay() {
        for (int round = 0; round < 2; round++) {
            users.forEach(visitor::browse);
        }
        withSomethingToHide = visitor.ask(users.getFirst(), 12, Set.of());
        hidden = withSomethingToHide.items().getFirst();
        visitor.hide(withSomethingToHide, hidden);
        visitor.browse(users.getFirst());

        Visitor.Page first = visitor.ask("newcomer-0", 100, Set.of());
        Visitor.Page rest = visitor.ask("newcomer-0", 100, Set.copyOf(first.ids()));
        ofANewcomer = List.of(first, rest);
        for (int i = 1; i < 4; i++) {
            visitor.browse("newcomer-" + i);
            visitor.browse("newcomer-" + i);
        }
        sentTwice = visitor.publish("critic", NEW_FILM, "Film of Today (2013)", List.of("Comedy"));
        visitor.post(sentTwice);
        published = visitor.find(users.get(1), NEW_FILM);
        for (String film :
                column("SELECT item_id FROM ads_hot WHERE ds = '" + ds(D) + "' AND rank <= 5")) {
            visitor.rate(walkIn, film);
        }
    }

    private void secondDay() {
        clock.moveTo(at(TWO, 8));
        visitor.post(sentTwice); // a sender that never heard of its first two answers
        reasonsForHidden = visitor.filtered(users.getFirst(), hidden.item());
        reasonsForSeen =
                visitor.filtered(users.get(2), firstPageOf(users.get(2)).items().getFirst().item());
        publishedAfterRestart = visitor.find(users.get(3), NEW_FILM);
        users.forEach(visitor::browse);
        visitor.browse("newcomer-1");
    }

    private Visitor.Page firstPageOf(String user) {
        return visitor.pages().stream()
                .filter(page -> page.user().equals(user))
                .findFirst()
                .orElseThrow();
    }

    private void night(LocalDate bizdate) {
        List<RunReport> reports = project.run("night", bizdate);
        assertThat(reports).allSatisfy(report -> assertThat(report.message()).isEmpty());
        nights.put(bizdate, reports);
    }

    /// The night is due at half past one; somebody is awake then, and asks for pages until the server has what the night published.
    private void nightWhileServing(LocalDate bizdate)
            throws InterruptedException, ExecutionException {
        settle();
        clock.moveTo(at(bizdate.plusDays(1), 1).plus(Duration.ofMinutes(30)));
        long before = visitor.activation();
        try (ScheduledExecutorService awake = Executors.newSingleThreadScheduledExecutor()) {
            Future<?> asking =
                    awake.scheduleWithFixedDelay(
                            () -> earlyBird.ask("owl", 3, Set.of()), 0, 250, TimeUnit.MILLISECONDS);
            night(bizdate);
            long after = installation.bundles().live().number();
            assertThat(after).isGreaterThan(before);
            await("activation " + after, () -> visitor.activation() == after);
            if (asking.isDone()) {
                asking.get(); // says which request failed, and how
            }
        }
        earlyBird.ask("owl", 3, Set.of());
    }

    /// Waits until all that was answered is in the log: it is written behind the requests' backs.
    private void settle() {
        long all = shown(visitor) + shown(earlyBird) - pagesOfEarlierServers;
        await(all + " served items in the log", () -> visitor.logged() == all);
    }

    private static long shown(Visitor visitor) {
        return visitor.pages().stream().mapToLong(page -> page.items().size()).sum();
    }

    /// Each look is a request, which takes its time.
    private static void await(String what, BooleanSupplier there) {
        long start = System.nanoTime();
        while (!there.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("waiting for " + what)
                    .isLessThan(Duration.ofSeconds(60));
        }
    }

    @Test
    void everyAcknowledgedEventIsCollectedOnce() {
        assertThat(column("SELECT event_id FROM ods_event GROUP BY event_id HAVING count(*) > 1"))
                .isEmpty();
        assertThat(column("SELECT event_id FROM ods_event WHERE event_id LIKE 'v-%'"))
                .containsExactlyInAnyOrderElementsOf(visitor.acknowledged());
    }

    @Test
    void collectingADayAgainChangesNothing() {
        assertThat(collected.keySet()).contains("ods_event/" + ds(ONE), "dwd_action/" + ds(ONE));
        assertThat(collectedTwice).isEqualTo(collected);
    }

    @Test
    void whatWasShownIsTheSampleAndWhatWasTakenIsItsLabel() {
        for (LocalDate day : List.of(ONE, TWO)) {
            Map<Visitor.Exposure, Integer> journal = new HashMap<>();
            Set<String> asked = new TreeSet<>();
            for (Visitor.Page page : pagesOf(day)) {
                asked.add(page.user());
                for (String item : page.ids()) {
                    Visitor.Exposure exposure = new Visitor.Exposure(page.request(), item);
                    journal.put(exposure, visitor.taken().contains(exposure) ? 1 : 0);
                }
            }
            assertThat(journal.values()).as("labels of " + day).contains(0, 1);
            Map<Visitor.Exposure, Integer> sample = new HashMap<>();
            query(
                    "SELECT request_id, item_id, label FROM train_sample WHERE source = 'served'"
                            + " AND ds = '"
                            + ds(day)
                            + "'",
                    row ->
                            sample.put(
                                    new Visitor.Exposure(row.getString(1), row.getString(2)),
                                    row.getInt(3)));
            assertThat(sample).isEqualTo(journal);
            assertThat(
                            column(
                                    "SELECT DISTINCT user_id FROM train_sample WHERE source ="
                                            + " 'drawn' AND ds = '"
                                            + ds(day)
                                            + "'"))
                    .doesNotContainAnyElementsOf(asked);
        }
    }

    @Test
    void whoActsWithoutHavingAskedIsDrawnFor() {
        assertThat(
                        column(
                                "SELECT DISTINCT source || ' ' || label FROM train_sample WHERE ds"
                                        + " = '"
                                        + ds(ONE)
                                        + "' AND user_id = '"
                                        + walkIn
                                        + "'"))
                .containsExactlyInAnyOrder("drawn 0", "drawn 1");
    }

    @Test
    void everyLoggedFeatureIsTheJoinedOneAndEveryLoggedScoreIsScoredAgain() {
        FeatureSpec spec = FeatureSpec.read(project.folder.resolve("features/rank.yaml"));
        Map<String, Ranker> rankers = new HashMap<>();
        for (LocalDate day : List.of(ONE, TWO)) {
            Map<Visitor.Exposure, Map<String, Object>> wide = wide(spec, day);
            List<Served> served = served(day);
            assertThat(served).hasSize(wide.size()).hasSizeGreaterThan(300);
            for (Served one : served) {
                Map<String, Object> joined =
                        wide.get(new Visitor.Exposure(one.requestId(), one.item()));
                assertThat(joined).as(one.requestId() + " " + one.item()).isNotNull();
                Ranker ranker =
                        rankers.computeIfAbsent(
                                one.bundles().get("home_rank/champion"),
                                ref ->
                                        Ranker.open(
                                                installation.bundles().open(BundleRef.parse(ref))));
                Map<String, Object> offered = new LinkedHashMap<>(joined);
                offered.keySet()
                        .retainAll(
                                ranker.space().spec().features().stream()
                                        .map(Feature::name)
                                        .toList());
                assertThat(one.features()).isNotEmpty().isEqualTo(offered);
                assertThat(ranker.score(FeatureRow.of(ranker.space().spec(), offered)))
                        .isCloseTo(one.score(), within(1e-9));
            }
        }
    }

    @Test
    void aFilmWithoutASnapshotHasTheTagsAndTheAuthorOfItsOwnEventOnBothSides() {
        FeatureSpec spec = FeatureSpec.read(project.folder.resolve("features/rank.yaml"));
        Map<Visitor.Exposure, Map<String, Object>> wide = wide(spec, ONE);
        List<Served> ofToday =
                served(ONE).stream().filter(one -> one.item().equals(NEW_FILM)).toList();
        assertThat(ofToday).isNotEmpty();
        for (Served one : ofToday) {
            assertThat(one.features())
                    .containsEntry("tags", List.of("Comedy"))
                    .containsEntry("author", "critic")
                    .containsEntry("genres", List.of(FeatureRow.UNSEEN));
            assertThat(wide.get(new Visitor.Exposure(one.requestId(), NEW_FILM)))
                    .containsEntry("tags", List.of("Comedy"))
                    .containsEntry("author", "critic")
                    .containsEntry("genres", List.of(FeatureRow.UNSEEN));
        }
    }

    @Test
    void theDaysModelIsJudgedOnServedAndOnDrawnRowsApart() {
        List<String> judged =
                column(
                        "SELECT segment_value || ' ' || CAST(value AS BIGINT) FROM metrics_test"
                                + " WHERE segment = 'source' AND metric = 'rows' AND ds = '"
                                + ds(ONE)
                                + "' ORDER BY 1");
        assertThat(judged)
                .hasSize(2)
                .isEqualTo(
                        column(
                                "SELECT source || ' ' || count(*) FROM train_wide WHERE ds = '"
                                        + ds(ONE)
                                        + "' GROUP BY source ORDER BY 1"));
        assertThat(
                        column(
                                "SELECT metric FROM metrics_test WHERE segment IS NULL AND ds = '"
                                        + ds(ONE)
                                        + "'"))
                .doesNotHaveDuplicates()
                .contains("rows", "auc", "gauc");
    }

    @Test
    void rowsOfOneDayKeepTheSnapshotsThatTheirAnswersRestedOn() {
        List<String> snapshots =
                column(
                        "SELECT DISTINCT user_snapshot FROM train_sample WHERE source = 'served'"
                                + " AND ds = '"
                                + ds(TWO)
                                + "' ORDER BY user_snapshot");
        assertThat(snapshots)
                .hasSize(2)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("user_features/" + ds(D)),
                        second -> assertThat(second).startsWith("user_features/" + ds(ONE)));
        Set<String> answered =
                pagesOf(TWO).stream()
                        .map(page -> page.bundles().get("user_features/live"))
                        .collect(Collectors.toSet());
        assertThat(answered).containsExactlyInAnyOrderElementsOf(snapshots);
    }

    @Test
    void requestFeaturesAreLoggedAndJoinedButNotLearntFromBeforeMostRowsHaveThem()
            throws IOException {
        for (LocalDate day : List.of(ONE, TWO)) {
            Map<String, String> hours = new HashMap<>();
            pagesOf(day)
                    .forEach(
                            page ->
                                    hours.put(
                                            page.request(),
                                            Integer.toString(
                                                    page.at().atOffset(ZoneOffset.UTC).getHour())));
            Map<String, String> joined = new HashMap<>();
            query(
                    "SELECT request_id, hour FROM train_wide WHERE source = 'served' AND ds = '"
                            + ds(day)
                            + "'",
                    row -> joined.put(row.getString(1), row.getString(2)));
            assertThat(joined).isEqualTo(hours);
        }
        BundleRef champion = project.aliases().get("home_rank/champion");
        assertThat(Ranker.open(installation.bundles().open(champion)).space().spec().features())
                .extracting(Feature::name)
                .doesNotContain("hour");
        assertThat(log(TWO, "gbdt_lr")).contains("hour is present in 0.0 % of the rows");
    }

    @Test
    void aNewcomerGetsWhatIsHotAndFresh() {
        assertThat(ofANewcomer.getFirst().items()).hasSize(100);
        assertThat(ofANewcomer.stream().flatMap(page -> page.sources().stream()).distinct())
                .containsExactlyInAnyOrder("hot", "fresh");
    }

    @Test
    void aFilmPublishedAMinuteAgoIsOffered() {
        for (Visitor.Shown shown : List.of(published, publishedAfterRestart)) {
            assertThat(shown.title()).isEqualTo("Film of Today (2013)");
            assertThat(shown.tags()).containsExactly("Comedy");
        }
    }

    @Test
    void aRestartedServerStillKnowsWhatWasSeenAndHidden() {
        assertThat(reasonsForHidden).contains("hidden");
        assertThat(reasonsForSeen).contains("seen");
    }

    private List<Visitor.Page> pagesOf(LocalDate day) {
        List<Visitor.Page> pages = new ArrayList<>(visitor.pages());
        pages.addAll(earlyBird.pages());
        return pages.stream()
                .filter(page -> page.at().atOffset(ZoneOffset.UTC).toLocalDate().equals(day))
                .toList();
    }

    private List<Served> served(LocalDate day) {
        List<Served> served = new ArrayList<>();
        query(
                "SELECT event_id, type, user_id, item_id, \"at\", weight, request_id, scene,"
                        + " \"position\", fields FROM ods_event WHERE type = 'served' AND ds = '"
                        + ds(day)
                        + "'",
                row ->
                        served.add(
                                Served.parse(
                                        new Event(
                                                row.getString(1),
                                                row.getString(2),
                                                row.getString(3),
                                                row.getString(4),
                                                instant(row.getTimestamp(5)),
                                                row.getDouble(6),
                                                row.getString(7),
                                                row.getString(8),
                                                row.getInt(9),
                                                row.getString(10)))));
        return served;
    }

    private static Instant instant(Timestamp utc) {
        return utc.toLocalDateTime().toInstant(ZoneOffset.UTC);
    }

    private Map<Visitor.Exposure, Map<String, Object>> wide(FeatureSpec spec, LocalDate day) {
        String features =
                spec.features().stream()
                        .map(feature -> '"' + feature.name() + '"')
                        .collect(Collectors.joining(", "));
        Map<Visitor.Exposure, Map<String, Object>> wide = new HashMap<>();
        query(
                "SELECT request_id, item_id, "
                        + features
                        + " FROM train_wide WHERE source = 'served' AND ds = '"
                        + ds(day)
                        + "'",
                row -> {
                    Map<String, Object> values = new LinkedHashMap<>();
                    for (int f = 0; f < spec.size(); f++) {
                        Object value = value(row.getObject(3 + f));
                        if (value != null) {
                            values.put(spec.features().get(f).name(), value);
                        }
                    }
                    wide.put(new Visitor.Exposure(row.getString(1), row.getString(2)), values);
                });
        return wide;
    }

    private static Object value(Object cell) throws SQLException {
        return cell instanceof Array array
                ? Arrays.stream((Object[]) array.getArray()).map(String.class::cast).toList()
                : cell;
    }

    private String log(LocalDate day, String step) throws IOException {
        Path log =
                nights.get(day).stream()
                        .map(report -> report.step(step))
                        .flatMap(report -> report.stream())
                        .map(report -> report.log())
                        .findFirst()
                        .orElseThrow();
        return Files.readString(project.folder.resolve(".waxwing").resolve(log));
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String sql, Row each) {
        Warehouse warehouse = installation.warehouse();
        warehouse.query(
                sql,
                rows -> {
                    int count = 0;
                    while (rows.next()) {
                        each.read(rows);
                        count++;
                    }
                    return count;
                });
    }

    private List<String> column(String sql) {
        List<String> values = new ArrayList<>();
        query(sql, row -> values.add(row.getString(1)));
        return values;
    }
}
