package dev.waxwing.steps;

import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.BundleRef;

/// `{ bundle: serving, scenes: scenes, events: events }` bundles what a server needs besides models, so that it never
/// reads the project folder.
final class ServingBundleStep implements Step {
    private final Workplace workplace;
    private final String scenes;
    private final String events;

    ServingBundleStep(Workplace workplace, String scenes, String events) {
        this.workplace = workplace;
        this.scenes = scenes;
        this.events = events;
    }

    @Override
    public StepOutcome run(StepContext context) {
        BundleRef ref =
                workplace
                        .serving()
                        .publish(
                                workplace.bundles(),
                                workplace.project().resolve(scenes),
                                workplace.project().resolve(events),
                                context.bizdate());
        context.output(BundleStep.REF, ref.toString());
        context.announce("bundle " + ref.name());
        context.log(ref.toString());
        return new StepOutcome.Done(0);
    }
}
