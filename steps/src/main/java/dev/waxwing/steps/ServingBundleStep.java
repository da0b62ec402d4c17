package dev.waxwing.steps;

import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleWriter;

/// `{ bundle: serving, scenes: scenes, events: events }` bundles what a server needs besides models, so that it never
/// reads the project folder.
final class ServingBundleStep implements Step {
    private final Workplace workplace;
    private final String name;
    private final String scenes;
    private final String events;

    ServingBundleStep(Workplace workplace, String name, String scenes, String events) {
        this.workplace = workplace;
        this.name = name;
        this.scenes = scenes;
        this.events = events;
    }

    @Override
    public StepOutcome run(StepContext context) {
        try (BundleWriter bundle =
                workplace.bundles().draft(BundleKind.SERVING, name, context.bizdate())) {
            workplace
                    .serving()
                    .write(
                            bundle,
                            workplace.project().resolve(scenes),
                            workplace.project().resolve(events));
            bundle.provenance("run", context.runId());
            BundleRef ref = bundle.publish();
            context.output(BundleStep.REF, ref.toString());
            context.log(ref.toString());
            return new StepOutcome.Done(0);
        }
    }
}
