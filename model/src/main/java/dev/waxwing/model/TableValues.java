package dev.waxwing.model;

import java.util.Collection;
import java.util.Map;

/// Checks the values that a table is built from and keeps them small: numbers boxed, texts as ids.
final class TableValues {
    private TableValues() {}

    static Object compact(String key, EntityColumn column, Object value, Tokens tokens) {
        return switch (column.kind()) {
            case NUMBER -> number(key, column, value);
            case CATEGORY ->
                    switch (value) {
                        case null -> null;
                        case String text -> tokens.id(text);
                        default -> throw wrong(key, column, value, "a text");
                    };
            case TAGS ->
                    switch (value) {
                        case null -> null;
                        case Collection<?> texts ->
                                texts.stream()
                                        .mapToInt(t -> tokens.id(text(key, column, t)))
                                        .toArray();
                        default -> throw wrong(key, column, value, "a collection of texts");
                    };
            case WEIGHTS ->
                    switch (value) {
                        case null -> null;
                        case Map<?, ?> weights -> weights(key, column, weights, tokens);
                        default -> throw wrong(key, column, value, "a map of text to number");
                    };
        };
    }

    private static Double number(String key, EntityColumn column, Object value) {
        if (value == null) {
            return Double.NaN;
        }
        if (!(value instanceof Number n)) {
            throw wrong(key, column, value, "a number");
        }
        double number = n.doubleValue();
        if (Math.abs(number) > Float.MAX_VALUE) {
            throw wrong(
                    key,
                    column,
                    value,
                    "a finite number that a float holds, or NaN or null for missing");
        }
        return Double.isNaN(number)
                ? Double.NaN
                : number; // one NaN, so that bytes do not depend on how it came about
    }

    private static MappedRow.WeightedIds weights(
            String key, EntityColumn column, Map<?, ?> map, Tokens tokens) {
        var ids = new int[map.size()];
        var weights = new double[map.size()];
        int i = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            ids[i] = tokens.id(text(key, column, entry.getKey()));
            if (!(entry.getValue() instanceof Number n) || !Double.isFinite(n.doubleValue())) {
                throw wrong(key, column, entry, "a map of text to finite number");
            }
            weights[i++] = n.doubleValue();
        }
        return new MappedRow.WeightedIds(ids, weights);
    }

    private static String text(String key, EntityColumn column, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(key, column, value, "texts");
    }

    private static FeatureException wrong(
            String key, EntityColumn column, Object value, String wanted) {
        return new FeatureException(
                "column "
                        + column.name()
                        + " ("
                        + column.kind().word()
                        + ") of \""
                        + key
                        + "\" should be "
                        + wanted
                        + ", found "
                        + (value == null
                                ? "null"
                                : value.getClass().getSimpleName() + " " + value));
    }
}
