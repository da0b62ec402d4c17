package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.learn.CodeDrift;
import dev.waxwing.learn.DenseModel;
import dev.waxwing.learn.FactorEpoch;
import dev.waxwing.learn.FactorFit;
import dev.waxwing.learn.FactorParams;
import dev.waxwing.learn.FactorRanking;
import dev.waxwing.learn.FactorRows;
import dev.waxwing.learn.FactorTrainer;
import dev.waxwing.learn.FeatureSpaceFitter;
import dev.waxwing.learn.FittedSpace;
import dev.waxwing.learn.FloatMatrix;
import dev.waxwing.learn.GbdtLr;
import dev.waxwing.learn.GbdtLrModel;
import dev.waxwing.learn.GbdtLrParams;
import dev.waxwing.learn.GbdtModel;
import dev.waxwing.learn.GbdtOnlyModel;
import dev.waxwing.learn.GbdtParams;
import dev.waxwing.learn.Metrics;
import dev.waxwing.learn.RankerModel;
import dev.waxwing.learn.TrainingException;
import dev.waxwing.learn.WarmStart;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.model.CodeMeanings;
import dev.waxwing.model.Codes;
import dev.waxwing.model.FactorModel;
import dev.waxwing.model.Feature;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.FeatureType;
import dev.waxwing.model.Ranker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `train: gbdt_lr` (or `gbdt`, `linear`, `fm`, `ffm`) fits a feature space and a model on the training days of a split.
///
/// It leaves a draft of the ranker bundle: the model's files, its feature map, importance, and golden rows with the trainer's
/// own scores. Keys besides its own are the trainer's parameters, by our names or PAI's (`trees` or `treeCount`, …). `categorical` of trees names
/// features: categories, which the trees then take by their code, and numbers that are codes already.
final class TrainStep implements Step {
    private static final List<String> OWN =
            List.of("train", "features", "from", "min-presence", "watch", "drift", "warm-start");

    private static final List<String> FACTORS = List.of("linear", "fm", "ffm");

    /// Rounds of trees that may bring nothing before watched rows end the training, if nothing is said.
    private static final int PATIENCE = 20;

    /// Golden rows of a bundle; few enough to check at every load, enough to meet every kind of row.
    private static final int GOLDEN = 500;

    private final Workplace workplace;
    private final String algorithm;
    private final FeatureSpec spec;
    private final String from;
    private final String watch;
    private final String drift;
    private final String warmStart;
    private final double minPresence;
    private final Map<String, Object> parameters;

    private TrainStep(
            Workplace workplace,
            String algorithm,
            FeatureSpec spec,
            String from,
            String watch,
            String drift,
            String warmStart,
            double minPresence,
            Map<String, Object> parameters) {
        this.workplace = workplace;
        this.algorithm = algorithm;
        this.spec = spec;
        this.from = from;
        this.watch = watch;
        this.drift = drift;
        this.warmStart = warmStart;
        this.minPresence = minPresence;
        this.parameters = Map.copyOf(parameters);
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "train";
            }

