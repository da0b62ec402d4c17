package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.learn.Interactions;
import dev.waxwing.learn.ItemCf;
import dev.waxwing.learn.KeptNeighbours;
import dev.waxwing.learn.NeighbourLists;
import dev.waxwing.learn.NeighbourParams;
import dev.waxwing.learn.NeighbourSearch;
import dev.waxwing.learn.Swing;
import dev.waxwing.learn.SwingParams;
import dev.waxwing.learn.TrainingException;
import dev.waxwing.learn.UserCf;
import dev.waxwing.warehouse.Column;
import dev.waxwing.warehouse.Partition;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/// `item_cf: dwd_action` finds the neighbours of every item, `user_cf: dwd_action` those of every user, from the acts of
/// a window of days, as of the end of each day.
///
/// Keys besides those of a target are the trainer's parameters, by our names or PAI's (`similarity`, `top`, `iuf`, …); with
/// `similarity: swing`, which is for items alone, those of [SwingParams].
///
/// The acts of all days are held as numbers ([Acts]); lists are found and written some thousands at a time.
///
/// With `incremental: true` the acts of the window are kept as numbers until the next night, which then reads only the
/// days that are new or whose content has changed, under every formula. `item_cf` that only counts (cosine, asymcosine
/// and jaccard without `iuf`, `co-action-decay` and `half-life-days`) also keeps what it knew of neighbours where that is
/// worth it, and counts only the items of which this and what has changed do not prove the nearest. Either way the rows are to the bit those of a night that read and counted everything.
final class NeighbourStep implements Step {
    private static final int AT_A_TIME = 4096;
    private static final List<String> PARAMETERS =
            List.of(
                    "similarity",
                    "top",
                    "min-user-items",
                    "max-user-items",
                    "long-users",
                    "max-item-users",
                    "alpha",
                    "weight",
                    "iuf",
                    "co-action-decay",
                    "half-life-days",
                    "hot-penalty",
                    "min-support",
                    "normalize-rows",
                    "similarityType",
                    "topN",
                    "minUserBehavior",
                    "maxUserBehavior");
    private static final List<String> OF_SWING =
            List.of(
                    "alpha1",
                    "alpha2",
                    "beta",
                    "users-per-item",
                    "topk",
                    "maxClickPerUser",
                    "maxUserPerItem");

    private final Workplace workplace;
    private final String from;
    private final int window;
    private final Method method;
    private final boolean incremental;
    private final Target target;

    /// How neighbours are found.
    private sealed interface Method {
        record Items(NeighbourParams params) implements Method {}

        record Users(NeighbourParams params) implements Method {}

        record ItemsBySwing(SwingParams params) implements Method {}
    }

    private NeighbourStep(
            Workplace workplace,
            String from,
            int window,
            Method method,
            boolean incremental,
            Target target) {
        this.workplace = workplace;
        this.from = from;
        this.window = window;
        this.method = method;
        this.incremental = incremental;
        this.target = target;
    }

    static StepKind itemCf(Workplace workplace) {
        return kind(workplace, "item_cf", true);
    }

    static StepKind userCf(Workplace workplace) {
        return kind(workplace, "user_cf", false);
    }

