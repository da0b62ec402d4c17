package dev.waxwing.steps;

import dev.waxwing.config.DidYouMean;
import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.learn.Evaluation;
import dev.waxwing.learn.Interval;
import dev.waxwing.learn.PairedBootstrap;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.Ranker;
import dev.waxwing.warehouse.Column;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.WarehouseException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// `evaluate: gbdt_lr` scores a model on one part of a split with the serving scorer, alone or beside the live champion on
/// the same rows.
///
/// The difference to the champion comes with a 95 % interval by paired bootstrap over users. The champion is what the alias
/// named before this business date, so a night that runs again is compared with the same model.
final class EvaluateStep implements Step {
    private static final List<Column> COLUMNS =
            List.of(
                    new Column("model", "VARCHAR"),
                    new Column("part", "VARCHAR"),
                    new Column("metric", "VARCHAR"),
                    new Column("value", "DOUBLE"),
                    new Column("champion", "DOUBLE"),
                    new Column("difference", "DOUBLE"),
                    new Column("low", "DOUBLE"),
                    new Column("high", "DOUBLE"),
                    new Column("against", "VARCHAR"),
                    new Column("segment", "VARCHAR"),
                    new Column("segment_value", "VARCHAR"),
                    new Column("ds", "VARCHAR"));
    private static final PairedBootstrap BOOTSTRAP = new PairedBootstrap(1000, 0.95, 20130801L);

    private final Workplace workplace;
    private final String model;
    private final String on;
    private final String against;
    private final List<String> by;
    private final Target target;

    private EvaluateStep(
            Workplace workplace,
            String model,
            String on,
            String against,
            List<String> by,
            Target target) {
        this.workplace = workplace;
        this.model = model;
        this.on = on;
        this.against = against;
        this.by = List.copyOf(by);
        this.target = target;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "evaluate";
            }

            @Override
            public List<StepKey> keys() {
                List<StepKey> keys = new ArrayList<>(Target.KEYS);
                keys.add(
                        StepKey.required(
                                "evaluate",
                                StepKey.Type.TEXT,
                                "The training step whose model is scored."));
                keys.add(
                        StepKey.required(
                                "on",
                                StepKey.Type.TEXT,
                                "The part of a split, such as split.test."));
                keys.add(
                        StepKey.optional(
                                "against",
                                StepKey.Type.TEXT,
                                "An alias whose model is scored on the same rows, such as"
                                        + " home_rank/champion."));
                keys.add(
                        StepKey.optional(
                                "by",
                                StepKey.Type.TEXTS,
                                "Columns of the rows whose values are judged one by one too, such"
                                        + " as scene."));
                return keys;
            }

