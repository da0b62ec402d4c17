package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.learn.FactorLoss;
import dev.waxwing.learn.FactorRanking;
import dev.waxwing.learn.FactorRows;
import dev.waxwing.learn.FittedSpace;
import dev.waxwing.learn.XlearnModel;
import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.Ranker;
import dev.waxwing.storage.Sha256;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `adopt: fm_external` takes a model that a program trained on exported rows, and makes the draft of a ranker bundle of it, as `train` does.
///
/// The model is xLearn's, text or binary, over the columns of the export's feature map. What it scores is checked as our own models are: golden rows by
/// the formula of pairs.
final class AdoptStep implements Step {
    private final Workplace workplace;
    private final String program;
    private final String export;
    private final String file;
    private final boolean norm;

    private AdoptStep(
            Workplace workplace, String program, String export, String file, boolean norm) {
        this.workplace = workplace;
        this.program = program;
        this.export = export;
        this.file = file;
        this.norm = norm;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "adopt";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "adopt",
                                StepKey.Type.TEXT,
                                "The program step whose model is taken."),
                        StepKey.required(
                                "export",
                                StepKey.Type.TEXT,
                                "The export step whose rows it was trained on."),
                        StepKey.required(
                                "file",
                                StepKey.Type.TEXT,
                                "The model among the program's files: xLearn's, text or binary."),
                        StepKey.optional(
                                "norm",
                                StepKey.Type.FLAG,
                                "Whether it scales rows by their length, as xLearn does unless told"
                                        + " --no-norm; default true. What lies beside a model of"
                                        + " ours says it better."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                return new AdoptStep(
                        workplace,
                        config.text("adopt"),
                        config.text("export"),
                        config.text("file"),
                        config.flag("norm", true));
            }
        };
    }

    @Override
    public List<String> needs() {
        return List.of(program, export);
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException {
        Path exported = ProgramStep.filesOf(context, export);
        Path model = ProgramStep.filesOf(context, program).resolve(file);
        XlearnModel adopted = XlearnModel.read(model);
        if (adopted.loss().filter(loss -> loss == FactorLoss.SQUARED).isPresent()) {
            throw new IllegalArgumentException(
                    file
                            + " was trained for squared loss; a ranker's score is a probability, so"
                            + " cross-entropy would do (xLearn's -s 0, 1 or 2)");
        }
        FeatureSpace space =
                FeatureSpace.fromJson(Files.readString(exported.resolve(Ranker.FEATURES)));
        FactorModel.Scaling scaling =
                adopted.scaling()
                        .orElse(norm ? FactorModel.Scaling.XLEARN : FactorModel.Scaling.NONE);
        SplitStep.Part part = SplitStep.Part.of(context, context.outputsOf(export).get("from"));
        WideTable.Rows raw = new WideTable(workplace.warehouse(), part).read(space.spec());
        FactorRows rows =
                FactorRanking.encode(
                        raw.features,
                        raw.labels(),
                        FittedSpace.of(space),
                        null,
                        adopted.model().kind() == FactorModel.Kind.FFM);
        FactorRanking ranking = new FactorRanking(space, adopted.model(), scaling, rows);
        TrainStep.leave(
                context,
                ranking,
                raw,
                part,
                Map.of("adopted", file + " sha256 " + Sha256.of(model), "norm", scaling.name()));
        return new StepOutcome.Done(raw.features.size());
    }
}
