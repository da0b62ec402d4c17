package dev.waxwing.steps;

import dev.waxwing.flow.StepContext;
import dev.waxwing.learn.KeptNeighbours;
import dev.waxwing.learn.TrainingException;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleException;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.model.BundleWriter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// What a neighbour step keeps for the next night, as a bundle of kind `kept` named after the table it writes: the acts of
/// its window as numbers (`acts.bin`) and, where that pays, what was known of neighbours (`neighbours.bin`).
///
/// Nothing depends on it: a bundle that is missing, damaged or of another table makes the step read and count
/// everything, and the step's log says so.
final class KeptNight {
    private static final String ACTS = "acts.bin";
    private static final String NEIGHBOURS = "neighbours.bin";
    private static final String FROM = "from";
    private static final int NIGHTS = 2;

    private final BundleStore bundles;
    private final String name;
    private final String from;

    /// @param table that the step writes
    /// @param from the table of acts
    KeptNight(BundleStore bundles, String table, String from) {
        this.bundles = bundles;
        this.name = table + "_kept";
        this.from = from;
    }

    /// The acts of the latest night up to a business date, and where is what it knew of neighbours.
    record Found(String night, Acts acts, Optional<Path> neighbours) {
        /// What it knew, under the numbers that the acts have now, after [Acts#sort]; nothing if the file cannot be used.
        Optional<KeptNeighbours> open(StepContext context) {
            if (neighbours.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(renumbered(KeptNeighbours.open(neighbours.get())));
            } catch (TrainingException | UncheckedIOException e) {
                context.log(
                        "kept neighbours cannot be used, everything is counted: " + e.getMessage());
                return Optional.empty();
            }
        }

        private KeptNeighbours renumbered(KeptNeighbours kept) {
            try {
                return kept.renumbered(
                        acts.users.kept(), acts.users.size(), acts.items.kept(), acts.items.size());
            } catch (RuntimeException e) {
                kept.close();
                throw e;
            }
        }
    }

    Optional<Found> latest(StepContext context) {
        Optional<BundleRef> ref =
                bundles.list(name).stream()
                        .filter(r -> !r.bizdate().isAfter(context.bizdate()))
                        .reduce((_, later) -> later);
        if (ref.isEmpty()) {
            context.log("no night was kept yet, everything is read");
            return Optional.empty();
        }
        try {
            Bundle bundle = bundles.open(ref.get());
            if (!from.equals(bundle.parameters().get(FROM))) {
                context.log(ref.get() + " was kept of another table, everything is read");
                return Optional.empty();
            }
            boolean known = bundle.files().contains(NEIGHBOURS);
            return Optional.of(
                    new Found(
                            Days.ds(ref.get().bizdate()),
                            Acts.read(bundle.file(ACTS)),
                            known ? Optional.of(bundle.file(NEIGHBOURS)) : Optional.empty()));
        } catch (BundleException | UncheckedIOException | IOException e) {
            context.log("what was kept cannot be used, everything is read: " + e.getMessage());
            return Optional.empty();
        }
    }

    /// Keeps a night, and forgets all but the two latest and this one.
    /// @param neighbours what that night knew of them; empty if it does not pay
    void keep(
            StepContext context,
            Acts acts,
            LocalDate first,
            LocalDate night,
            Optional<Path> neighbours) {
        try (BundleWriter bundle = bundles.draft(BundleKind.KEPT, name, night)) {
            bundle.parameter(FROM, from);
            bundle.provenance("run", context.runId());
            acts.write(bundle.file(ACTS), first, night);
            if (neighbours.isPresent()) {
                Files.move(neighbours.get(), bundle.file(NEIGHBOURS));
            }
            BundleRef ref = bundle.publish();
            context.log("kept for the next night: " + ref);
            List<BundleRef> all = bundles.list(name);
            for (BundleRef old : all.subList(0, Math.max(0, all.size() - NIGHTS))) {
                if (!old.equals(ref)) {
                    bundles.delete(old);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the night of " + name + ": " + e, e);
        }
    }
}
