package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.storage.StoreUrl;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// `transfer: home_rank` copies a model to an object store; see [Transfer].
final class TransferStep implements Step {
    private final Workplace workplace;
    private final Transfer transfer;

    private TransferStep(Workplace workplace, Transfer transfer) {
        this.workplace = workplace;
        this.transfer = transfer;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "transfer";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "transfer",
                                StepKey.Type.TEXT,
                                "The model: a bundle's name (its newest up to the business date), an"
                                        + " alias, or one bundle such as"
                                        + " home_rank/20130801-1a2b3c4d."),
                        StepKey.required(
                                "to",
                                StepKey.Type.TEXT,
                                "oss://bucket.endpoint/prefix/, s3://bucket/prefix/ or"
                                        + " file:///folder/."),
                        StepKey.optional(
                                "format",
                                StepKey.Type.TEXT,
                                "pmml (NAME.xml; the default) or original (the whole bundle)."),
                        StepKey.optional(
                                "rename",
                                StepKey.Type.TEXT,
                                "Another name for the file than the bundle's."),
                        StepKey.optional(
                                "overwrite",
                                StepKey.Type.FLAG,
                                "Whether a file that is there may be replaced; default false."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                String format = config.choice("format", Transfer.FORMATS, "pmml");
                return new TransferStep(
                        workplace,
                        new Transfer(
                                config.text("transfer"),
                                config.parsed(
                                        "to",
                                        "a store such as oss://bucket.endpoint/prefix/",
                                        StoreUrl::parse,
                                        new StoreUrl.Folder(Path.of("missing"))),
                                Transfer.Format.valueOf(format.toUpperCase(Locale.ROOT)),
                                config.text("rename", ""),
                                config.flag("overwrite", false)));
            }
        };
    }

    @Override
    public StepOutcome run(StepContext context) {
        return transfer.run(workplace, context);
    }
}