    private static StepKind kind(Workplace workplace, String key, boolean items) {
        List<String> parameters = new ArrayList<>(PARAMETERS);
        if (items) {
            parameters.addAll(OF_SWING);
        }
        return new StepKind() {
            @Override
            public String key() {
                return key;
            }

            @Override
            public List<StepKey> keys() {
                List<StepKey> keys = new ArrayList<>(Target.KEYS);
                keys.add(
                        StepKey.required(
                                key,
                                StepKey.Type.TEXT,
                                "The table of acts: user_id, item_id, at, weight."));
                keys.add(
                        StepKey.optional(
                                "window",
                                StepKey.Type.SPAN,
                                "How many days of acts count; default 60d."));
                keys.add(
                        StepKey.optional(
                                "incremental",
                                StepKey.Type.FLAG,
                                "Keep what was read and counted for the next night; default"
                                        + " false."));
                for (String parameter : parameters) {
                    keys.add(
                            StepKey.optional(
                                    parameter,
                                    StepKey.Type.ANY,
                                    OF_SWING.contains(parameter)
                                            ? "A parameter of similarity: swing."
                                            : "A parameter of the neighbour search."));
                }
                return keys;
            }

            @Override
            public Step parse(String name, MapNode config) {
                int window = (int) config.duration("window", Duration.ofDays(60)).toDays();
                Map<String, Object> named = new LinkedHashMap<>();
                for (String parameter : parameters) {
                    if (config.has(parameter)) {
                        named.put(parameter, config.text(parameter));
                    }
                }
                named.put("threads", workplace.threads());
                Method method = new Method.Items(NeighbourParams.DEFAULTS);
                try {
                    method = method(items, named);
                } catch (TrainingException e) {
                    config.problem(key, e.getMessage());
                }
                return new NeighbourStep(
                        workplace,
                        config.text(key),
                        Math.max(1, window),
                        method,
                        config.flag("incremental", false),
                        Target.parse(config));
            }
        };
    }

    private static Method method(boolean items, Map<String, Object> named) {
        if (items && "swing".equals(named.get("similarity"))) {
            named.remove("similarity");
            return new Method.ItemsBySwing(SwingParams.of(named));
        }
        NeighbourParams params = NeighbourParams.of(named);
        return items ? new Method.Items(params) : new Method.Users(params);
    }

    @Override
    public List<String> reads() {
        return List.of(from);
    }

    @Override
    public List<String> writes() {
        return List.of(target.table());
    }

    @Override
    public StepOutcome run(StepContext context) throws Exception {
        List<String> missing =
                new Upstream(Map.of()).missing(workplace.warehouse(), reads(), context.bizdate());
        if (!missing.isEmpty()) {
            return Workplace.waitingFor(missing);
        }
        boolean users = method instanceof Method.Users;
        List<Column> columns =
                List.of(
                        new Column(users ? "user_id" : "item_id", "VARCHAR"),
                        new Column(users ? "similar_users" : "neighbours", "MAP(VARCHAR, DOUBLE)"),
                        new Column("ds", "VARCHAR"));
        if (incremental && method instanceof Method.Items(NeighbourParams params)) {
            List<String> weighs = params.weighs();
            if (!weighs.isEmpty()) {
                context.log(
                        "pairs are counted anew: "
                                + String.join(", ", weighs)
                                + " add up weights, and only counts can be gone on from");
            }
        }
        KeptNight kept = new KeptNight(workplace.bundles(), target.table(), from);
        try (Known known = new Known(context.work())) {
            List<Acts> last = new ArrayList<>();
            StepOutcome outcome =
                    target.write(
                            workplace.warehouse(),
                            context,
                            reads(),
                            (range, write) -> {
                                Acts acts = acts(range, kept, known, context);
                                List<String> ids = (users ? acts.users : acts.items).sorted();
                                List<LocalDate> days = range.ds().stream().map(Days::day).toList();
                                write.rows(
                                        columns, () -> new Lists(days, acts, ids, known, context));
                                write.madeFrom(
                                        from,
                                        Days.ds(range.from().minusDays(window - 1L)),
                                        Days.ds(range.to()));
                                last.clear();
                                last.add(acts);
                            });
            if (incremental && !last.isEmpty()) {
                LocalDate night = context.bizdate();
                kept.keep(
                        context,
                        last.getFirst(),
                        night.minusDays(window - 1L),
                        night,
                        known.release());
            }
            return outcome;
        }
    }

    /// What is known of neighbours from day to day, in files of the run.
    private static final class Known implements AutoCloseable {
        private final Path folder;
        private Optional<KeptNeighbours> open = Optional.empty();
        private Optional<KeptNeighbours.Keeper> kept = Optional.empty();
        private Optional<Path> file = Optional.empty();

        Known(Path folder) {
            this.folder = folder;
        }

