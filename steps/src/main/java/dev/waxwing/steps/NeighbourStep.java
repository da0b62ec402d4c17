package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.learn.Interactions;
import dev.waxwing.learn.ItemCf;
import dev.waxwing.learn.NeighbourLists;
import dev.waxwing.learn.NeighbourParams;
import dev.waxwing.learn.NeighbourSearch;
import dev.waxwing.learn.Swing;
import dev.waxwing.learn.SwingParams;
import dev.waxwing.learn.TrainingException;
import dev.waxwing.learn.UserCf;
import dev.waxwing.warehouse.Batch;
import dev.waxwing.warehouse.Column;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.function.IntFunction;

/// `item_cf: dwd_action` finds the neighbours of every item, `user_cf: dwd_action` those of every user, from the acts of
/// a window of days, as of the end of each day.
///
/// Keys besides those of a target are the trainer's parameters, by our names or PAI's (`similarity`, `top`, `iuf`, …); with
/// `similarity: swing`, which is for items alone, those of [SwingParams].
///
/// The acts of all days are held as numbers (20 bytes each), ids once each; lists are found and written some thousands
/// at a time.
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
    private final Target target;

    /// How neighbours are found.
    private sealed interface Method {
        record Items(NeighbourParams params) implements Method {}

        record Users(NeighbourParams params) implements Method {}

        record ItemsBySwing(SwingParams params) implements Method {}
    }

    private NeighbourStep(
            Workplace workplace, String from, int window, Method method, Target target) {
        this.workplace = workplace;
        this.from = from;
        this.window = window;
        this.method = method;
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
        return target.write(
                workplace.warehouse(),
                context,
                reads(),
                (range, write) -> {
                    Acts acts = acts(range);
                    List<String> ids = users ? acts.users.sorted : acts.items.sorted;
                    List<LocalDate> days = range.ds().stream().map(Days::day).toList();
                    write.rows(columns, () -> new Lists(days, acts, ids, context));
                    write.madeFrom(
                            from,
                            Days.ds(range.from().minusDays(window - 1L)),
                            Days.ds(range.to()));
                });
    }

    /// The rows of all days, of which no more than a part of one day is in memory.
    private final class Lists implements Iterator<Object[]> {
        private final Iterator<LocalDate> days;
        private final Acts acts;
        private final List<String> ids;
        private final StepContext context;
        private String ds = "";
        private Parts parts = new Parts(0, 1, _ -> null);
        private int from;
        private Iterator<Object[]> rows = Collections.emptyIterator();

        Lists(List<LocalDate> days, Acts acts, List<String> ids, StepContext context) {
            this.days = days.iterator();
            this.acts = acts;
            this.ids = ids;
            this.context = context;
        }

        @Override
        public boolean hasNext() {
            while (!rows.hasNext()) {
                if (from < parts.rows) {
                    rows = rows(parts.find.apply(from), from);
                    from += parts.atATime;
                } else if (days.hasNext()) {
                    LocalDate day = days.next();
                    ds = Days.ds(day);
                    parts = parts(acts.between(day.minusDays(window - 1L), day));
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

    /// How the lists of a day are found: `atATime` rows from a given one on.
    private record Parts(int rows, int atATime, IntFunction<NeighbourLists> find) {
        static Parts of(NeighbourSearch search) {
            return new Parts(
                    search.rows(),
                    AT_A_TIME,
                    from -> search.find(from, Math.min(from + AT_A_TIME, search.rows())));
        }
    }

    private Parts parts(Interactions acts) {
        return switch (method) {
            case Method.Items(NeighbourParams params) -> Parts.of(ItemCf.search(acts, params));
            case Method.Users(NeighbourParams params) -> Parts.of(UserCf.search(acts, params));
            case Method.ItemsBySwing(SwingParams params) -> {
                int items = Math.max(1, acts.itemCount());
                yield new Parts(acts.itemCount(), items, _ -> Swing.train(acts, params));
            }
        };
    }

    private Acts acts(Days.Range range) {
        Acts acts = new Acts();
        workplace
                .warehouse()
                .batches(
                        "SELECT user_id, item_id, epoch_us(a.\"at\") AS micros, weight, ds FROM "
                                + Entities.quoted(from)
                                + " a WHERE ds BETWEEN '"
                                + Days.ds(range.from().minusDays(window - 1L))
                                + "' AND '"
                                + Days.ds(range.to())
                                + "' ORDER BY ds",
                        acts::add);
        acts.users.sort(acts.user, acts.size);
        acts.items.sort(acts.item, acts.size);
        return acts;
    }

    /// Ids as numbers: in the order they came first, and after [#sort] in the order of their texts, so that the same acts have
    /// the same numbers and ties break by id.
    private static final class Ids {
        private final Map<String, Integer> numbers = new HashMap<>();
        private List<String> sorted = List.of();

        int number(String id) {
            Integer known = numbers.putIfAbsent(id, numbers.size());
            return known == null ? numbers.size() - 1 : known;
        }

        void sort(int[] numbered, int size) {
            sorted = new ArrayList<>(numbers.keySet());
            Collections.sort(sorted);
            int[] places = new int[sorted.size()];
            for (int place = 0; place < places.length; place++) {
                places[numbers.get(sorted.get(place))] = place;
            }
            for (int k = 0; k < size; k++) {
                numbered[k] = places[numbered[k]];
            }
            numbers.clear();
        }
    }

    /// Acts of a stretch of days, in the order of the days.
    private static final class Acts {
        private final Ids users = new Ids();
        private final Ids items = new Ids();

        /// Where the acts of each day begin.
        private final TreeMap<String, Integer> starts = new TreeMap<>();

        private int size;
        private int[] user = new int[1024];
        private int[] item = new int[1024];
        private long[] seconds = new long[1024];
        private float[] weight = new float[1024];

        void add(Batch batch) {
            String[] userIds = batch.strings(0);
            String[] itemIds = batch.strings(1);
            long[] micros = batch.longs(2);
            double[] weights = batch.doubles(3);
            String[] ds = batch.strings(4);
            if (size + batch.rows() > user.length) {
                int room = Math.max(size + batch.rows(), user.length + user.length / 2);
                user = Arrays.copyOf(user, room);
                item = Arrays.copyOf(item, room);
                seconds = Arrays.copyOf(seconds, room);
                weight = Arrays.copyOf(weight, room);
            }
            for (int row = 0; row < batch.rows(); row++) {
                starts.putIfAbsent(ds[row], size);
                user[size] = users.number(userIds[row]);
                item[size] = items.number(itemIds[row]);
                seconds[size] = Math.floorDiv(micros[row], 1_000_000L);
                weight[size++] = (float) weights[row];
            }
        }

        /// The acts of the days from `from` to `to`.
        Interactions between(LocalDate from, LocalDate to) {
            int start = first(Days.ds(from));
            int end = first(Days.ds(to.plusDays(1)));
            return new Interactions(
                    users.sorted.size(),
                    items.sorted.size(),
                    Arrays.copyOfRange(user, start, end),
                    Arrays.copyOfRange(item, start, end),
                    Arrays.copyOfRange(seconds, start, end),
                    Arrays.copyOfRange(weight, start, end));
        }

        /// Where the first act of a day or later stands.
        private int first(String day) {
            Map.Entry<String, Integer> found = starts.ceilingEntry(day);
            return found == null ? size : found.getValue();
        }
    }
}
