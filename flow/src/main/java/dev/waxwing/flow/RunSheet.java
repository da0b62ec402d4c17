package dev.waxwing.flow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// One run as the [Machine] sees it: all that its next state depends on.
/// @param cancelled whether somebody asked it to stop
/// @param paused whether no more of its steps may start for now
/// @param patient whether a step may wait for what it reads; otherwise what is missing ends the step
/// @param message why it is not done, one line a step that is to blame
/// @param steps each after all that it depends on
/// @param outputs of the steps that are done, by step
record RunSheet(
        RunState state,
        boolean cancelled,
        boolean paused,
        boolean patient,
        String message,
        SequencedMap<String, StepSheet> steps,
        Map<String, SequencedMap<String, String>> outputs) {
    RunSheet {
        steps = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(steps));
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    /// Whether the step stands for good, unless somebody asks for it again.
    boolean ended(StepSheet step) {
        return step.state().ended() || (step.state() == StepState.WAITING && !patient);
    }

    boolean allEnded() {
        return steps.values().stream().allMatch(this::ended);
    }

    StepSheet step(String name) {
        StepSheet step = steps.get(name);
        if (step == null) {
            throw new IllegalArgumentException(
                    "there is no step " + name + " in this run; its steps are " + steps.keySet());
        }
        return step;
    }
}
