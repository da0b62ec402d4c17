package dev.waxwing.steps;

import dev.waxwing.config.ConfigException;
import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.Entity;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.warehouse.Column;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// `wide: train_sample` joins each exposure with the snapshots that it was served with, and writes the raw value of every
/// feature as a column.
///
/// A row that names no snapshot (imported history) takes the tables' partitions of the day before.
final class WideStep implements Step {
    private final Workplace workplace;
    private final String sample;
    private final FeatureSpec spec;
    private final Map<Entity, String> snapshots;
    private final Target target;

    private WideStep(
            Workplace workplace,
            String sample,
            FeatureSpec spec,
            Map<Entity, String> snapshots,
            Target target) {
        this.workplace = workplace;
        this.sample = sample;
        this.spec = spec;
        this.snapshots = Map.copyOf(snapshots);
        this.target = target;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "wide";
            }

            @Override
            public List<StepKey> keys() {
                List<StepKey> keys = new ArrayList<>(Target.KEYS);
                keys.add(StepKey.required("wide", StepKey.Type.TEXT, "The table of exposures."));
                keys.add(
                        StepKey.required(
                                "features",
                                StepKey.Type.TEXT,
                                "The file that declares the features."));
                keys.add(
                        StepKey.required(
                                "snapshots",
                                StepKey.Type.MAP,
                                "user and item: the tables that hold their daily snapshots."));
                return keys;
            }

            @Override
            public Step parse(String name, MapNode config) {
                Optional<FeatureSpec> spec = featureSpec(workplace, config);
                spec.ifPresent(features -> checkNames(features, config));
                MapNode snapshots = config.map("snapshots");
                Map<Entity, String> tables =
                        Map.of(
                                Entity.USER,
                                snapshots.text("user"),
                                Entity.ITEM,
                                snapshots.text("item"));
                return new WideStep(
                        workplace,
                        config.text("wide"),
                        spec.orElse(null),
                        tables,
                        Target.parse(config));
            }
        };
    }

    private static void checkNames(FeatureSpec spec, MapNode config) {
        List<String> taken = new ArrayList<>();
        WideRows.KEYS.forEach(column -> taken.add(column.name()));
        taken.add("ds");
        for (String name : taken) {
            if (spec.indexOf(name) >= 0) {
                config.problem(
                        "features",
                        "the feature "
                                + name
                                + " has the name of a column that every wide table has; another"
                                + " name would do");
            }
        }
    }

    /// The features file that a step names; its problems become the step's.
    static Optional<FeatureSpec> featureSpec(Workplace workplace, MapNode config) {
        String file = config.text("features");
        if (!config.has("features")) {
            return Optional.empty();
        }
        try {
            Path path = workplace.project().resolve(file);
            return Optional.of(FeatureSpec.read(path));
        } catch (ConfigException e) {
            e.problems().forEach(problem -> config.problem("features", problem));
            return Optional.empty();
        }
    }

    /// The columns of the table that it writes.
    List<Column> columns() {
        return WideRows.columns(spec);
    }

    @Override
    public List<String> reads() {
        return List.of(sample, snapshots.get(Entity.USER), snapshots.get(Entity.ITEM));
    }

    @Override
    public List<String> writes() {
        return List.of(target.table());
    }

    @Override
    public StepOutcome run(StepContext context) throws Exception {
        Upstream upstream =
                new Upstream(
                        Map.of(
                                snapshots.get(Entity.USER), Optional.of(-1),
                                snapshots.get(Entity.ITEM), Optional.of(-1)));
        List<String> missing = upstream.missing(workplace.warehouse(), reads(), context.bizdate());
        if (!missing.isEmpty()) {
            return Workplace.waitingFor(missing);
        }
        return target.write(
                workplace.warehouse(),
                context,
                List.of(sample),
                (range, write) -> {
                    WideRows rows = new WideRows(workplace, sample, spec, snapshots);
                    try (ExecutorService workers =
                            Executors.newFixedThreadPool(workplace.threads())) {
                        write.rows(WideRows.columns(spec), rows.of(range, workers));
                    }
                    write.madeFrom(sample, Days.ds(range.from()), Days.ds(range.to()));
                    for (String snapshot : snapshots.values()) {
                        write.madeFrom(
                                snapshot,
                                Days.ds(range.from().minusDays(1)),
                                Days.ds(range.to().minusDays(1)));
                    }
                });
    }
}
