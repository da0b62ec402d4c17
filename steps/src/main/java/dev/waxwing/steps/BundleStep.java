package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.model.ItemList;
import dev.waxwing.model.Neighbours;
import dev.waxwing.model.ScoredId;
import dev.waxwing.warehouse.Batch;
import dev.waxwing.warehouse.Partition;
import dev.waxwing.warehouse.Warehouse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `bundle: features | neighbours | list` makes a bundle of one day of a table. It becomes live by a later `activate`.
///
///     user_features: { bundle: features, name: user_features, from: dws_user_feature, key: user_id }
///     item_cf:       { bundle: neighbours, name: item_cf, from: ads_item_cf, key: item_id, neighbours: neighbours }
///     hot:           { bundle: list, name: hot, from: ads_hot }
final class BundleStep implements Step {
    /// Snapshots are large, and the tables keep history.
    private static final Duration DAYS = Duration.ofDays(7);

    /// The output that names the bundle that was published.
    static final String REF = "bundle";

    private final Workplace workplace;
    private final BundleKind kind;
    private final String name;
    private final String from;
    private final String key;
    private final String neighbours;
    private final int keepDays;

    private BundleStep(
            Workplace workplace,
            BundleKind kind,
            String name,
            String from,
            String key,
            String neighbours,
            int keepDays) {
        this.workplace = workplace;
        this.kind = kind;
        this.name = name;
        this.from = from;
        this.key = key;
        this.neighbours = neighbours;
        this.keepDays = keepDays;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "bundle";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "bundle",
                                StepKey.Type.TEXT,
                                "features, neighbours, list or serving."),
                        StepKey.optional(
                                "name",
                                StepKey.Type.TEXT,
                                "The slot it fills; otherwise the step's name."),
                        StepKey.optional(
                                "from", StepKey.Type.TEXT, "The table whose day is bundled."),
                        StepKey.optional(
                                "key", StepKey.Type.TEXT, "The column with the entity's id."),
                        StepKey.optional(
                                "neighbours",
                                StepKey.Type.TEXT,
                                "The column with the map of neighbours."),
                        StepKey.optional(
                                "scenes", StepKey.Type.TEXT, "For serving: the folder of scenes."),
                        StepKey.optional(
                                "events",
                                StepKey.Type.TEXT,
                                "For serving: the folder of event types."),
                        StepKey.optional(
                                "keep",
                                StepKey.Type.SPAN,
                                "How long bundles of this name are kept; features 7d, others"
                                        + " 90d."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                String kind =
                        config.choice(
                                "bundle", List.of("features", "neighbours", "list", "serving"));
                String slot = config.text("name", name);
                if (kind.equals("serving")) {
                    return new ServingBundleStep(
                            workplace,
                            config.text("scenes", "scenes"),
                            config.text("events", "events"));
                }
                String from = config.text("from");
                int keep =
                        (int)
                                config.duration(
                                                "keep",
                                                kind.equals("features")
                                                        ? DAYS
                                                        : Duration.ofDays(90))
                                        .toDays();
                return switch (kind) {
                    case "neighbours" ->
                            new BundleStep(
                                    workplace,
                                    BundleKind.NEIGHBOURS,
                                    slot,
                                    from,
                                    config.text("key"),
                                    config.text("neighbours", "neighbours"),
                                    keep);
                    case "list" ->
                            new BundleStep(
                                    workplace, BundleKind.LIST, slot, from, "item_id", "", keep);
                    default ->
                            new BundleStep(
                                    workplace,
                                    BundleKind.FEATURES,
                                    slot,
                                    from,
                                    config.text("key"),
                                    "",
                                    keep);
                };
            }
        };
    }

    @Override
    public List<String> reads() {
        return List.of(from);
    }

    @Override
    public StepOutcome run(StepContext context) {
        Warehouse warehouse = workplace.warehouse();
        List<String> missing =
                new Upstream(Map.of()).missing(warehouse, reads(), context.bizdate());
        if (!missing.isEmpty()) {
            return Workplace.waitingFor(missing);
        }
        String ds = Days.ds(context.bizdate());
        try (BundleWriter bundle = workplace.bundles().draft(kind, name, context.bizdate())) {
            long entries = fill(bundle, ds);
            Partition partition = warehouse.partition(from, ds).orElseThrow();
            bundle.provenance("run", context.runId());
            bundle.provenance("from", from + "/ds=" + ds);
            bundle.provenance("snapshot", Long.toString(partition.snapshot()));
            BundleRef ref = bundle.publish();
            context.output(REF, ref.toString());
            context.announce("bundle " + ref.name());
            context.output("entries", Long.toString(entries));
            context.log(ref + ": " + entries + " entries");
            new Aliases(workplace.bundles()).forget(context, name, keepDays);
            return new StepOutcome.Done(entries);
        }
    }

    private long fill(BundleWriter bundle, String ds) {
        Warehouse warehouse = workplace.warehouse();
        return switch (kind) {
            case FEATURES -> {
                var table = Entities.load(warehouse, Entities.selectAll(warehouse, from, key, ds));
                bundle.features(table);
                yield table.size();
            }
            case NEIGHBOURS -> {
                Neighbours.Builder lists = Neighbours.builder();
                warehouse.batches(
                        Entities.select(from, key, List.of("t." + Entities.quoted(neighbours)), ds),
                        batch -> addNeighbours(batch, lists));
                bundle.neighbours(lists);
                yield lists.size();
            }
            case LIST -> {
                Map<String, List<ScoredId>> groups = new LinkedHashMap<>();
                warehouse.batches(
                        Entities.select(from, key, List.of("t.grp", "t.score"), ds),
                        batch -> addItems(batch, groups));
                bundle.list(new ItemList(groups));
                yield groups.values().stream().mapToLong(List::size).sum();
            }
            case RANKER, SERVING, KEPT ->
                    throw new IllegalStateException(
                            "a " + kind.word() + " bundle is not made of a table");
        };
    }

    private static void addNeighbours(Batch batch, Neighbours.Builder lists) {
        String[] ids = batch.strings(0);
        Map<String, Double>[] neighbours = batch.weights(1);
        for (int row = 0; row < batch.rows(); row++) {
            List<ScoredId> scored = new ArrayList<>();
            if (neighbours[row] != null) {
                neighbours[row].forEach((id, score) -> scored.add(new ScoredId(id, score)));
            }
            lists.add(ids[row], scored);
        }
    }

    private static void addItems(Batch batch, Map<String, List<ScoredId>> groups) {
        String[] items = batch.strings(0);
        String[] group = batch.strings(1);
        double[] scores = batch.doubles(2);
        for (int row = 0; row < batch.rows(); row++) {
            groups.computeIfAbsent(group[row], _ -> new ArrayList<>())
                    .add(new ScoredId(items[row], scores[row]));
        }
    }
}
