package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/// `split: { from: train_wide, train: 27d, validate: 2d, test: 1d }` cuts a table by time, never at random: the last days
/// up to the business date test, those before validate, those before train.
///
/// It writes nothing; later steps name its parts as `split.train`, and read the days from its outputs.
final class SplitStep implements Step {
    /// The parts in the order of time.
    static final List<String> PARTS = List.of("train", "validate", "test");

    private final Workplace workplace;
    private final String from;
    private final int[] days;

    private SplitStep(Workplace workplace, String from, int[] days) {
        this.workplace = workplace;
        this.from = from;
        this.days = days;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "split";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "split",
                                StepKey.Type.MAP,
                                "from: the table; train, validate, test: how many days each, such"
                                        + " as 27d, 2d, 1d."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                MapNode split = config.map("split");
                int[] days = new int[PARTS.size()];
                for (int part = 0; part < days.length; part++) {
                    days[part] = (int) split.duration(PARTS.get(part)).toDays();
                    if (days[part] < 1) {
                        split.problem(PARTS.get(part), "must be at least 1d");
                    }
                }
                return new SplitStep(workplace, split.text("from"), days);
            }
        };
    }

    /// The table that it cuts.
    String table() {
        return from;
    }

    @Override
    public List<String> reads() {
        return List.of(from);
    }

    @Override
    public StepOutcome run(StepContext context) {
        List<String> missing =
                new Upstream(Map.of()).missing(workplace.warehouse(), reads(), context.bizdate());
        if (!missing.isEmpty()) {
            return Workplace.waitingFor(missing);
        }
        context.output("table", from);
        LocalDate end = context.bizdate();
        for (int part = PARTS.size() - 1; part >= 0; part--) {
            LocalDate start = end.minusDays(days[part] - 1);
            context.output(PARTS.get(part) + ".from", Days.ds(start));
            context.output(PARTS.get(part) + ".to", Days.ds(end));
            context.log(PARTS.get(part) + ": " + Days.ds(start) + ".." + Days.ds(end));
            end = start.minusDays(1);
        }
        return new StepOutcome.Done(0);
    }

    /// The days of one part, as a split step left them.
    record Part(String table, String from, String to) {
        /// @param name such as `split.validate`; a bare step name means its training days
        static Part of(StepContext context, String name) {
            int dot = name.indexOf('.');
            Map<String, String> outputs =
                    context.outputsOf(dot < 0 ? name : name.substring(0, dot));
            String part = dot < 0 ? "train" : name.substring(dot + 1);
            String from = outputs.get(part + ".from");
            if (from == null) {
                throw new IllegalArgumentException(
                        name + " is no part of a split; its parts are " + PARTS);
            }
            return new Part(outputs.get("table"), from, outputs.get(part + ".to"));
        }

        /// The step that a name like `split.validate` mentions.
        static String stepOf(String name) {
            int dot = name.indexOf('.');
            return dot < 0 ? name : name.substring(0, dot);
        }
    }
}
