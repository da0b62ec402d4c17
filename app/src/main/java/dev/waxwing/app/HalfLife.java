package dev.waxwing.app;

import dev.waxwing.flow.TimeVariables;
import dev.waxwing.warehouse.Warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// After how many days an act shall count half in the hot list: tried on the days before the judged ones.
///
/// Each half-life of [#GRID] makes the lists of all those mornings with the project's own `sql/ads_hot.sql`; a user's list is the
/// first 20 films of it that they had not taken before, judged by the day's first-time pairs. The rule: the best hit@20 over all
/// days together; of equals the shorter.
///
/// @param first the first day tried
/// @param last the last one: the day before the first judged
/// @param tried by half-life in days
/// @param set what `sql/ads_hot.sql` says
record HalfLife(LocalDate first, LocalDate last, SortedMap<Double, Tally> tried, double set) {
    static final List<Double> GRID = List.of(0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0);

    /// How many days back the hot list looks; the first mornings tried have as many before them.
    private static final int WINDOW = 15;

    private static final Pattern SETTING = Pattern.compile("pow\\(0\\.5, age / ([0-9.]+)\\)");

    /// @param firstJudged nothing of this day or a later one is read
    /// @param days at most so many days before it are tried
    static HalfLife before(LocalDate firstJudged, int days, Warehouse warehouse, Path project) {
        Path file = project.resolve("sql/ads_hot.sql");
        String sql = read(file);
        Matcher setting = SETTING.matcher(sql);
        if (setting.results().count() != 1) {
            throw new IllegalStateException(
                    file
                            + " must say its half-life once, as pow(0.5, age / DAYS), so that others can"
                            + " be tried");
        }
        setting.reset();
        setting.find();
        double set = Double.parseDouble(setting.group(1));
        LocalDate last = firstJudged.minusDays(1);
        LocalDate begun = firstAct(warehouse).plusDays(WINDOW);
        LocalDate wanted = firstJudged.minusDays(days);
        LocalDate first = wanted.isBefore(begun) ? begun : wanted;
        if (first.isAfter(last)) {
            throw new IllegalStateException(
                    "there are no days before "
                            + firstJudged
                            + " with "
                            + WINDOW
                            + " days of acts before them, on which the half-life of hot could be tried;"
                            + " judge fewer days");
        }
        // The list of a day is what the next morning may know.
        TimeVariables range = TimeVariables.range(first.minusDays(1), last.minusDays(1));
        Map<Double, Map<String, List<String>>> lists = new TreeMap<>();
        for (double half : GRID) {
            String tried = setting.replaceFirst("pow(0.5, age / " + half + ")");
            lists.put(half, lists(warehouse, range.fill(file.toString(), tried)));
        }
        SortedMap<Double, Tally> tallies = new TreeMap<>();
        GRID.forEach(half -> tallies.put(half, new Tally()));
        Map<String, Set<String>> taken = taken(warehouse, first);
        for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
            Map<String, Set<String>> pairs = JudgedDay.of(warehouse, day).pairs();
            String morning = TimeVariables.ds(day.minusDays(1));
            pairs.forEach(
                    (user, items) -> {
                        Set<String> old = taken.getOrDefault(user, Set.of());
                        tallies.forEach(
                                (half, tally) ->
                                        tally.add(
                                                user,
                                                unseen(lists.get(half).get(morning), old),
                                                items));
                    });
            pairs.forEach(
                    (user, items) ->
                            taken.computeIfAbsent(user, _ -> new HashSet<>()).addAll(items));
        }
        return new HalfLife(first, last, tallies, set);
    }

    /// The half-life that the rule takes, in days.
    double best() {
        double best = tried.firstKey();
        for (Map.Entry<Double, Tally> one : tried.entrySet()) {
            if (one.getValue().hit() > tried.get(best).hit()) {
                best = one.getKey();
            }
        }
        return best;
    }

    /// A section of the results page.
    String text() {
        StringBuilder text =
                new StringBuilder(
                        String.format(
                                Locale.ROOT,
                                """
                                ## How the half-life of hot was chosen

                                By the same command, on %s to %s, the days before the first judged one; nothing later was read. Each half-life made the lists of
                                these mornings with the project's sql/ads_hot.sql; judged as above, %,d pairs. The rule is the best hit@20 over all these days, of equals the shorter.

                                | half-life, days | hit@20 | NDCG@20 | |
                                | --- | --- | --- | --- |
                                """,
                                first,
                                last,
                                tried.get(tried.firstKey()).pairs()));
        tried.forEach(
                (half, tally) ->
                        text.append(
                                String.format(
                                        Locale.ROOT,
                                        "| %.1f | %.4f | %.4f | %s |%n",
                                        half,
                                        tally.hit(),
                                        tally.ndcg(),
                                        half == best() ? "chosen" : "")));
        return text.append(
                        set == best()
                                ? String.format(
                                        Locale.ROOT,
                                        "%nThe example is set to it: %.1f days.%n",
                                        set)
                                : String.format(
                                        Locale.ROOT,
                                        "%n**The example is not set to it**: its sql/ads_hot.sql says %.1f days, and every figure"
                                                + " on this page was made with that.%n",
                                        set))
                .toString();
    }

    private static List<String> unseen(List<String> list, Set<String> old) {
        return list.stream().filter(item -> !old.contains(item)).limit(Tally.DEPTH).toList();
    }

    private static LocalDate firstAct(Warehouse warehouse) {
        String ds =
                warehouse.query(
                        "SELECT min(ds) FROM dwd_action",
                        rows -> {
                            rows.next();
                            return rows.getString(1);
                        });
        return LocalDate.parse(ds, java.time.format.DateTimeFormatter.BASIC_ISO_DATE);
    }

    /// The items of each day's list, best first.
    private static Map<String, List<String>> lists(Warehouse warehouse, String sql) {
        Map<String, List<String>> lists = new HashMap<>();
        warehouse.batches(
                "SELECT ds, item_id FROM (" + sql + ") ORDER BY ds, rank",
                batch -> {
                    String[] days = batch.strings(0);
                    String[] items = batch.strings(1);
                    for (int row = 0; row < days.length; row++) {
                        lists.computeIfAbsent(days[row], _ -> new ArrayList<>()).add(items[row]);
                    }
                });
        return lists;
    }

    /// What each user had taken before a day.
    private static Map<String, Set<String>> taken(Warehouse warehouse, LocalDate day) {
        Map<String, Set<String>> taken = new HashMap<>();
        warehouse.batches(
                "SELECT DISTINCT user_id, item_id FROM dwd_action WHERE ds < '"
                        + TimeVariables.ds(day)
                        + "' ORDER BY user_id, item_id",
                batch -> {
                    String[] users = batch.strings(0);
                    String[] items = batch.strings(1);
                    for (int row = 0; row < users.length; row++) {
                        taken.computeIfAbsent(users[row], _ -> new HashSet<>()).add(items[row]);
                    }
                });
        return taken;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