            @Override
            public Step parse(String name, MapNode config) {
                String algorithm =
                        config.choice("train", List.of("gbdt_lr", "gbdt", "linear", "fm", "ffm"));
                FeatureSpec spec = WideStep.featureSpec(workplace, config).orElse(null);
                double minPresence = config.number("min-presence", 0, 1, 0.8);
                String watch = config.text("watch", "");
                String warmStart = config.text("warm-start", "");
                if (!warmStart.isEmpty() && !FACTORS.contains(algorithm)) {
                    config.problem(
                            "warm-start",
                            "is for linear, fm and ffm; the trees of "
                                    + algorithm
                                    + " are grown anew");
                }
                Map<String, Object> parameters = new LinkedHashMap<>();
                for (String key : config.keys()) {
                    if (!OWN.contains(key) && !StepKey.COMMON.contains(key)) {
                        parameters.put(key, config.text(key));
                    }
                }
                parameters.putIfAbsent("threads", workplace.threads());
                if (!watch.isEmpty() && !FACTORS.contains(algorithm)) {
                    parameters.putIfAbsent("early-stop-rounds", PATIENCE);
                }
                try {
                    check(algorithm, parameters, !watch.isEmpty());
                    if (spec != null && !FACTORS.contains(algorithm)) {
                        checkCategorical(config, spec, treeParams(algorithm, parameters));
                    }
                } catch (TrainingException e) {
                    config.problem("train", e.getMessage());
                }
                return new TrainStep(
                        workplace,
                        algorithm,
                        spec,
                        config.text("from"),
                        watch,
                        config.text("drift", ""),
                        warmStart,
                        minPresence,
                        parameters);
            }
        };
    }

    private static void check(String algorithm, Map<String, Object> parameters, boolean watching) {
        if (FACTORS.contains(algorithm)) {
            factorParams(algorithm, parameters);
        } else {
            checkRounds(treeParams(algorithm, parameters), watching);
        }
    }

    private static GbdtParams treeParams(String algorithm, Map<String, Object> parameters) {
        return algorithm.equals("gbdt")
                ? GbdtParams.of(parameters)
                : GbdtLrParams.of(parameters).gbdt();
    }

    private static void checkCategorical(MapNode config, FeatureSpec spec, GbdtParams params) {
        for (String name : params.categorical()) {
            FeatureSpec dense = spec.dense();
            int place = dense.indexOf(name);
            String found =
                    !spec.fields().contains(name)
                            ? "which is no feature of this file"
                            : place < 0
                                    ? "which trees are not offered"
                                    : "of type " + dense.features().get(place).type().word();
            if (place < 0 || !splitsBySets(dense.features().get(place))) {
                config.problem(
                        "categorical",
                        "names "
                                + name
                                + ", "
                                + found
                                + "; trees split categories with a vocabulary, and numbers that"
                                + " are codes, by sets");
            }
        }
    }

    private static boolean splitsBySets(Feature feature) {
        return switch (feature.type()) {
            case NUMBER -> true;
            case CATEGORY ->
                    !(feature instanceof Feature.Id) && feature.codes() instanceof Codes.Vocabulary;
            case TAGS, WEIGHTS -> false;
        };
    }

    private static void checkRounds(GbdtParams params, boolean watching) {
        if (watching && params.earlyStopRounds() == 0) {
            throw new TrainingException(
                    "early-stop-rounds is 0, so watch would change nothing; leave one of them out");
        }
        if (!watching && params.earlyStopRounds() > 0) {
            throw new TrainingException(
                    "early-stop-rounds is "
                            + params.earlyStopRounds()
                            + ", but no rows are watched; say which, such as watch: split.validate");
        }
    }

    private static FactorParams factorParams(String algorithm, Map<String, Object> parameters) {
        if (parameters.containsKey("kind")) {
            throw new TrainingException("kind is what `train:` says, so it is no parameter here");
        }
        Map<String, Object> all = new LinkedHashMap<>(parameters);
        all.put("kind", algorithm);
        return FactorParams.of(all);
    }

    @Override
    public List<String> needs() {
        List<String> needs = new ArrayList<>();
        needs.add(SplitStep.Part.stepOf(from));
        if (!watch.isEmpty() && !needs.contains(SplitStep.Part.stepOf(watch))) {
            needs.add(SplitStep.Part.stepOf(watch));
        }
        return needs;
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException {
        SplitStep.Part part = SplitStep.Part.of(context, from);
        boolean factors = FACTORS.contains(algorithm);
        FeatureSpec offered = factors ? spec : spec.dense();
        List<String> sparse = new ArrayList<>(spec.fields());
        sparse.removeAll(offered.fields());
        if (!sparse.isEmpty()) {
            context.log(
                    "for linear, fm and ffm alone, so not offered to " + algorithm + ": " + sparse);
        }
        WideTable table = new WideTable(workplace.warehouse(), part);
        WideTable.Rows raw = table.read(offered);
        FittedSpace fitted = FeatureSpaceFitter.fit(offered, raw.features, raw.clicks, minPresence);
        fitted.report().warnings().forEach(context::log);
        Map<String, Object> offeredParameters = parameters;
        if (!factors) {
            List<String> categorical =
                    treeParams(algorithm, parameters).categorical().stream()
                            .filter(fitted.space().spec().fields()::contains)
                            .toList();
            fitted = fitted.withCodes(categories(fitted.space().spec(), categorical));
            offeredParameters = new TreeMap<>(parameters);
            offeredParameters.put("categorical", String.join(",", categorical));
        }
        int columns = factors ? fitted.space().sparseWidth() : fitted.space().width();
        context.log(
                part.from()
                        + ".."
                        + part.to()
                        + ": "
                        + raw.features.size()
                        + " rows, "
                        + raw.positives()
                        + " positives, "
                        + table.users()
                        + " users, "
                        + columns
                        + " encoded columns");
        if (!drift.isEmpty()) {
            tellDrift(context, fitted.space(), raw);
        }
        RankerModel model =
                switch (algorithm) {
                    case "gbdt", "gbdt_lr" -> trainTrees(context, fitted, raw, offeredParameters);
                    default -> trainFactors(context, fitted, raw);
                };
        if (!model.unusedColumns().isEmpty()) {
            context.log("the same in all rows, so not used: " + model.unusedColumns());
        }
        Map<String, Object> told = new TreeMap<>(parameters);
        told.remove("threads"); // changes the time, not the model
        if (!watch.isEmpty()) {
            told.put("watch", watch);
        }
        if (!warmStart.isEmpty()) {
            told.put("warm-start", warmStart);
        }
        leave(context, model, raw, part, told);
        return new StepOutcome.Done(raw.features.size());
    }

    /// Leaves the draft of a ranker bundle, and checks it as serving would.
    ///
    /// @param told what the bundle says of how it was trained, without what differs from run to run
    static void leave(
            StepContext context,
            RankerModel model,
            WideTable.Rows raw,
            SplitStep.Part part,
            Map<String, ?> told)
            throws IOException {
        try (BundleWriter draft = Drafts.begin(context)) {
            model.write(draft.file(Ranker.FEATURES).getParent());
            draft.ranker(model.algorithm(), model.space());
            told.forEach((key, value) -> draft.parameter("train." + key, value.toString()));
            draft.parameter("train.from", part.from());
            draft.parameter("train.to", part.to());
            draft.golden(model.space().spec(), model.golden(spread(raw.features, model)));
            Bundle bundle = Drafts.publish(context, draft);
            context.output("rows", Integer.toString(raw.features.size()));
            context.output("positives", Long.toString(raw.positives()));
            context.log(Ranker.open(bundle).verifyGolden() + " golden rows agree");
        }
    }

    private static List<String> categories(FeatureSpec spec, List<String> names) {
        return names.stream()
                .filter(
                        name ->
                                spec.features().get(spec.indexOf(name)).type()
                                        == FeatureType.CATEGORY)
                .toList();
    }

    /// @param offered our parameters, as far as they are about features that this night offers
    private RankerModel trainTrees(
            StepContext context,
            FittedSpace fitted,
            WideTable.Rows raw,
            Map<String, Object> offered) {
        FeatureSpace space = fitted.space();
        FloatMatrix rows = raw.encode(fitted);
        boolean alone = algorithm.equals("gbdt");
        if (watch.isEmpty()) {
            return alone
                    ? GbdtLr.trainTreesOnly(space, rows, raw.labels(), GbdtParams.of(offered))
                    : GbdtLr.train(space, rows, raw.labels(), GbdtLrParams.of(offered));
        }
        WideTable.Rows seen = watched(context, space);
        FloatMatrix watched = seen.encode(FittedSpace.of(space));
        DenseModel model;
        GbdtModel trees;
        if (alone) {
            GbdtOnlyModel only =
                    GbdtLr.trainTreesOnly(
                            space,
                            rows,
                            raw.labels(),
                            GbdtParams.of(offered),
                            watched,
                            seen.labels());
            model = only;
            trees = only.gbdt();
        } else {
            GbdtLrModel both =
                    GbdtLr.train(
                            space,
                            rows,
                            raw.labels(),
                            GbdtLrParams.of(offered),
                            watched,
                            seen.labels());
            model = both;
            trees = both.gbdt();
        }
        context.log(
                String.format(
                        Locale.ROOT,
                        "%d trees are kept, those up to the best round; logloss on %s %.5f",
                        trees.trees(),
                        watch,
                        Metrics.logloss(model.predict(watched), seen.labels())));
        return model;
    }

    private WideTable.Rows watched(StepContext context, FeatureSpace space) {
        return new WideTable(workplace.warehouse(), SplitStep.Part.of(context, watch))
                .read(space.spec());
    }

    private RankerModel trainFactors(StepContext context, FittedSpace fitted, WideTable.Rows raw) {
        FactorParams params = factorParams(algorithm, parameters);
        boolean fields = algorithm.equals("ffm");
        FactorRows rows =
                FactorRanking.encode(raw.features, raw.labels(), fitted, raw.clicks, fields);
        FactorTrainer trainer =
                new FactorTrainer(params).listener(epoch -> context.log(told(epoch)));
        if (!warmStart.isEmpty()) {
            start(context, fitted.space(), params).ifPresent(trainer::startFrom);
        }
        FactorFit fit;
        if (watch.isEmpty()) {
            fit = trainer.train(rows);
        } else {
            WideTable.Rows seen = watched(context, fitted.space());
            fit =
                    trainer.train(
                            rows,
                            FactorRanking.encode(
                                    seen.features, seen.labels(), fitted, null, fields));
            context.log("the model is that of epoch " + fit.bestEpoch());
        }
        return new FactorRanking(fitted.space(), fit.model(), params.scaling(), rows);
    }

    private String told(FactorEpoch epoch) {
        String loss =
                String.format(
                        Locale.ROOT, "epoch %d: logloss %.5f", epoch.epoch(), epoch.trainLoss());
        return epoch.validationLoss().isEmpty()
                ? loss
                : loss
                        + String.format(
                                Locale.ROOT,
                                ", on %s %.5f",
                                watch,
                                epoch.validationLoss().getAsDouble());
    }

    /// The model that the alias named before this night, over today's columns; empty, and the reason told, if it cannot be a start.
    private Optional<FactorModel> start(
            StepContext context, FeatureSpace today, FactorParams params) {
        Optional<Bundle> before =
                new Aliases(workplace.bundles())
                        .championBefore(warmStart, context.bizdate())
                        .map(workplace.bundles()::open);
        Optional<String> obstacle =
                before.isEmpty()
                        ? Optional.of(warmStart + " names no model of an earlier day")
                        : WarmStart.obstacle(before.get(), today, params);
        if (obstacle.isPresent()) {
            context.log("training begins from nothing: " + obstacle.get());
            return Optional.empty();
        }
        WarmStart start = WarmStart.of(before.get(), today, params);
        context.log(
                "training begins where "
                        + before.get().ref()
                        + " ended: "
                        + start.kept()
                        + " of "
                        + today.sparseWidth()
                        + " columns go on, the others are new");
        return Optional.of(start.model());
    }

    /// Compares today's codes with those of the model that the alias named before this night.
    private void tellDrift(StepContext context, FeatureSpace today, WideTable.Rows raw) {
        Optional<FeatureSpace> before =
                new Aliases(workplace.bundles())
                        .championBefore(drift, context.bizdate())
                        .map(ref -> Ranker.open(workplace.bundles().open(ref)).space())
                        .filter(space -> space.spec().name().equals(today.spec().name()));
        before.ifPresent(space -> CodeMeanings.changes(space, today).forEach(context::log));
        double unseen = Double.NaN;
        double psi = Double.NaN;
        double kept = Double.NaN;
        for (CodeDrift each : CodeDrift.of(before, today, raw.day(1), raw.day(0))) {
            context.log(each.line());
            unseen = larger(unseen, each.unseen());
            psi = larger(psi, each.psi());
            kept = -larger(-kept, -each.kept());
        }
        output(context, "champion_drift.unseen", unseen);
        output(context, "champion_drift.kept", kept);
        output(context, "drift.psi", psi);
    }

    private static void output(StepContext context, String name, double value) {
        if (!Double.isNaN(value)) {
            context.output(name, Double.toString(value));
        }
    }

    /// NaN = not known.
    private static double larger(double a, double b) {
        return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
    }

    /// Rows spread evenly over the training days, with the features that the model was offered.
    private static List<FeatureRow> spread(List<FeatureRow> rows, RankerModel model) {
        FeatureSpec offered = model.space().spec();
        int step = Math.max(1, rows.size() / GOLDEN);
        List<FeatureRow> chosen = new ArrayList<>();
        for (int row = 0; row < rows.size(); row += step) {
            chosen.add(rows.get(row).as(offered));
        }
        return chosen;
    }
}
