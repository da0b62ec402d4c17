package dev.waxwing.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/// The raw feature values of one exposure: what the wide table, the served event and the golden rows hold.
///
/// A value can be missing. An entity that no snapshot has gives its categories and tags the value [#UNSEEN] instead.
public final class FeatureRow {
    /// What a category or a tag is called whose entity no snapshot has.
    public static final String UNSEEN = "(unseen)";

    /// What the column of a missing value is called; as a value it means just that.
    public static final String MISSING = "(missing)";

    private final FeatureSpec spec;
    private final double[] numbers; // NaN = missing, and wherever the feature is no number
    private final Object[] terms; // String, List<String> or null = missing

    /// Takes the arrays as its own.
    FeatureRow(FeatureSpec spec, double[] numbers, Object[] terms) {
        this.spec = spec;
        this.numbers = numbers;
        this.terms = terms;
    }

    /// A row from values by feature: numbers, texts, and lists of texts; an absent one is missing.
    ///
    /// @throws FeatureException if a name is not a feature, a number is infinite, or a value is of the wrong type
    public static FeatureRow of(FeatureSpec spec, Map<String, ?> values) {
        for (String name : values.keySet()) {
            if (spec.indexOf(name) < 0) {
                throw new FeatureException("features " + spec.name() + " has no feature " + name);
            }
        }
        var numbers = new double[spec.size()];
        Arrays.fill(numbers, Double.NaN);
        var terms = new Object[spec.size()];
        for (int f = 0; f < terms.length; f++) {
            Feature feature = spec.features().get(f);
            Object value = values.get(feature.name());
            if (value == null) {
                continue;
            }
            switch (feature.type()) {
                case NUMBER -> numbers[f] = number(feature, value);
                case CATEGORY -> terms[f] = text(feature, value);
                case TAGS -> terms[f] = texts(feature, value);
            }
        }
        return new FeatureRow(spec, numbers, terms);
    }

    private static double number(Feature feature, Object value) {
        if (value instanceof Number number) {
            return checked(feature, number.doubleValue());
        }
        throw wrong(feature, value);
    }

    private static String text(Feature feature, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(feature, value);
    }

    private static List<String> texts(Feature feature, Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(element -> text(feature, element)).toList();
        }
        throw wrong(feature, value);
    }

    private static FeatureException wrong(Feature feature, Object value) {
        String found = value == null ? "null" : value.getClass().getSimpleName() + " " + value;
        return new FeatureException(
                "feature "
                        + feature.name()
                        + " is of type "
                        + feature.type().word()
                        + ", found "
                        + found);
    }

    /// A finite number that a float can hold, or NaN for missing; anything else cannot be learnt from.
    static double checked(Feature feature, double value) {
        if (Math.abs(value) > Float.MAX_VALUE) {
            throw new FeatureException(
                    "feature "
                            + feature.name()
                            + " is "
                            + value
                            + "; a number must be finite and within ±"
                            + Float.MAX_VALUE
                            + ", or missing");
        }
        return value;
    }

    /// Which features the values are of.
    public FeatureSpec spec() {
        return spec;
    }

    /// The number of a feature, by its place in the spec; NaN = missing.
    public double number(int feature) {
        return numbers[feature];
    }

    /// The texts of a category (one) or of tags, by the feature's place in the spec; empty = missing.
    public Optional<List<String>> terms(int feature) {
        return switch (terms[feature]) {
            case null -> Optional.empty();
            case String one -> Optional.of(List.of(one));
            default -> Optional.of(tags(feature));
        };
    }

    /// Whether the feature has no value: neither a number nor a text, nor the word that its entity is unseen.
    public boolean isMissing(int feature) {
        return spec.features().get(feature).type() == FeatureType.NUMBER
                ? Double.isNaN(numbers[feature])
                : terms[feature] == null;
    }

    /// Feature → `Double`, `String` or `List<String>`, in the order of the spec; missing ones are left out.
    public SequencedMap<String, Object> values() {
        var values = new LinkedHashMap<String, Object>();
        for (int f = 0; f < numbers.length; f++) {
            if (!isMissing(f)) {
                values.put(
                        spec.features().get(f).name(),
                        terms[f] == null ? (Object) numbers[f] : terms[f]);
            }
        }
        return Collections.unmodifiableSequencedMap(values);
    }

    /// The same row with the features of another spec, all of which this one must have with the same type.
    ///
    /// @throws FeatureException if it lacks one
    public FeatureRow as(FeatureSpec other) {
        if (spec.equals(other)) {
            return this;
        }
        int[] places = spec.placesOf(other);
        var otherNumbers = new double[places.length];
        var otherTerms = new Object[places.length];
        for (int f = 0; f < places.length; f++) {
            otherNumbers[f] = numbers[places[f]];
            otherTerms[f] = terms[places[f]];
        }
        return new FeatureRow(other, otherNumbers, otherTerms);
    }

    Object term(int feature) {
        return terms[feature];
    }

    @SuppressWarnings("unchecked") // of() and the assembler put nothing but strings into the lists
    List<String> tags(int feature) {
        return (List<String>) terms[feature];
    }

    /// The row as one line of JSON; missing values are `null`. [#fromJson] gives the same row back, to the bit.
    public String toJson() {
        return Json.line(json());
    }

    ObjectNode json() {
        ObjectNode object = Json.object();
        for (int f = 0; f < numbers.length; f++) {
            String name = spec.features().get(f).name();
            switch (terms[f]) {
                case null -> {
                    if (Double.isNaN(numbers[f])) {
                        object.putNull(name);
                    } else {
                        object.put(name, numbers[f]);
                    }
                }
                case String text -> object.put(name, text);
                default -> {
                    ArrayNode array = object.putArray(name);
                    tags(f).forEach(array::add);
                }
            }
        }
        return object;
    }

    /// Reads what [#toJson] wrote.
    public static FeatureRow fromJson(FeatureSpec spec, String json) {
        return of(spec, Json.parse("feature row", json));
    }

    static FeatureRow of(FeatureSpec spec, ObjectNode object) {
        var values = new LinkedHashMap<String, Object>();
        object.properties()
                .forEach(member -> values.put(member.getKey(), plain(member.getValue())));
        return of(spec, values);
    }

    private static Object plain(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        if (node.isNumber()) {
            return node.doubleValue();
        }
        if (node.isArray()) {
            var list = new ArrayList<Object>();
            node.forEach(element -> list.add(plain(element)));
            return list;
        }
        return node.isTextual() ? node.textValue() : node;
    }

    /// Same features, same values to the bit.
    @Override
    public boolean equals(Object other) {
        return other instanceof FeatureRow that
                && spec.equals(that.spec)
                && Arrays.equals(numbers, that.numbers)
                && Arrays.equals(terms, that.terms);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(numbers), Arrays.hashCode(terms));
    }

    @Override
    public String toString() {
        return toJson();
    }
}
