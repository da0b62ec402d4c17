package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.learn.FeatureSpaceFitter;
import dev.waxwing.learn.FittedSpace;
import dev.waxwing.learn.GbdtLr;
import dev.waxwing.learn.GbdtLrParams;
import dev.waxwing.learn.GbdtParams;
import dev.waxwing.learn.RankerModel;
import dev.waxwing.learn.TrainingException;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.Ranker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `train: gbdt_lr` (or `gbdt`) fits a feature space and a model on the training days of a split.
///
/// It leaves a draft of the ranker bundle: PMML files, feature and leaf maps, importance, and golden rows with the trainer's
/// own scores. Keys besides its own are the trainer's parameters, by our names or PAI's (`trees` or `treeCount`, …).
final class TrainStep implements Step {
    private static final List<String> OWN =
            List.of("train", "features", "from", "min-presence", "golden");

    /// Golden rows of a bundle; few enough to check at every load, enough to meet every kind of row.
    private static final int GOLDEN = 500;

    private final Workplace workplace;
    private final String algorithm;
    private final FeatureSpec spec;
    private final String from;
    private final double minPresence;
    private final Map<String, Object> parameters;

    private TrainStep(
            Workplace workplace,
            String algorithm,
            FeatureSpec spec,
            String from,
            double minPresence,
            Map<String, Object> parameters) {
        this.workplace = workplace;
        this.algorithm = algorithm;
        this.spec = spec;
        this.from = from;
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
                String algorithm = config.choice("train", List.of("gbdt_lr", "gbdt"));
                FeatureSpec spec = WideStep.featureSpec(workplace, config).orElse(null);
                double minPresence = config.number("min-presence", 0, 1, 0.8);
                Map<String, Object> parameters = new LinkedHashMap<>();
                for (String key : config.keys()) {
                    if (!OWN.contains(key) && !StepKey.COMMON.contains(key)) {
                        parameters.put(key, config.text(key));
                    }
                }
                parameters.putIfAbsent("threads", workplace.threads());
                try {
                    check(algorithm, parameters);
                } catch (TrainingException e) {
                    config.problem("train", e.getMessage());
                }
                return new TrainStep(
                        workplace, algorithm, spec, config.text("from"), minPresence, parameters);
            }
        };
    }

    private static void check(String algorithm, Map<String, Object> parameters) {
        if (algorithm.equals("gbdt")) {
            GbdtParams.of(parameters);
        } else {
            GbdtLrParams.of(parameters);
        }
    }

    @Override
    public List<String> needs() {
        return List.of(SplitStep.Part.stepOf(from));
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException {
        SplitStep.Part part = SplitStep.Part.of(context, from);
        WideTable table = new WideTable(workplace.warehouse(), part);
        WideTable.Rows raw = table.read(spec);
        FittedSpace fitted = FeatureSpaceFitter.fit(spec, raw.features, minPresence);
        fitted.report().warnings().forEach(context::log);
        WideTable.Encoded rows = raw.encode(fitted.space());
        context.log(
                part.from()
                        + ".."
                        + part.to()
                        + ": "
                        + rows.labels.length
                        + " rows, "
                        + rows.positives()
                        + " positives, "
                        + raw.userCount()
                        + " users, "
                        + fitted.space().width()
                        + " encoded columns");
        RankerModel model =
                algorithm.equals("gbdt")
                        ? GbdtLr.trainTreesOnly(
                                fitted.space(), rows.matrix, rows.labels, GbdtParams.of(parameters))
                        : GbdtLr.train(
                                fitted.space(),
                                rows.matrix,
                                rows.labels,
                                GbdtLrParams.of(parameters));
        if (!model.unusedColumns().isEmpty()) {
            context.log("the same in all rows, so not used: " + model.unusedColumns());
        }
        try (BundleWriter draft = Drafts.begin(context)) {
            model.write(draft.file(Ranker.FEATURES).getParent());
            draft.ranker(algorithm, fitted.space());
            new TreeMap<>(parameters)
                    .forEach(
                            (key, value) -> {
                                if (!key.equals("threads")) { // changes the time, not the model
                                    draft.parameter("train." + key, value.toString());
                                }
                            });
            draft.parameter("train.from", part.from());
            draft.parameter("train.to", part.to());
            draft.golden(model.space().spec(), model.golden(spread(raw.features, spec, model)));
            Bundle bundle = Drafts.publish(context, draft);
            context.output("rows", Integer.toString(rows.labels.length));
            context.output("positives", Long.toString(rows.positives()));
            context.log(Ranker.open(bundle).verifyGolden() + " golden rows agree");
        }
        return new StepOutcome.Done(rows.labels.length);
    }

    /// Rows spread evenly over the training days, with the features that the model was offered.
    private static List<FeatureRow> spread(
            List<FeatureRow> rows, FeatureSpec spec, RankerModel model) {
        FeatureSpec offered = model.space().spec();
        int step = Math.max(1, rows.size() / GOLDEN);
        List<FeatureRow> chosen = new ArrayList<>();
        for (int row = 0; row < rows.size(); row += step) {
            chosen.add(offered.equals(spec) ? rows.get(row) : rows.get(row).as(offered));
        }
        return chosen;
    }
}
