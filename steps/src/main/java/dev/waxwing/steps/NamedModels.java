package dev.waxwing.steps;

import dev.waxwing.config.DidYouMean;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Which bundle a name means on a business date.
///
/// - `home_rank/20130801-1a2b3c4d` is that bundle, `home_rank/champion` what the alias names now.
/// - `home_rank` is the newest bundle of that name which is not of a later day than the business date, so that a night that
///   runs again finds the same one. Of several of one day it is the one that an alias names.
final class NamedModels {
    private final BundleStore bundles;

    NamedModels(BundleStore bundles) {
        this.bundles = bundles;
    }

    /// @throws StepProblem if nothing, or more than one bundle, is meant; says what there is
    Bundle open(String name, LocalDate bizdate) {
        return bundles.open(find(name, bizdate));
    }

    private BundleRef find(String name, LocalDate bizdate) {
        if (name.matches(".+/[0-9]{8}-[0-9a-f]{8}")) {
            return BundleRef.parse(name);
        }
        Optional<BundleRef> aliased = bundles.resolve(name);
        if (aliased.isPresent()) {
            return aliased.get();
        }
        List<BundleRef> upTo =
                bundles.list(name).stream().filter(ref -> !ref.bizdate().isAfter(bizdate)).toList();
        if (upTo.isEmpty()) {
            Set<String> names = new TreeSet<>(bundles.aliases().keySet());
            bundles.list().forEach(ref -> names.add(ref.name()));
            throw new StepProblem(
                    "there is no model "
                            + name
                            + " of "
                            + bizdate
                            + " or before; "
                            + DidYouMean.hint(name, names));
        }
        LocalDate newest = upTo.getLast().bizdate();
        List<BundleRef> ofThatDay =
                upTo.stream().filter(ref -> ref.bizdate().equals(newest)).toList();
        if (ofThatDay.size() == 1) {
            return ofThatDay.getFirst();
        }
        Set<BundleRef> live = new HashSet<>(bundles.aliases().values());
        List<BundleRef> named = ofThatDay.stream().filter(live::contains).toList();
        if (named.size() != 1) {
            throw new StepProblem(
                    name
                            + " has several bundles of "
                            + newest
                            + " and "
                            + (named.isEmpty() ? "no alias names one" : "aliases name several")
                            + " of them: "
                            + ofThatDay
                            + "; write one of these names");
        }
        return named.getFirst();
    }

    /// Removes what else was published for the day under the name, as a model that is trained again replaces the old one.
    /// What an alias names stays.
    void replace(BundleRef kept) {
        Set<BundleRef> live = new HashSet<>(bundles.aliases().values());
        for (BundleRef ref : bundles.list(kept.name())) {
            if (ref.bizdate().equals(kept.bizdate()) && !ref.equals(kept) && !live.contains(ref)) {
                bundles.delete(ref);
            }
        }
    }
}
