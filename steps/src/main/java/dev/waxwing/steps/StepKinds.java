package dev.waxwing.steps;

import dev.waxwing.flow.StepKind;

import java.util.List;

/// The catalogue: every kind of step that a pipeline may hold.
public final class StepKinds {
    private StepKinds() {}

    public static List<StepKind> all(Workplace workplace) {
        var environment = new Environment(System.getenv());
        return List.of(
                CollectStep.kind(workplace),
                SqlStep.kind(workplace),
                NeighbourStep.itemCf(workplace),
                NeighbourStep.userCf(workplace),
                WideStep.kind(workplace),
                SplitStep.kind(workplace),
                TrainStep.kind(workplace),
                ExportStep.kind(workplace),
                ProgramStep.kind(workplace),
                AdoptStep.kind(workplace),
                EvaluateStep.kind(workplace),
                ExplainStep.kind(workplace),
                ReleaseStep.kind(workplace),
                BundleStep.kind(workplace),
                ActivateStep.kind(workplace),
                TransferStep.kind(workplace),
                PaiStep.kind(workplace),
                AssignStep.kind(workplace),
                CheckStep.kind(workplace),
                WaitStep.kind(workplace),
                HttpStep.kind(workplace, environment),
                NotifyStep.kind(workplace, environment));
    }
}
