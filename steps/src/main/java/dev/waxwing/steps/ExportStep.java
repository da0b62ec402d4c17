package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.learn.FeatureSpaceFitter;
import dev.waxwing.learn.FittedSpace;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.Ranker;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// `export: libffm` fits a feature space and hands the encoded rows on as text: `label field:column:value …`, for a trainer that is not ours.
///
/// It leaves `train.ffm`, `watch.ffm` where watched rows are wanted, `features.json` and `feature_map.csv`. Trainers without fields ignore the field.
final class ExportStep implements Step {
    static final String TRAIN = "train.ffm";
    static final String WATCH = "watch.ffm";

    private final Workplace workplace;
    private final FeatureSpec spec;
    private final String from;
    private final String watch;
    private final double minPresence;

    private ExportStep(
            Workplace workplace, FeatureSpec spec, String from, String watch, double minPresence) {
        this.workplace = workplace;
        this.spec = spec;
        this.from = from;
        this.watch = watch;
        this.minPresence = minPresence;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "export";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required("export", StepKey.Type.TEXT, "The format: libffm."),
                        StepKey.required(
                                "features",
                                StepKey.Type.TEXT,
                                "The file that declares the features."),
                        StepKey.required(
                                "from", StepKey.Type.TEXT, "The split whose train part goes out."),
                        StepKey.optional(
                                "watch",
                                StepKey.Type.TEXT,
                                "A part of a split that goes out beside it, such as"
                                        + " split.validate."),
                        StepKey.optional(
                                "min-presence",
                                StepKey.Type.NUMBER,
                                "Features that fewer rows have are left out; default 0.8."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                config.choice("export", List.of("libffm"));
                return new ExportStep(
                        workplace,
                        WideStep.featureSpec(workplace, config).orElse(null),
                        config.text("from"),
                        config.text("watch", ""),
                        config.number("min-presence", 0, 1, 0.8));
            }
        };
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
        Path out = Files.createDirectories(context.work().resolve("files"));
        SplitStep.Part part = SplitStep.Part.of(context, from);
        WideTable.Rows raw = new WideTable(workplace.warehouse(), part).read(spec);
        FittedSpace fitted = FeatureSpaceFitter.fit(spec, raw.features, raw.clicks, minPresence);
        fitted.report().warnings().forEach(context::log);
        Files.writeString(out.resolve(Ranker.FEATURES), fitted.space().toJson());
        Files.writeString(out.resolve(Ranker.FEATURE_MAP), fitted.space().sparseMapCsv());
        write(
                out.resolve(TRAIN),
                raw.features,
                raw.labels(),
                row -> fitted.forTraining(raw.clicks.fold(row)));
        if (!watch.isEmpty()) {
            WideTable.Rows watched =
                    new WideTable(workplace.warehouse(), SplitStep.Part.of(context, watch))
                            .read(fitted.space().spec());
            write(out.resolve(WATCH), watched.features, watched.labels(), _ -> fitted.space());
        }
        context.output(ProgramStep.FILES, out.toString());
        context.output("from", from);
        context.log(
                raw.features.size()
                        + " rows of "
                        + part.from()
                        + ".."
                        + part.to()
                        + " in "
                        + fitted.space().sparseWidth()
                        + " columns");
        return new StepOutcome.Done(raw.features.size());
    }

    private static void write(
            Path file, List<FeatureRow> rows, float[] labels, IntFunction<FeatureSpace> spaceOf)
            throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            var line = new StringBuilder();
            for (int row = 0; row < labels.length; row++) {
                line.setLength(0);
                line.append(labels[row] > 0 ? '1' : '0');
                spaceOf.apply(row)
                        .encodeSparse(
                                rows.get(row),
                                (field, column, value) -> {
                                    line.append(' ').append(field).append(':').append(column);
                                    line.append(':')
                                            .append(value == 1f ? "1" : Float.toString(value));
                                });
                out.append(line.append('\n'));
            }
        }
    }
}
