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

    private static final Weights UNSEEN_WEIGHTS = Weights.of(Map.of(UNSEEN, 1));

    private final FeatureSpec spec;
    private final double[] numbers; // NaN = missing, and wherever the feature is no number
    private final Object[] terms; // String, List<String>, Weights or null = missing

    /// Takes the arrays as its own.
    FeatureRow(FeatureSpec spec, double[] numbers, Object[] terms) {
        this.spec = spec;
        this.numbers = numbers;
        this.terms = terms;
    }

    /// What a feature of an entity has that no snapshot knows: null for a number.
    static Object unseen(FeatureType type) {
        return switch (type) {
            case NUMBER -> null;
            case CATEGORY -> UNSEEN;
            case TAGS -> List.of(UNSEEN);
            case WEIGHTS -> UNSEEN_WEIGHTS;
        };
    }

    /// How often each text is there.
    static Weights bag(List<String> texts) {
        var counts = new LinkedHashMap<String, Integer>();
        texts.forEach(text -> counts.merge(text, 1, Integer::sum));
        return Weights.of(counts);
    }

    /// A row from values by feature: numbers, texts, lists of texts, and maps of text to number; an absent one is missing.
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
                case WEIGHTS -> terms[f] = weights(feature, value);
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

    static List<String> texts(Feature feature, Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(element -> text(feature, element)).toList();
        }
        throw wrong(feature, value);
    }

    static Weights weights(Feature feature, Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(feature, value);
        }
        var weights = new LinkedHashMap<String, Double>();
        map.forEach((text, weight) -> weights.put(text(feature, text), number(feature, weight)));
        return Weights.of(weights);
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

    /// The texts of a category (one), of tags or of weights, by the feature's place in the spec; empty = missing.
    public Optional<List<String>> terms(int feature) {
        return termsOf(terms[feature]);
    }

    @SuppressWarnings("unchecked") // of() and the assembler put nothing but strings into the lists
    static Optional<List<String>> termsOf(Object term) {
        return switch (term) {
            case null -> Optional.empty();
            case String one -> Optional.of(List.of(one));
            case Weights weights -> Optional.of(List.copyOf(weights.asMap().keySet()));
            default -> Optional.of((List<String>) term);
        };
    }

    /// The weights of a feature of that type, by its place in the spec; empty = missing.
    public Optional<Weights> weights(int feature) {
        return Optional.ofNullable((Weights) terms[feature]);
    }

    /// Whether the feature has no value: neither a number nor a text, nor the word that its entity is unseen.
    public boolean isMissing(int feature) {
        return spec.features().get(feature).type() == FeatureType.NUMBER
                ? Double.isNaN(numbers[feature])
                : terms[feature] == null;
    }

    /// Feature → `Double`, `String`, `List<String>` or `Map<String, Double>`, in the order of the spec; missing ones are left out.
    public SequencedMap<String, Object> values() {
        var values = new LinkedHashMap<String, Object>();
        for (int f = 0; f < numbers.length; f++) {
            if (!isMissing(f)) {
                values.put(
                        spec.features().get(f).name(),
                        switch (terms[f]) {
                            case null -> numbers[f];
                            case Weights weights -> weights.asMap();
                            default -> terms[f];
                        });
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

    /// The one text of a category; the word for missing where it has none.
    String textOf(int feature) {
        return terms[feature] == null ? MISSING : (String) terms[feature];
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

    /// The value as JSON; of a derived feature, a list of the values that it is made of.
    String valueOf(String field) {
        ObjectNode values = json();
        if (values.has(field)) {
            return Json.line(values.get(field));
        }
        ArrayNode parts = Json.object().putArray("parts");
        for (Derived derived : spec.derived()) {
            if (derived.name().equals(field)) {
                derived.of().forEach(of -> parts.add(values.get(of)));
            }
        }
        return Json.line(parts);
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
                case Weights weights -> {
                    ObjectNode map = object.putObject(name);
                    weights.asMap().forEach(map::put);
                }
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
        if (node.isObject()) {
            var map = new LinkedHashMap<String, Object>();
            node.properties().forEach(m -> map.put(m.getKey(), plain(m.getValue())));
            return map;
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
