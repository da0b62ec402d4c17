package dev.waxwing.warehouse;

/// Who writes: recorded with every partition, and named to whoever is refused because of it.
/// @param attempt counts from 1; a later attempt of the same run and step takes the claim from an earlier one
public record Writer(String runId, String step, int attempt) {
    public Writer {
        if (runId.isBlank() || step.isBlank()) {
            throw new IllegalArgumentException(
                    "run and step must be named, got '" + runId + "' and '" + step + "'");
        }
        if (attempt < 1) {
            throw new IllegalArgumentException("attempts count from 1, got " + attempt);
        }
    }

    @Override
    public String toString() {
        return "run " + runId + ", step " + step + ", attempt " + attempt;
    }
}