        /// Goes on from this.
        void begin(Optional<KeptNeighbours> known) {
            close();
            open = known;
            file = Optional.empty();
        }

        /// The search of a day, from what was known the day before if that is there.
        NeighbourSearch search(Interactions acts, NeighbourParams params, StepContext context) {
            if (open.isPresent()) {
                try {
                    return ItemCf.goingOn(open.get(), acts, params);
                } catch (TrainingException e) {
                    context.log(
                            "kept neighbours cannot be used, everything is counted: "
                                    + e.getMessage());
                    close();
                }
            }
            return ItemCf.keeping(acts, params);
        }

        Path file(String ds) {
            return folder.resolve("neighbours-" + ds + ".bin");
        }

        /// Where what is known of a day goes; closed with this, however the search ends.
        KeptNeighbours.Keeper keeper(NeighbourSearch search, Path to) {
            KeptNeighbours.Keeper keeper = search.keeper(to);
            kept = Optional.of(keeper);
            return keeper;
        }

        /// Ends a day: the next one goes on from it.
        void next(Optional<Path> known) throws IOException {
            close();
            if (file.isPresent()) {
                Files.delete(file.get());
            }
            file = known;
            open = known.map(KeptNeighbours::open);
        }

        /// The file of the last day.
        Optional<Path> release() {
            close();
            return file;
        }

        @Override
        public void close() {
            open.ifPresent(KeptNeighbours::close);
            open = Optional.empty();
            kept.ifPresent(KeptNeighbours.Keeper::close);
            kept = Optional.empty();
        }
    }

    /// The rows of all days, of which no more than a part of one day is in memory.
    private final class Lists implements Iterator<Object[]> {
        private final Iterator<LocalDate> days;
        private final Acts acts;
        private final List<String> ids;
        private final Known known;
        private final StepContext context;
        private String ds = "";
        private Parts parts = new Parts(0, 1, _ -> null, () -> {});
        private int from;
        private Iterator<Object[]> rows = Collections.emptyIterator();

        Lists(List<LocalDate> days, Acts acts, List<String> ids, Known known, StepContext context) {
            this.days = days.iterator();
            this.acts = acts;
            this.ids = ids;
            this.known = known;
            this.context = context;
        }

