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
import dev.waxwing.learn.NeighbourReport;
import dev.waxwing.learn.TrainingException;
import dev.waxwing.warehouse.Batch;
import dev.waxwing.warehouse.Column;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// `item_cf: dwd_action` finds the neighbours of every item from the acts of a window of days, as of the end of each day.
///
/// Keys besides those of a target are the trainer's parameters, by our names or PAI's (`similarity`, `top`, `iuf`, …).
final class ItemCfStep implements Step {
    private static final List<Column> COLUMNS =
            List.of(
                    new Column("item_id", "VARCHAR"),
                    new Column("neighbours", "MAP(VARCHAR, DOUBLE)"),
                    new Column("ds", "VARCHAR"));
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

    private final Workplace workplace;
    private final String from;
    private final int window;
    private final NeighbourParams params;
    private final Target target;

    private ItemCfStep(
            Workplace workplace, String from, int window, NeighbourParams params, Target target) {
        this.workplace = workplace;
        this.from = from;
        this.window = window;
        this.params = params;
        this.target = target;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "item_cf";
            }

            @Override
            public List<StepKey> keys() {
                List<StepKey> keys = new ArrayList<>(Target.KEYS);
                keys.add(
                        StepKey.required(
                                "item_cf",
                                StepKey.Type.TEXT,
                                "The table of acts: user_id, item_id, at, weight."));
                keys.add(
                        StepKey.optional(
                                "window",
                                StepKey.Type.SPAN,
                                "How many days of acts count; default 60d."));
                for (String parameter : PARAMETERS) {
                    keys.add(
                            StepKey.optional(
                                    parameter,
                                    StepKey.Type.ANY,
                                    "A parameter of the neighbour search."));
                }
                return keys;
            }

            @Override
            public Step parse(String name, MapNode config) {
                int window = (int) config.duration("window", Duration.ofDays(60)).toDays();
                Map<String, Object> named = new LinkedHashMap<>();
                for (String parameter : PARAMETERS) {
                    if (config.has(parameter)) {
                        named.put(parameter, config.text(parameter));
                    }
                }
                named.put("threads", workplace.threads());
                NeighbourParams params = NeighbourParams.DEFAULTS;
                try {
                    params = NeighbourParams.of(named);
                } catch (TrainingException e) {
                    config.problem("item_cf", e.getMessage());
                }
                return new ItemCfStep(
                        workplace,
                        config.text("item_cf"),
                        Math.max(1, window),
                        params,
                        Target.parse(config));
            }
        };
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
        return target.write(
                workplace.warehouse(),
                context,
                reads(),
                (range, write) -> {
                    Acts acts = acts(range);
                    write.rows(
                            COLUMNS,
                            () ->
                                    range.ds().stream()
                                            .flatMap(
                                                    ds ->
                                                            neighbours(acts, Days.day(ds), context)
                                                                    .stream())
                                            .iterator());
                    write.madeFrom(
                            from,
                            Days.ds(range.from().minusDays(window - 1L)),
                            Days.ds(range.to()));
                });
    }

    private List<Object[]> neighbours(Acts acts, LocalDate day, StepContext context) {
        Interactions recent = acts.between(day.minusDays(window - 1L), day);
        NeighbourLists lists = ItemCf.train(recent, params);
        String ds = Days.ds(day);
        NeighbourReport report = lists.report();
        context.log(ds + ": " + report);
        List<Object[]> rows = new ArrayList<>();
        for (int item = 0; item < lists.size(); item++) {
            int[] ids = lists.ids(item);
            if (ids.length > 0) {
                double[] scores = lists.scores(item);
                Map<String, Double> neighbours = LinkedHashMap.newLinkedHashMap(ids.length);
                for (int n = 0; n < ids.length; n++) {
                    neighbours.put(acts.items.get(ids[n]), scores[n]);
                }
                rows.add(new Object[] {acts.items.get(item), neighbours, ds});
            }
        }
        return rows;
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
                                + "' ORDER BY ds, user_id, item_id, a.\"at\"",
                        acts::add);
        return acts.numbered();
    }

    /// Acts of a stretch of days, in the order of the days; ids numbered in the order of their texts, so that the same acts
    /// have the same numbers and ties break by id.
    private static final class Acts {
        private final List<String[]> userIds = new ArrayList<>();
        private final List<String[]> itemIds = new ArrayList<>();
        private final List<long[]> micros = new ArrayList<>();
        private final List<double[]> weights = new ArrayList<>();
        private final List<String[]> days = new ArrayList<>();
        private List<String> items = List.of();
        private int userCount;
        private int[] user = {};
        private int[] item = {};
        private long[] seconds = {};
        private float[] weight = {};
        private String[] ds = {};

        void add(Batch batch) {
            userIds.add(batch.strings(0));
            itemIds.add(batch.strings(1));
            micros.add(batch.longs(2));
            weights.add(batch.doubles(3));
            days.add(batch.strings(4));
        }

        /// Numbers the ids; call it once, when all batches are in.
        Acts numbered() {
            ds = joined(days);
            seconds =
                    micros.stream()
                            .flatMapToLong(Arrays::stream)
                            .map(micro -> Math.floorDiv(micro, 1_000_000L))
                            .toArray();
            weight = new float[ds.length];
            int at = 0;
            for (double[] batch : weights) {
                for (double each : batch) {
                    weight[at++] = (float) each;
                }
            }
            List<String> users = new ArrayList<>();
            user = numbers(joined(userIds), users);
            userCount = users.size();
            List<String> all = new ArrayList<>();
            item = numbers(joined(itemIds), all);
            items = all;
            micros.clear();
            weights.clear();
            return this;
        }

        /// The acts of the days from `from` to `to`.
        Interactions between(LocalDate from, LocalDate to) {
            int start = first(Days.ds(from));
            int end = first(Days.ds(to.plusDays(1)));
            return new Interactions(
                    userCount,
                    items.size(),
                    Arrays.copyOfRange(user, start, end),
                    Arrays.copyOfRange(item, start, end),
                    Arrays.copyOfRange(seconds, start, end),
                    Arrays.copyOfRange(weight, start, end));
        }

        /// Where the first act of a day or later stands.
        private int first(String day) {
            int low = 0;
            int high = ds.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (ds[middle].compareTo(day) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        private static String[] joined(List<String[]> batches) {
            String[] all = batches.stream().flatMap(Arrays::stream).toArray(String[]::new);
            batches.clear();
            return all;
        }

        /// @param ids gets every id once, in order
        private static int[] numbers(String[] rows, List<String> ids) {
            ids.addAll(new TreeSet<>(Arrays.asList(rows)));
            Map<String, Integer> numbers = HashMap.newHashMap(ids.size());
            for (String id : ids) {
                numbers.put(id, numbers.size());
            }
            return Arrays.stream(rows).mapToInt(numbers::get).toArray();
        }
    }
}
