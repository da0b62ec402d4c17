package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.BundleRef;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `activate: [user_features, item_cf, hot]` makes the bundles that those steps published live as `<name>/live`, all as
/// one entry of the activation log.
final class ActivateStep implements Step {
    private final Workplace workplace;
    private final List<String> steps;

    private ActivateStep(Workplace workplace, List<String> steps) {
        this.workplace = workplace;
        this.steps = List.copyOf(steps);
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "activate";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "activate",
                                StepKey.Type.TEXTS,
                                "The bundle steps whose bundles become live together."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                return new ActivateStep(workplace, config.texts("activate"));
            }
        };
    }

    @Override
    public List<String> needs() {
        return steps;
    }

    @Override
    public StepOutcome run(StepContext context) {
        Map<String, BundleRef> moves = new TreeMap<>();
        for (String step : steps) {
            BundleRef ref = BundleRef.parse(context.outputsOf(step).get(BundleStep.REF));
            moves.put(ref.name() + "/live", ref);
        }
        new Aliases(workplace.bundles()).move(context, moves, "published by the night", Map.of());
        return new StepOutcome.Done(0);
    }
}
