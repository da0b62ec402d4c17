package dev.waxwing.model;

import dev.waxwing.storage.FileStore;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// The files `activations/<number>.json`. An entry is created only if absent; who comes second reads the first's entry and tries the next number.
final class ActivationLog {
    private final FileStore store;
    private final InstantSource clock;
    private final List<Activation> entries = new ArrayList<>();
    private SortedMap<String, BundleRef> aliases = Collections.emptySortedMap();

    ActivationLog(FileStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    synchronized BundleStore.Live live() {
        refresh();
        return new BundleStore.Live(entries.size(), aliases);
    }

    synchronized List<Activation> history() {
        refresh();
        return List.copyOf(entries);
    }

    /// Entries never change, so only those behind the last known one are read.
    private void refresh() {
        if (entries.isEmpty()) {
            requireNoGap();
        }
        for (long next = entries.size() + 1L; store.exists(Activation.file(next)); next++) {
            Activation entry =
                    Activation.parse(
                            next,
                            new String(store.read(Activation.file(next)), StandardCharsets.UTF_8));
            aliases = entry.applyTo(aliases);
            entries.add(entry);
        }
    }

    private void requireNoGap() {
        long expected = 1;
        for (String file : store.list("activations/")) {
            if (!file.equals(Activation.file(expected))) {
                throw new CorruptFileException(
                        "the activation log should have "
                                + Activation.file(expected)
                                + " next, found "
                                + file
                                + "; nothing is live until the log is whole");
            }
            expected++;
        }
    }

    synchronized Activation activate(
            Map<String, BundleRef> moves,
            String by,
            String why,
            Map<String, String> gate,
            Consumer<SortedMap<String, BundleRef>> check) {
        refresh();
        if (moves.entrySet().stream()
                .allMatch(move -> move.getValue().equals(aliases.get(move.getKey())))) {
            return entries.stream()
                    .filter(e -> !Collections.disjoint(e.touched(), moves.keySet()))
                    .reduce((_, last) -> last)
                    .orElseThrow();
        }
        return append(
                check,
                number ->
                        new Activation(
                                number,
                                clock.instant(),
                                by,
                                why,
                                new TreeMap<>(moves),
                                current(moves.keySet()),
                                new TreeMap<>(),
                                new TreeMap<>(gate)));
    }

    synchronized Activation rollback(
            String by, String why, Consumer<SortedMap<String, BundleRef>> check) {
        return append(
                check,
                number ->
                        undo(
                                number,
                                entries.stream()
                                        .map(this::notUndone)
                                        .filter(set -> !set.aliases.isEmpty())
                                        .reduce((_, last) -> last)
                                        .orElseThrow(
                                                () ->
                                                        new BundleException(
                                                                "there is nothing to roll back:"
                                                                        + " every activation was"
                                                                        + " undone, or none was made")),
                                by,
                                why));
    }

    synchronized Activation rollback(
            String alias, String by, String why, Consumer<SortedMap<String, BundleRef>> check) {
        return append(
                check,
                number -> {
                    Activation last =
                            entries.stream()
                                    .filter(e -> notUndone(e).aliases.contains(alias))
                                    .reduce((_, later) -> later)
                                    .orElseThrow(
                                            () ->
                                                    new BundleException(
                                                            "there is nothing to roll back: every"
                                                                    + " move of "
                                                                    + alias
                                                                    + " was undone, or none was"
                                                                    + " made; aliases are "
                                                                    + aliases.keySet()));
                    return undo(number, new Moves(last, Set.of(alias)), by, why);
                });
    }

    private record Moves(Activation entry, Set<String> aliases) {}

    /// The aliases that an entry moved and no rollback has moved back since; none for rollbacks, which are not undone themselves.
    private Moves notUndone(Activation entry) {
        var left = new TreeSet<>(entry.moved().keySet());
        left.removeAll(entry.undone().keySet());
        for (Activation later : entries.subList((int) entry.number(), entries.size())) {
            left.removeIf(alias -> Objects.equals(later.undone().get(alias), entry.number()));
        }
        return new Moves(entry, left);
    }

    private Activation undo(long number, Moves moves, String by, String why) {
        var back = new TreeMap<String, BundleRef>();
        var undone = new TreeMap<String, Long>();
        for (String alias : moves.aliases) {
            undone.put(alias, moves.entry.number());
            if (moves.entry.replaced().containsKey(alias)) {
                back.put(alias, moves.entry.replaced().get(alias));
            }
        }
        return new Activation(
                number,
                clock.instant(),
                by,
                why,
                back,
                current(moves.aliases),
                undone,
                new TreeMap<>());
    }

    private SortedMap<String, BundleRef> current(Set<String> names) {
        var now = new TreeMap<>(aliases);
        now.keySet().retainAll(names);
        return now;
    }

    /// Makes the entry anew from the log as it is, until it is the first of its number.
    private Activation append(
            Consumer<SortedMap<String, BundleRef>> check, LongFunction<Activation> entryOf) {
        while (true) {
            refresh();
            Activation entry = entryOf.apply(entries.size() + 1L);
            check.accept(entry.applyTo(aliases));
            if (store.putIfAbsent(
                    Activation.file(entry.number()),
                    entry.toJson().getBytes(StandardCharsets.UTF_8))) {
                refresh();
                return entry;
            }
        }
    }
}
