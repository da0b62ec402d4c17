package dev.waxwing.steps;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// Measured numbers as they travel between steps (as text) and into a bundle (as JSON, in the order of their names).
final class Figures {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Figures() {}

    /// The number that a step's output holds; empty if it is no number.
    static OptionalDouble number(String output) {
        try {
            return OptionalDouble.of(Double.parseDouble(output));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    /// A metric that its rows do not define (NaN) is `null`.
    static String toJson(Map<String, Double> figures) {
        Map<String, Object> json = new TreeMap<>();
        figures.forEach((name, value) -> json.put(name, Double.isFinite(value) ? value : null));
        try {
            return JSON.writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers cannot fail to become JSON", e);
        }
    }
}
