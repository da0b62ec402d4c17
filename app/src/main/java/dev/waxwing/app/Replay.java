package dev.waxwing.app;

import dev.waxwing.flow.PipelineFile;
import dev.waxwing.flow.RunReport;
import dev.waxwing.flow.Runner;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.serve.Answer;
import dev.waxwing.serve.Live;
import dev.waxwing.serve.RecommendRequest;
import dev.waxwing.serve.Recommender;
import dev.waxwing.serve.ServingBundle;
import dev.waxwing.serve.UserView;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Runs every night again in order, and judges each morning's bundles by the first-time user–item pairs of the day, against the
/// whole catalogue known that morning.
///
/// All lanes see the same users on the same mornings with the same histories; a lane differs in its scene (which recalls, which
/// order) or in the age of its bundles.
final class Replay {
    /// Bundles that recall candidates, and the ranker: what a frozen lane takes from an old night.
    private static final Set<String> RECALL =
            Set.of("item_cf/live", "user_cf/live", "hot/live", "fresh/live");

    private static final Set<String> RANKER = Set.of("home_rank/champion");
    private static final String FULL = "full path";

    private final Installation installation;
    private final int days;
    private final int age;
    private final PrintStream out;
    private final Map<LocalDate, SortedMap<String, BundleRef>> nights = new HashMap<>();
    private final Map<String, Tally> lanes = new TreeMap<>();
    private final Map<String, Double> aucs = new TreeMap<>();
    private HalfLife halfLife;
    private long pairs;
    private long reachable;

    Replay(Installation installation, int days, int age, PrintStream out) {
        this.installation = installation;
        this.days = days;
        this.age = age;
        this.out = out;
    }

    /// Runs the nights, judges the mornings, and tells the results as a page.
    String run() throws IOException {
        LocalDate last = lastDay();
        LocalDate firstJudged = last.minusDays(days - 1L);
        PipelineFile night = installation.pipelines().named("night");
        Runner runner = installation.runner();
        ServingBundle serving = scenes();
        for (LocalDate bizdate = firstJudged.minusDays(1L + age);
                bizdate.isBefore(last);
                bizdate = bizdate.plusDays(1)) {
            runNight(runner, night, bizdate);
            LocalDate morning = bizdate.plusDays(1);
            if (morning.equals(firstJudged)) {
                halfLife =
                        HalfLife.before(
                                firstJudged,
                                days,
                                installation.warehouse(),
                                installation.project().folder());
            }
            if (!morning.isBefore(firstJudged)) {
                judge(serving, bizdate, JudgedDay.of(installation.warehouse(), morning));
            }
        }
        return new ResultsPage(
                        days, age, firstJudged, last, lanes, pairs, reachable, aucs, halfLife)
                .text();
    }

    private LocalDate lastDay() {
        String ds =
                installation
                        .warehouse()
                        .query(
                                "SELECT max(ds) FROM ods_event",
                                rows -> {
                                    rows.next();
                                    return rows.getString(1);
                                });
        return LocalDate.parse(ds, DateTimeFormatter.BASIC_ISO_DATE);
    }

    private void runNight(Runner runner, PipelineFile night, LocalDate bizdate) {
        List<RunReport> reports = runner.run(night, bizdate, bizdate, _ -> {});
        for (RunReport report : reports) {
            if (!report.done()) {
                throw new IllegalStateException(
                        report.pipeline() + " of " + bizdate + ": " + report.message());
            }
            report.step("test")
                    .ifPresent(
                            step ->
                                    aucs.put(
                                            bizdate.toString(),
                                            Double.valueOf(step.outputs().get("auc"))));
        }
        nights.put(bizdate, installation.bundles().aliases());
        double seconds =
                reports.stream().mapToLong(report -> report.took().toMillis()).sum() / 1000.0;
        out.printf("night of %s: %.1f s%n", bizdate, seconds);
        out.flush();
    }