            @Override
            public Step parse(String name, MapNode config) {
                return new EvaluateStep(
                        workplace,
                        config.text("evaluate"),
                        config.text("on"),
                        config.text("against", ""),
                        config.texts("by"),
                        Target.parse(config));
            }
        };
    }

    @Override
    public List<String> needs() {
        return List.of(model, SplitStep.Part.stepOf(on));
    }

    @Override
    public List<String> writes() {
        return List.of(target.table());
    }

    @Override
    public SequencedMap<String, String> problemsBeside(Map<String, Step> others) {
        SequencedMap<String, String> problems = new LinkedHashMap<>();
        if (others.get(SplitStep.Part.stepOf(on)) instanceof SplitStep split) {
            others.values().stream()
                    .filter(step -> step.writes().contains(split.table()))
                    .filter(WideStep.class::isInstance)
                    .map(step -> ((WideStep) step).columns())
                    .findFirst()
                    .flatMap(columns -> badSegments(split.table(), columns))
                    .ifPresent(problem -> problems.put("by", problem));
        }
        return problems;
    }

    /// What is wrong with the columns of `by`, all of it in one sentence.
    private Optional<String> badSegments(String table, List<Column> columns) {
        Map<String, String> types = new TreeMap<>();
        columns.forEach(column -> types.put(column.name(), column.type()));
        List<String> wrong = new ArrayList<>();
        for (String column : by) {
            if (!types.containsKey(column)) {
                wrong.add(
                        '"'
                                + column
                                + "\" is not a column of "
                                + table
                                + "; "
                                + DidYouMean.hint(column, types.keySet()));
            } else if (types.get(column).endsWith("[]") || types.get(column).startsWith("MAP")) {
                wrong.add(
                        '"'
                                + column
                                + "\" holds lists in "
                                + table
                                + "; a segment is one value a row");
            }
        }
        return wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", wrong));
    }

    @Override
    public StepOutcome run(StepContext context) throws Exception {
        SplitStep.Part part = SplitStep.Part.of(context, on);
        WideTable table = new WideTable(workplace.warehouse(), part);
        if (table.rows() == 0) {
            return new StepOutcome.Failed(
                    new WarehouseException(
                            part.table()
                                    + " has no rows from "
                                    + part.from()
                                    + " to "
                                    + part.to()
                                    + " ("
                                    + on
                                    + "), so "
                                    + model
                                    + " cannot be judged on them"),
                    false);
        }
        Optional<String> bad =
                badSegments(part.table(), workplace.warehouse().table(part.table()).columns());
        if (bad.isPresent()) {
            return new StepOutcome.Failed(new WarehouseException("by: " + bad.get()), false);
        }
        WideTable.Scored scored = table.score(Ranker.open(Drafts.of(context, model)));
        Map<String, Double> metrics = metrics(scored);
        metrics.forEach((name, value) -> context.output(name, Double.toString(value)));
        Optional<BundleRef> champion =
                against.isEmpty()
                        ? Optional.empty()
                        : new Aliases(workplace.bundles())
                                .championBefore(against, context.bizdate());
        List<Object[]> rows = new ArrayList<>();
        String ds = Days.ds(context.bizdate());
        Optional<WideTable.Scored> theirScores = Optional.empty();
        if (champion.isPresent()) {
            Ranker ranker = Ranker.open(workplace.bundles().open(champion.get()));
            checkColumns(ranker, champion.get(), part);
            WideTable.Scored other = table.score(ranker);
            theirScores = Optional.of(other);
            Map<String, Double> theirs = metrics(other);
            Map<String, Interval> differences = differences(scored, other);
            context.output("champion", champion.get().toString());
            theirs.forEach(
                    (name, value) -> context.output("champion_" + name, Double.toString(value)));
            differences.forEach(
                    (name, interval) -> output(context, name + "_minus_champion", interval));
            metrics.forEach(
                    (name, value) ->
                            rows.add(
                                    row(
                                            name,
                                            value,
                                            theirs.get(name),
                                            differences.get(name),
                                            champion.get(),
                                            ds)));
        } else {
            metrics.forEach((name, value) -> rows.add(row(name, value, null, null, null, ds)));
        }
        context.log(summary(metrics, champion, context));
        for (String column : by) {
            for (Segments.Segment segment :
                    Segments.of(column, table.texts(column), scored, theirScores)) {
                segment.metrics()
                        .forEach(
                                (name, value) -> {
                                    context.output(segment.name(name), Double.toString(value));
                                    rows.add(row(segment, name, champion.orElse(null), ds));
                                });
                context.log(
                        "  " + line(segment.column() + "=" + segment.value(), segment.metrics()));
            }
        }
        return target.write(
                workplace.warehouse(),
                context,
                List.of(part.table()),
                (_, write) -> {
                    write.rows(COLUMNS, rows);
                    write.madeFrom(part.table(), part.from(), part.to());
                });
    }

    private static Map<String, Double> metrics(WideTable.Scored scored) {
        return Segments.metrics(Evaluation.of(scored.scores, scored.labels, scored.users));
    }

    private static Map<String, Interval> differences(
            WideTable.Scored ours, WideTable.Scored theirs) {
        return Map.of(
                "auc", BOOTSTRAP.auc(ours.users, ours.labels, ours.scores, theirs.scores),
                "gauc", BOOTSTRAP.gauc(ours.users, ours.labels, ours.scores, theirs.scores),
                "logloss", BOOTSTRAP.logloss(ours.users, ours.labels, ours.scores, theirs.scores));
    }

    private static void output(StepContext context, String name, Interval interval) {
        context.output(name, Double.toString(interval.difference()));
        context.output(name + ".low", Double.toString(interval.low()));
        context.output(name + ".high", Double.toString(interval.high()));
    }

    private Object[] row(
            String metric,
            double value,
            Double champion,
            Interval difference,
            BundleRef ref,
            String ds) {
        return new Object[] {
            model,
            on.substring(on.indexOf('.') + 1),
            metric,
            defined(value),
            defined(champion),
            difference == null ? null : difference.difference(),
            difference == null ? null : difference.low(),
            difference == null ? null : difference.high(),
            ref == null ? null : ref.toString(),
            null,
            null,
            ds
        };
    }

    private Object[] row(Segments.Segment segment, String metric, BundleRef champion, String ds) {
        double value = segment.metrics().get(metric);
        Double theirs = segment.champion().get(metric);
        return new Object[] {
            model,
            on.substring(on.indexOf('.') + 1),
            metric,
            defined(value),
            defined(theirs),
            theirs == null ? null : defined(value - theirs),
            null,
            null,
            champion == null ? null : champion.toString(),
            segment.column(),
            segment.value(),
            ds
        };
    }

    /// A metric that its rows do not define is NULL in the table.
    private static Double defined(Double value) {
        return value == null || value.isNaN() ? null : value;
    }

    private void checkColumns(Ranker ranker, BundleRef champion, SplitStep.Part part) {
        FeatureSpec spec = ranker.space().spec();
        Warehouse warehouse = workplace.warehouse();
        Set<String> there =
                warehouse.table(part.table()).columns().stream()
                        .map(Column::name)
                        .collect(Collectors.toSet());
        Set<String> lacking = new TreeSet<>();
        spec.features().forEach(feature -> lacking.add(feature.name()));
        lacking.removeAll(there);
        if (!lacking.isEmpty()) {
            throw new IllegalArgumentException(
                    "the champion "
                            + champion
                            + " needs features that "
                            + part.table()
                            + " lacks: "
                            + lacking
                            + "; keep them in the features file for one more night, or release"
                            + " without `against`");
        }
    }

    private static String line(String what, Map<String, Double> metrics) {
        return String.format(
                Locale.ROOT,
                "%s: AUC %.4f, GAUC %.4f, logloss %.4f, %.0f rows",
                what,
                metrics.get("auc"),
                metrics.get("gauc"),
                metrics.get("logloss"),
                metrics.get("rows"));
    }

    private String summary(
            Map<String, Double> metrics, Optional<BundleRef> champion, StepContext context) {
        String alone = line(model + " on " + on, metrics);
        if (against.isEmpty()) {
            return alone;
        }
        return alone
                + champion.map(ref -> "; beside " + ref)
                        .orElse("; no champion before " + context.bizdate());
    }
}
