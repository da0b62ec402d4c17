package dev.waxwing.steps;

import dev.waxwing.flow.StepOutcome;
import dev.waxwing.storage.StoreUrl;

import java.util.List;
import java.util.Locale;

/// `generalmodeltransfer2oss`, and by its older name `modeltransfer2oss`: see [Transfer].
final class PaiModelTransfer implements PaiComponent {
    @Override
    public List<String> names() {
        return List.of("modeltransfer2oss", "generalmodeltransfer2oss");
    }

    @Override
    public List<PaiParameter> parameters() {
        return PaiComponent.with(
                PaiParameter.required("modelName"),
                PaiParameter.required("ossPath"),
                PaiParameter.required("format"),
                PaiParameter.optional("arn", ""),
                PaiParameter.optional("overwrite", "false"),
                PaiParameter.optional("rename", ""),
                PaiParameter.ignored("inputTable", "no model here is kept in a table"));
    }

    @Override
    public long run(PaiRun run) throws Exception {
        StoreUrl to;
        try {
            to = StoreUrl.parse(run.text("ossPath"));
        } catch (IllegalArgumentException e) {
            throw run.wrong("ossPath", e.getMessage());
        }
        if (run.given("arn")) {
            run.log(
                    "arn="
                            + run.text("arn")
                            + " is not taken on here; keys come from "
                            + Transfer.keys(run.workplace.stores()));
        }
        String format = run.choice("format", Transfer.FORMATS);
        Transfer transfer =
                new Transfer(
                        run.text("modelName"),
                        to,
                        Transfer.Format.valueOf(format.toUpperCase(Locale.ROOT)),
                        run.text("rename"),
                        run.flag("overwrite"));
        if (transfer.run(run.workplace, run.context)
                instanceof StepOutcome.Failed(Exception cause, _)) {
            throw cause;
        }
        return 0;
    }
}
