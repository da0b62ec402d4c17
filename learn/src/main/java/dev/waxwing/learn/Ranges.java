package dev.waxwing.learn;

import java.util.ArrayList;
import java.util.List;

/// Range checks of one parameter record; all that is out of range is told at once.
final class Ranges {
    private final String trainer;
    private final List<String> problems = new ArrayList<>();

    Ranges(String trainer) {
        this.trainer = trainer;
    }

    Ranges whole(String name, int value, int min, int max) {
        if (value < min || value > max) {
            problems.add(
                    name
                            + " is "
                            + value
                            + ", allowed is a whole number from "
                            + min
                            + " to "
                            + max);
        }
        return this;
    }

    /// From `min` to `max`, both allowed.
    Ranges within(String name, double value, double min, double max) {
        return require(
                value >= min && value <= max, // this way round, so that NaN is refused too
                name + " is " + value + ", allowed is " + min + " to " + max);
    }

    /// Above `min`, up to `max`.
    Ranges above(String name, double value, double min, double max) {
        return require(
                value > min && value <= max,
                name + " is " + value + ", allowed is above " + min + " and up to " + max);
    }

    Ranges require(boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
        return this;
    }

    void done() {
        if (!problems.isEmpty()) {
            throw new TrainingException(trainer + ": " + String.join("; ", problems));
        }
    }
}
