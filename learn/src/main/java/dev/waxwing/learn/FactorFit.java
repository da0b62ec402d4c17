package dev.waxwing.learn;

import dev.waxwing.model.FactorModel;

import java.util.List;
import java.util.Optional;

/// What [FactorTrainer] gives back.
public final class FactorFit {
    private final FactorModel model;
    private final FactorState state; // null unless asked for
    private final List<FactorEpoch> epochs;
    private final int bestEpoch;

    FactorFit(FactorModel model, FactorState state, List<FactorEpoch> epochs, int bestEpoch) {
        this.model = model;
        this.state = state;
        this.epochs = List.copyOf(epochs);
        this.bestEpoch = bestEpoch;
    }

    /// Of the best epoch if there were validation rows and early stopping was on, else of the last one.
    public FactorModel model() {
        return model;
    }

    /// What the optimiser knew beside that model; present if [FactorTrainer#keepState] was said.
    public Optional<FactorState> state() {
        return Optional.ofNullable(state);
    }

    public List<FactorEpoch> epochs() {
        return epochs;
    }

    /// The epoch of the model, from 1.
    public int bestEpoch() {
        return bestEpoch;
    }
}
