package dev.waxwing.steps;

import dev.waxwing.flow.StepContext;
import dev.waxwing.model.Activation;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a night may do to aliases: move them on, never back. A night that is run again for an older business date
/// publishes its bundles and leaves what is live alone.
final class Aliases {
    private final BundleStore bundles;

    Aliases(BundleStore bundles) {
        this.bundles = bundles;
    }

    /// @return whether the aliases name the bundles now
    boolean move(
            StepContext context,
            Map<String, BundleRef> moves,
            String why,
            Map<String, String> gate) {
        SortedMap<String, BundleRef> live = bundles.aliases();
        Map<String, BundleRef> onward = new TreeMap<>();
        moves.forEach(
                (alias, ref) -> {
                    BundleRef now = live.get(alias);
                    if (now != null && now.bizdate().isAfter(ref.bizdate())) {
                        context.log(alias + " stays at " + now + ", which is of a later day");
                    } else {
                        onward.put(alias, ref);
                    }
                });
        if (onward.isEmpty()) {
            return false;
        }
        Activation entry =
                bundles.activate(onward, context.pipeline() + " " + context.runId(), why, gate);
        context.log("activation " + entry.number() + ": " + onward.values());
        onward.keySet().forEach(context::announce);
        context.output("activation", Long.toString(entry.number()));
        return onward.size() == moves.size();
    }

    /// The bundle that an alias named last among those of business dates before `bizdate`: the champion that the night of
    /// `bizdate` is held against. It is the same when the night runs again after it has released.
    Optional<BundleRef> championBefore(String alias, LocalDate bizdate) {
        Optional<BundleRef> now = bundles.resolve(alias);
        if (now.isEmpty() || now.get().bizdate().isBefore(bizdate)) {
            return now;
        }
        return bundles.history().reversed().stream()
                .map(entry -> Optional.ofNullable(entry.moved().get(alias)))
                .flatMap(Optional::stream)
                .filter(ref -> ref.bizdate().isBefore(bizdate))
                .findFirst();
    }

    /// Drops bundles of a name that are older than `keepDays` before the business date and that no alias names.
    void forget(StepContext context, String name, int keepDays) {
        LocalDate oldest = context.bizdate().minusDays(keepDays);
        Set<BundleRef> named = new HashSet<>(bundles.aliases().values());
        for (BundleRef ref : bundles.list(name)) {
            if (ref.bizdate().isBefore(oldest) && !named.contains(ref)) {
                bundles.delete(ref);
                context.log("dropped " + ref + ", older than " + keepDays + " days");
            }
        }
    }
}
