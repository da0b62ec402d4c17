package dev.waxwing.steps;

import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.model.BundleRef;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `wait: { table: ods_event }` or `wait: { bundle: home_rank }` is done once that is there. Meanwhile it holds no slot: what is
/// committed here wakes it at once, what others bring is looked for again every `poll`. After `give-up` it has failed.
final class WaitStep implements Step {
    private final Workplace workplace;
    private final String table;
    private final String bundle;
    private final int day;
    private final Duration poll;

    private WaitStep(Workplace workplace, String table, String bundle, int day, Duration poll) {
        this.workplace = workplace;
        this.table = table;
        this.bundle = bundle;
        this.day = day;
        this.poll = poll;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "wait";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "wait",
                                StepKey.Type.MAP,
                                "table or bundle that must be there; day: days from the business"
                                        + " date, such as -1; poll: how often to look beside the"
                                        + " commits that wake it, default 1m."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                MapNode node = config.map("wait");
                String table = node.text("table", "");
                String bundle = node.text("bundle", "");
                if (config.isMap("wait") && table.isEmpty() == bundle.isEmpty()) {
                    node.problem(
                            table.isEmpty() ? "table" : "bundle",
                            "exactly one of table and bundle says what is waited for");
                }
                int day = node.whole("day", -3650, 0, 0);
                Duration poll = node.duration("poll", Duration.ofMinutes(1));
                if (poll.isZero()) {
                    node.problem("poll", "must be longer than 0");
                }
                return new WaitStep(workplace, table, bundle, day, poll);
            }
        };
    }

    @Override
    public List<String> reads() {
        return table.isEmpty() ? List.of() : List.of(table);
    }

    @Override
    public StepOutcome run(StepContext context) {
        LocalDate wanted = context.bizdate().plusDays(day);
        if (!table.isEmpty()) {
            List<String> missing =
                    new Upstream(Map.of()).missing(workplace.warehouse(), List.of(table), wanted);
            return missing.isEmpty()
                    ? new StepOutcome.Done(0)
                    : new StepOutcome.Waiting(missing.getFirst(), poll);
        }
        Optional<BundleRef> found = found(wanted);
        if (found.isEmpty()) {
            return new StepOutcome.Waiting("bundle " + bundle + " of " + Days.ds(wanted), poll);
        }
        context.output(BundleStep.REF, found.get().toString());
        context.log(found.get() + " is there");
        return new StepOutcome.Done(0);
    }

    /// A name with a slash is an alias, and must have come as far as the day; otherwise a bundle of just that day is meant.
    private Optional<BundleRef> found(LocalDate wanted) {
        if (bundle.indexOf('/') >= 0) {
            return workplace
                    .bundles()
                    .resolve(bundle)
                    .filter(ref -> !ref.bizdate().isBefore(wanted));
        }
        return workplace.bundles().list(bundle).stream()
                .filter(ref -> ref.bizdate().equals(wanted))
                .reduce((_, last) -> last);
    }
}