    /// The project's own scene, and one for each recall alone.
    private ServingBundle scenes() throws IOException {
        Path folder = Files.createTempDirectory("replay-scenes");
        Path project = installation.project().folder();
        Files.copy(project.resolve("scenes/home.yaml"), folder.resolve("home.yaml"));
        write(folder, "hot", "list, bundle: hot, take: 500");
        write(
                folder,
                "item_cf",
                "neighbours, bundle: item_cf, of: recent, triggers: 30, take: 500");
        write(folder, "user_cf", "neighbours, bundle: user_cf, of: user, take: 500");
        return ServingBundle.ofProject(folder, project.resolve("events"));
    }

    private static void write(Path folder, String name, String recall) throws IOException {
        Files.writeString(
                folder.resolve(name + ".yaml"),
                """
                scene: %s
                size: { default: 20, max: 100 }
                recall:
                  only: { kind: %s }
                filter: [seen, own, hidden]
                history: user_history
                """
                        .formatted(name, recall));
    }

    private void judge(ServingBundle serving, LocalDate bizdate, JudgedDay day) {
        SortedMap<String, BundleRef> fresh = nights.get(bizdate);
        SortedMap<String, BundleRef> old = nights.get(bizdate.minusDays(age));
        Live now = live(serving, fresh);
        Live oldRanker = live(serving, mixed(fresh, old, RANKER));
        Live oldRecall = live(serving, mixed(fresh, old, RECALL));
        Set<String> both = new TreeSet<>(RECALL);
        both.addAll(RANKER);
        Live oldBoth = live(serving, mixed(fresh, old, both));
        day.pairs()
                .forEach(
                        (user, wanted) -> {
                            pairs += wanted.size();
                            reachable += wanted.stream().filter(day.known()::contains).count();
                            add("hot", now, "hot", user, bizdate, wanted);
                            add("item-CF", now, "item_cf", user, bizdate, wanted);
                            add("user-CF", now, "user_cf", user, bizdate, wanted);
                            add(FULL, now, "home", user, bizdate, wanted);
                            add("ranker frozen", oldRanker, "home", user, bizdate, wanted);
                            add("recall frozen", oldRecall, "home", user, bizdate, wanted);
                            add("both frozen", oldBoth, "home", user, bizdate, wanted);
                        });
    }

    private void add(
            String lane,
            Live live,
            String scene,
            String user,
            LocalDate bizdate,
            Set<String> wanted) {
        Answer answer =
                Recommender.patient()
                        .recommend(
                                live,
                                UserView.nobody(),
                                RecommendRequest.of(
                                        "replay",
                                        scene,
                                        user,
                                        Tally.DEPTH,
                                        bizdate.plusDays(1)
                                                .atStartOfDay()
                                                .toInstant(ZoneOffset.UTC)));
        if (scene.equals("home") && !answer.isRanked()) {
            throw new IllegalStateException(
                    lane + " of " + bizdate + " was not ranked: " + answer.note());
        }
        List<String> list = new ArrayList<>();
        answer.items().forEach(item -> list.add(item.item()));
        lanes.computeIfAbsent(lane, _ -> new Tally()).add(user, list, wanted);
    }

    private static SortedMap<String, BundleRef> mixed(
            SortedMap<String, BundleRef> fresh,
            SortedMap<String, BundleRef> old,
            Set<String> frozen) {
        SortedMap<String, BundleRef> mixed = new TreeMap<>(fresh);
        frozen.forEach(alias -> mixed.put(alias, old.get(alias)));
        return mixed;
    }

    private Live live(ServingBundle serving, SortedMap<String, BundleRef> aliases) {
        BundleStore bundles = installation.bundles();
        Live.Builder live = new Live.Builder(serving);
        aliases.forEach(
                (alias, ref) -> {
                    if (!alias.equals(ServingBundle.ALIAS)) {
                        live.bundle(bundles, alias, ref);
                    }
                });
        return live.build();
    }
}
