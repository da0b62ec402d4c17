package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.model.CodeMeanings;
import dev.waxwing.model.Ranker;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `release: gbdt_lr` publishes a model as a bundle, and makes it live if its golden rows agree and its gate opens.
///
/// Nothing that goes wrong here touches what is live: the bundle is complete before the alias moves, and the move is one entry
/// of the activation log. A code that says another thing than in the model that is live ([CodeMeanings]) keeps the gate shut whatever
/// its condition. A gate that stays shut is not a failure; yesterday's bundle goes on serving, and the run says so.
final class ReleaseStep implements Step {
    private final Workplace workplace;
    private final String model;
    private final String alias;
    private final Gate gate;
    private final List<String> metrics;
    private final int keepDays;

    private ReleaseStep(
            Workplace workplace,
            String model,
            String alias,
            Gate gate,
            List<String> metrics,
            int keepDays) {
        this.workplace = workplace;
        this.model = model;
        this.alias = alias;
        this.gate = gate;
        this.metrics = List.copyOf(metrics);
        this.keepDays = keepDays;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "release";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "release",
                                StepKey.Type.TEXT,
                                "The training step whose model is released."),
                        StepKey.required(
                                "to",
                                StepKey.Type.TEXT,
                                "The alias to move, such as home_rank/champion."),
                        StepKey.optional(
                                "when",
                                StepKey.Type.TEXT,
                                "The gate, such as test.auc_minus_champion.high >= -0.002;"
                                        + " otherwise always."),
                        StepKey.optional(
                                "metrics",
                                StepKey.Type.TEXTS,
                                "The evaluate steps whose figures go into the bundle and the"
                                        + " gate."),
                        StepKey.optional(
                                "keep",
                                StepKey.Type.SPAN,
                                "How long bundles of this name are kept; default 90d."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                Gate gate =
                        config.has("when")
                                ? config.parsed(
                                        "when", "a comparison of metrics", Gate::parse, Gate.OPEN)
                                : Gate.OPEN;
                List<String> metrics = new ArrayList<>(config.texts("metrics"));
                gate.steps().stream().filter(step -> !metrics.contains(step)).forEach(metrics::add);
                String alias = config.text("to");
                if (config.has("to") && !alias.matches("[a-z0-9_]+/[a-z0-9_-]+")) {
                    config.problem(
                            "to",
                            "found \""
                                    + alias
                                    + "\"; wanted a slot and a word, such as home_rank/champion");
                }
                return new ReleaseStep(
                        workplace,
                        config.text("release"),
                        alias,
                        gate,
                        metrics,
                        (int) config.duration("keep", Duration.ofDays(90)).toDays());
            }
        };
    }

    @Override
    public List<String> needs() {
        List<String> needs = new ArrayList<>(metrics);
        needs.add(model);
        return needs;
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException {
        Bundle draft = Drafts.of(context, model);
        Map<String, Double> figures = figures(context);
        String slot = alias.substring(0, alias.indexOf('/'));
        BundleRef ref = publish(context, draft, slot, figures);
        Ranker ranker = Ranker.open(workplace.bundles().open(ref));
        int agreed = ranker.verifyGolden();
        context.log(ref + ": " + agreed + " golden rows agree with the trainer");
        context.output(BundleStep.REF, ref.toString());
        context.announce("bundle " + ref.name());
        Optional<BundleRef> champion =
                new Aliases(workplace.bundles()).championBefore(alias, context.bizdate());
        List<String> changed =
                champion.map(before -> Ranker.open(workplace.bundles().open(before)).space())
                        .map(before -> CodeMeanings.changes(before, ranker.space()))
                        .orElse(List.of());
        Gate.Verdict verdict =
                changed.isEmpty()
                        ? gate.judge(figures, champion.isPresent())
                        : new Gate.Verdict(
                                false,
                                "a code does not mean what it meant in "
                                        + champion.get()
                                        + ": "
                                        + String.join("; ", changed),
                                Map.of());
        context.log("gate: " + verdict.reason());
        context.output("gate", verdict.reason());
        boolean moved =
                verdict.open()
                        && new Aliases(workplace.bundles())
                                .move(
                                        context,
                                        Map.of(alias, ref),
                                        verdict.reason(),
                                        verdict.figures());
        context.output("released", Boolean.toString(moved));
        if (!verdict.open()) {
            context.log(
                    alias
                            + " stays at "
                            + workplace
                                    .bundles()
                                    .resolve(alias)
                                    .map(BundleRef::toString)
                                    .orElse("nothing"));
        }
        new Aliases(workplace.bundles()).forget(context, slot, keepDays);
        return new StepOutcome.Done(0);
    }

    private BundleRef publish(
            StepContext context, Bundle draft, String slot, Map<String, Double> figures)
            throws IOException {
        try (BundleWriter bundle =
                workplace.bundles().draft(BundleKind.RANKER, slot, context.bizdate())) {
            bundle.ranker(draft.parameters().get(Ranker.ALGORITHM), Ranker.open(draft).space());
            draft.parameters()
                    .forEach(
                            (key, value) -> {
                                if (!key.equals(Ranker.ALGORITHM)) {
                                    bundle.parameter(key, value);
                                }
                            });
            for (String file : draft.files()) {
                Files.copy(
                        draft.file(file),
                        bundle.file(file),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            bundle.file("metrics.json", Figures.toJson(figures));
            bundle.provenance("run", context.runId());
            bundle.provenance("pipeline", context.pipeline());
            context.outputsOf(model)
                    .forEach((key, value) -> bundle.provenance("training." + key, value));
            return bundle.publish();
        }
    }

    private Map<String, Double> figures(StepContext context) {
        Map<String, Double> figures = new TreeMap<>();
        for (String step : metrics) {
            context.outputsOf(step)
                    .forEach(
                            (key, value) ->
                                    Figures.number(value)
                                            .ifPresent(
                                                    number ->
                                                            figures.put(step + "." + key, number)));
        }
        return figures;
    }
}
