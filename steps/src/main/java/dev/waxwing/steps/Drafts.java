package dev.waxwing.steps;

import dev.waxwing.flow.StepContext;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.storage.FileStore;

import java.nio.file.Path;
import java.util.Map;

/// Models between training and release: bundles in a store of the run's own, which vanishes with the run. So the steps
/// that judge a model open exactly what serving would open, and nothing unfinished is ever in the project's store.
final class Drafts {
    private static final String STORE = "draft.store";
    private static final String REF = "draft";

    private Drafts() {}

    static BundleWriter begin(StepContext context) {
        return store(context.work()).draft(BundleKind.RANKER, context.step(), context.bizdate());
    }

    static Bundle publish(StepContext context, BundleWriter draft) {
        BundleRef ref = draft.publish();
        context.output(STORE, context.work().toString());
        context.output(REF, ref.toString());
        return store(context.work()).open(ref);
    }

    /// The model that a training step left.
    static Bundle of(StepContext context, String step) {
        Map<String, String> outputs = context.outputsOf(step);
        if (!outputs.containsKey(STORE)) {
            throw new IllegalArgumentException("step " + step + " trains no model");
        }
        return store(Path.of(outputs.get(STORE))).open(BundleRef.parse(outputs.get(REF)));
    }

    private static BundleStore store(Path folder) {
        return BundleStore.open(FileStore.folder(folder));
    }
}
