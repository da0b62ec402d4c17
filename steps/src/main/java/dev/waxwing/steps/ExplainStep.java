package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.Bundle;
import dev.waxwing.warehouse.Column;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `explain: gbdt_lr` writes what each encoded column does in a model: gain, cover and splits of the trees, and the
/// coefficient of the regression.
final class ExplainStep implements Step {
    /// What training leaves: `column,gain,cover,splits,lr_coefficient`, the column in quotes.
    private static final String IMPORTANCE = "importance.csv";

    private static final Pattern LINE =
            Pattern.compile("\"((?:[^\"]|\"\")*)\",([^,]+),([^,]+),([^,]+),([^,]+)");

    private static final List<Column> COLUMNS =
            List.of(
                    new Column("model", "VARCHAR"),
                    new Column("feature", "VARCHAR"),
                    new Column("gain", "DOUBLE"),
                    new Column("cover", "DOUBLE"),
                    new Column("splits", "INTEGER"),
                    new Column("coefficient", "DOUBLE"),
                    new Column("ds", "VARCHAR"));

    private final Workplace workplace;
    private final String model;
    private final Target target;

    private ExplainStep(Workplace workplace, String model, Target target) {
        this.workplace = workplace;
        this.model = model;
        this.target = target;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "explain";
            }

            @Override
            public List<StepKey> keys() {
                List<StepKey> keys = new ArrayList<>(Target.KEYS);
                keys.add(
                        StepKey.required(
                                "explain",
                                StepKey.Type.TEXT,
                                "The training step whose model is explained."));
                return keys;
            }

            @Override
            public Step parse(String name, MapNode config) {
                return new ExplainStep(workplace, config.text("explain"), Target.parse(config));
            }
        };
    }

    @Override
    public List<String> needs() {
        return List.of(model);
    }

    @Override
    public List<String> writes() {
        return List.of(target.table());
    }

    @Override
    public StepOutcome run(StepContext context) throws Exception {
        Bundle bundle = Drafts.of(context, model);
        String ds = Days.ds(context.bizdate());
        List<Object[]> rows =
                bundle.text(IMPORTANCE).lines().skip(1).map(line -> row(line, ds)).toList();
        return target.write(
                workplace.warehouse(), context, List.of(), (_, write) -> write.rows(COLUMNS, rows));
    }

    private Object[] row(String line, String ds) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    IMPORTANCE + " of " + model + " has the line: " + line);
        }
        return new Object[] {
            model,
            parts.group(1).replace("\"\"", "\""),
            Double.valueOf(parts.group(2)),
            Double.valueOf(parts.group(3)),
            Integer.valueOf(parts.group(4)),
            Double.valueOf(parts.group(5)),
            ds
        };
    }
}
