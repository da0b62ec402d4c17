package dev.waxwing.flow;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/// All kinds of steps that pipelines of this installation may hold.
public final class StepCatalogue {
    private final SequencedMap<String, StepKind> kinds = new LinkedHashMap<>();

    private StepCatalogue(List<? extends StepKind> others) {
        var all = new ArrayList<StepKind>(others);
        all.addAll(LoopStep.kinds(this));
        for (StepKind kind : all) {
            String key = kind.key();
            if (StepKey.COMMON.contains(key)) {
                throw new IllegalArgumentException(
                        key + " is a key of every step and cannot name a kind");
            }
            if (kinds.putIfAbsent(key, kind) != null) {
                throw new IllegalArgumentException("two kinds of steps are named " + key);
            }
        }
    }

    /// @param kinds beside the loops, which every installation has
    public static StepCatalogue of(List<? extends StepKind> kinds) {
        return new StepCatalogue(kinds);
    }

    public static StepCatalogue of(StepKind... kinds) {
        return new StepCatalogue(List.of(kinds));
    }

    public Optional<StepKind> find(String key) {
        return Optional.ofNullable(kinds.get(key));
    }

    public SequencedSet<String> keys() {
        return Collections.unmodifiableSequencedSet(kinds.sequencedKeySet());
    }

    public List<StepKind> kinds() {
        return List.copyOf(kinds.values());
    }
}
