package dev.waxwing.steps;

import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.Ranker;
import dev.waxwing.storage.ObjectStore;
import dev.waxwing.storage.StoreSettings;
import dev.waxwing.storage.StoreUnreachable;
import dev.waxwing.storage.StoreUrl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Copies a model to an object store, as PAI's `generalmodeltransfer2oss` does.
///
/// - `pmml`: the model's PMML as `<name>.xml`. A `gbdt_lr` bundle has two files: the trees become `<name>.xml`, the
///   regression over their leaves `<name>_lr.xml`, written first.
/// - `original`: the whole bundle as `<name>/<business date>-<hash>/…`, `bundle.json` last, so that it is whole when that
///   is there. The folder's name tells its content, so nothing in it is ever overwritten by something else.
///
/// @param model as [NamedModels] reads it
/// @param name of the files; empty: the bundle's own
/// @param overwrite whether a file of that name may be replaced
record Transfer(String model, StoreUrl to, Format format, String name, boolean overwrite) {
    enum Format {
        PMML,
        ORIGINAL
    }

    static final List<String> FORMATS = List.of("pmml", "original");

    /// From a sandbox, models go to `sandbox/<name>/` below what the step names: what production put there stays as it is.
    /// @throws StepProblem if the model is not there, has no such form, or a file must not be replaced
    StepOutcome run(Workplace workplace, StepContext context) {
        if (workplace.sandbox().isEmpty()) {
            return copyTo(to, workplace, context);
        }
        return copyTo(to.below("sandbox/" + workplace.sandbox() + "/"), workplace, context);
    }

    private StepOutcome copyTo(StoreUrl target, Workplace workplace, StepContext context) {
        Bundle bundle = new NamedModels(workplace.bundles()).open(model, context.bizdate());
        SequencedMap<String, Path> files =
                switch (format) {
                    case PMML -> pmml(bundle);
                    case ORIGINAL -> original(bundle);
                };
        try (ObjectStore store = ObjectStore.at(target, workplace.stores())) {
            return copy(bundle, files, store, target, context);
        } catch (StoreUnreachable e) {
            return new StepOutcome.Failed(e, true);
        }
    }

    private StepOutcome copy(
            Bundle bundle,
            SequencedMap<String, Path> files,
            ObjectStore store,
            StoreUrl target,
            StepContext context) {
        boolean replace = overwrite || format == Format.ORIGINAL;
        if (!replace) {
            files.sequencedKeySet().stream()
                    .filter(store::exists)
                    .forEach(file -> refuse(target, file));
        }
        for (Map.Entry<String, Path> file : files.entrySet()) {
            if (replace) {
                store.put(file.getKey(), file.getValue());
            } else if (!store.putIfAbsent(file.getKey(), file.getValue())) {
                refuse(target, file.getKey());
            }
            context.log(
                    bundle.ref()
                            + " "
                            + file.getValue().getFileName()
                            + " -> "
                            + target
                            + file.getKey());
        }
        context.output("bundle", bundle.ref().toString());
        context.output("to", target + files.lastEntry().getKey());
        return new StepOutcome.Done(0);
    }

    private static void refuse(StoreUrl target, String file) {
        throw new StepProblem(
                target
                        + file
                        + " is there already and overwrite is false; say overwrite: true, or give the"
                        + " file another name with rename");
    }

    private SequencedMap<String, Path> pmml(Bundle bundle) {
        String as = name.isEmpty() ? bundle.ref().name() : name;
        SequencedMap<String, Path> files = new LinkedHashMap<>();
        boolean trees = bundle.files().contains(Ranker.GBDT);
        if (bundle.files().contains(Ranker.LR)) {
            files.put(as + (trees ? "_lr.xml" : ".xml"), bundle.file(Ranker.LR));
        }
        if (trees) {
            files.put(as + ".xml", bundle.file(Ranker.GBDT));
        }
        if (files.isEmpty()) {
            throw new StepProblem(
                    "bundle "
                            + bundle.ref()
                            + " has no PMML, only "
                            + bundle.files()
                            + "; transfer it with format: original");
        }
        return files;
    }

    private SequencedMap<String, Path> original(Bundle bundle) {
        String ref = bundle.ref().toString();
        String folder =
                (name.isEmpty() ? bundle.ref().name() : name) + ref.substring(ref.lastIndexOf('/'));
        SequencedMap<String, Path> files = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(bundle.files());
        for (String file : names) {
            files.put(folder + "/" + file, bundle.file(file));
        }
        files.put(
                folder + "/bundle.json",
                bundle.file(names.getFirst()).resolveSibling("bundle.json"));
        return files;
    }

    /// Where keys for the store would come from, for the log.
    static String keys(StoreSettings settings) {
        return settings.credentials().equals("auto")
                ? "the environment, a credentials file or the machine's role"
                : settings.credentials();
    }
}