        @Override
        public boolean hasNext() {
            while (!rows.hasNext()) {
                if (from < parts.rows) {
                    rows = rows(parts.find.apply(from), from);
                    from += parts.atATime;
                    if (from >= parts.rows) {
                        parts.done.run();
                    }
                } else if (days.hasNext()) {
                    LocalDate day = days.next();
                    ds = Days.ds(day);
                    Interactions between = acts.between(day.minusDays(window - 1L), day);
                    parts = parts(between, ds, known, context);
                    from = 0;
                } else {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Object[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return rows.next();
        }

        private Iterator<Object[]> rows(NeighbourLists lists, int first) {
            if (first == 0) {
                context.log(ds + ": " + lists.report());
            }
            List<Object[]> found = new ArrayList<>();
            for (int row = 0; row < lists.size(); row++) {
                int[] others = lists.ids(row);
                if (others.length > 0) {
                    double[] scores = lists.scores(row);
                    Map<String, Double> neighbours = LinkedHashMap.newLinkedHashMap(others.length);
                    for (int n = 0; n < others.length; n++) {
                        neighbours.put(ids.get(others[n]), scores[n]);
                    }
                    found.add(new Object[] {ids.get(first + row), neighbours, ds});
                }
            }
            return found.iterator();
        }
    }

    /// How the lists of a day are found: `atATime` rows from a given one on, and what is to be done then.
    private record Parts(int rows, int atATime, IntFunction<NeighbourLists> find, Runnable done) {
        static Parts of(NeighbourSearch search) {
            return of(search, search::find, () -> {});
        }

        static Parts of(NeighbourSearch search, Stretch stretch, Runnable done) {
            return new Parts(
                    search.rows(),
                    AT_A_TIME,
                    from -> stretch.find(from, Math.min(from + AT_A_TIME, search.rows())),
                    done);
        }
    }

    @FunctionalInterface
    private interface Stretch {
        NeighbourLists find(int from, int to);
    }

    private Parts parts(Interactions acts, String ds, Known known, StepContext context) {
        return switch (method) {
            case Method.Items(NeighbourParams params)
                    when incremental && params.weighs().isEmpty() ->
                    goingOn(acts, params, ds, known, context);
            case Method.Items(NeighbourParams params) -> Parts.of(ItemCf.search(acts, params));
            case Method.Users(NeighbourParams params) -> Parts.of(UserCf.search(acts, params));
            case Method.ItemsBySwing(SwingParams params) -> {
                int items = Math.max(1, acts.itemCount());
                yield new Parts(acts.itemCount(), items, _ -> Swing.train(acts, params), () -> {});
            }
        };
    }

    private static Parts goingOn(
            Interactions acts,
            NeighbourParams params,
            String ds,
            Known known,
            StepContext context) {
        NeighbourSearch search = known.search(acts, params, context);
        if (!search.keepingPays()) {
            context.log(ds + ": all pairs counted");
            return Parts.of(search, search::find, () -> ended(known, Optional.empty()));
        }
        Path file = known.file(ds);
        KeptNeighbours.Keeper keeper = known.keeper(search, file);
        return Parts.of(
                search,
                (from, to) -> search.find(from, to, keeper),
                () -> {
                    context.log(ds + ": " + counted(search));
                    ended(known, Optional.of(file));
                });
    }

    private static String counted(NeighbourSearch search) {
        return search.changedUsers().isPresent()
                ? "gone on from the night before, with "
                        + search.changedUsers().getAsInt()
                        + " users whose lists changed; "
                        + search.counted()
                        + " of "
                        + search.rows()
                        + " items counted"
                : "all pairs counted";
    }

    private static void ended(Known known, Optional<Path> file) {
        try {
            known.next(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot remove what was kept of the day before: " + e, e);
        }
    }

    private Acts acts(Days.Range range, KeptNight kept, Known known, StepContext context) {
        LocalDate first = range.from().minusDays(window - 1L);
        Map<String, String> hashes = hashes(first, range.to());
        Optional<KeptNight.Found> found = incremental ? kept.latest(context) : Optional.empty();
        Acts acts = found.map(KeptNight.Found::acts).orElseGet(Acts::new);
        SortedSet<String> there = acts.keepOnly(hashes);
        SortedSet<String> wanted = new TreeSet<>(hashes.keySet());
        wanted.removeAll(there);
        if (found.isPresent()) {
            context.log(
                    there.size()
                            + " days as kept on "
                            + found.get().night()
                            + ", "
                            + wanted.size()
                            + " read");
        }
        if (!wanted.isEmpty()) {
            read(wanted, acts);
        }
        Map<String, String> after = hashes(first, range.to());
        for (String ds : wanted) {
            boolean same = hashes.get(ds).equals(after.get(ds));
            acts.hash(ds, same ? hashes.get(ds) : "");
        }
        acts.sort();
        known.begin(found.flatMap(night -> night.open(context)));
        return acts;
    }

    /// The content of each day that is there.
    private Map<String, String> hashes(LocalDate first, LocalDate last) {
        Map<String, String> hashes = new TreeMap<>();
        for (Partition partition : workplace.warehouse().partitions(from)) {
            LocalDate day = Days.day(partition.ds());
            if (!day.isBefore(first) && !day.isAfter(last)) {
                hashes.put(partition.ds(), partition.hash());
            }
        }
        return hashes;
    }

    private void read(SortedSet<String> days, Acts into) {
        workplace
                .warehouse()
                .batches(
                        "SELECT user_id, item_id, epoch_us(a.\"at\") AS micros, weight, ds FROM "
                                + Entities.quoted(from)
                                + " a WHERE ds IN ("
                                + days.stream()
                                        .map(ds -> "'" + ds + "'")
                                        .collect(Collectors.joining(", "))
                                + ")",
                        into::add);
    }
}
