package dev.waxwing.steps;

import java.util.ArrayList;
import java.util.List;

/// One component of PAI, made of our parts.
interface PaiComponent {
    /// What it may be called, in lower case.
    List<String> names();

    List<PaiParameter> parameters();

    /// Does the work of one call.
    /// @return rows written
    long run(PaiRun run) throws Exception;

    List<PaiComponent> ALL =
            List.of(
                    new PaiGbdt(),
                    new PaiLeafCodes(),
                    new PaiLogisticRegression(),
                    new PaiPrediction(),
                    new PaiEvaluate(),
                    new PaiOneHot(),
                    new PaiSplit(),
                    new PaiEtrec(),
                    new PaiModelTransfer());

    /// A component's own parameters, and those that size a cluster.
    static List<PaiParameter> with(PaiParameter... own) {
        List<PaiParameter> all = new ArrayList<>(List.of(own));
        String why = "the work runs in this process, with the threads of waxwing.yaml";
        all.add(PaiParameter.ignored("coreNum", why));
        all.add(PaiParameter.ignored("memSizePerCore", why));
        return List.copyOf(all);
    }

    static List<String> allNames() {
        return ALL.stream().flatMap(component -> component.names().stream()).toList();
    }
}
