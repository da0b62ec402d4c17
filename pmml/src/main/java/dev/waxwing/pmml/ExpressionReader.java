package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Compiles PMML's transformation expressions.
final class ExpressionReader {
    private static final Set<String> NAMES =
            Set.of(
                    "Constant",
                    "FieldRef",
                    "NormContinuous",
                    "NormDiscrete",
                    "Discretize",
                    "MapValues",
                    "Apply",
                    "TextIndex",
                    "Aggregate",
                    "Lag");
    private static final Set<String> BESIDE =
            Set.of("Value", "Interval", "ParameterField", "Decisions");

    private ExpressionReader() {}

    /// Compiles the one expression that the element holds.
    static Expression only(Element holder, Scope scope) {
        Element found = null;
        for (Element child : holder.children()) {
            if (BESIDE.contains(child.name)) {
                continue;
            }
            if (!NAMES.contains(child.name) || found != null) {
                throw child.problem("<" + child.name + "> is not read in <" + holder.name + ">");
            }
            found = child;
        }
        if (found == null) {
            throw holder.problem("<" + holder.name + "> holds no expression");
        }
        return read(found, scope);
    }

    static Expression read(Element element, Scope scope) {
        scope.slots.budget.begin(element);
        Expression expression = compile(element, scope);
        scope.slots.budget.end(element);
        return expression;
    }

    private static Expression compile(Element element, Scope scope) {
        return switch (element.name) {
            case "Constant" -> constant(element);
            case "FieldRef" -> fieldRef(element, scope);
            case "NormContinuous" -> normContinuous(element, scope);
            case "NormDiscrete" -> normDiscrete(element, scope);
            case "Discretize" -> discretize(element, scope);
            case "MapValues" -> mapValues(element, scope);
            case "Apply" -> Functions.apply(element, scope);
            case "TextIndex" -> TextIndex.read(element, scope);
            default -> throw element.problem("<" + element.name + "> is not read here");
        };
    }

    /// Compiles a reference by name.
    static Expression field(Element at, String name, Scope scope) {
        if (scope.parameter(name).isPresent()) {
            int index = scope.parameter(name).get();
            return row -> row.argument(index);
        }
        int slot = scope.field(at, name).slot();
        scope.slots.reads(at, slot);
        return row -> row.get(slot);
    }

    private static Expression constant(Element element) {
        if (element.flag("missing", false)) {
            return row -> null;
        }
        Object value;
        if (element.has("dataType")) {
            DataType type = DataType.of(element, "dataType");
            value = type.parse(element, element.text());
        } else {
            value = guess(element.text());
        }
        return row -> value;
    }

    /// A constant without a type is a whole number, a number or a text, by how it is written.
    private static Object guess(String written) {
        if (written.matches("\\s*[+-]?[0-9]{1,18}\\s*")) {
            return Long.valueOf(written.trim());
        }
        try {
            return Double.valueOf(DataType.toDouble(written));
        } catch (IllegalArgumentException e) {
            return written;
        }
    }

    private static Expression fieldRef(Element element, Scope scope) {
        Expression field = field(element, element.attribute("field"), scope);
        if (!element.has("mapMissingTo")) {
            return field;
        }
        DataType type =
                scope.parameter(element.attribute("field")).isPresent()
                        ? DataType.STRING
                        : scope.field(element, element.attribute("field")).type();
        Object replacement = type.parse(element, element.attribute("mapMissingTo"));
        return row -> {
            Object value = field.value(row);
            return value == null ? replacement : value;
        };
    }

    private static Expression normContinuous(Element element, Scope scope) {
        Expression field = field(element, element.attribute("field"), scope);
        List<Element> norms = element.children("LinearNorm");
        if (norms.size() < 2) {
            throw element.problem("<NormContinuous> needs two <LinearNorm> or more");
        }
        double[] from = norms.stream().mapToDouble(n -> n.finite("orig")).toArray();
        double[] to = norms.stream().mapToDouble(n -> n.finite("norm")).toArray();
        for (int i = 1; i < from.length; i++) {
            if (!(from[i] > from[i - 1])) {
                throw norms.get(i).problem("<LinearNorm> orig must grow");
            }
        }
        String outliers =
                element.word(
                        "outliers", "asIs", List.of("asIs", "asMissingValues", "asExtremeValues"));
        Object missing = element.has("mapMissingTo") ? element.number("mapMissingTo") : null;
        return row -> {
            Object value = field.value(row);
            if (value == null) {
                return missing;
            }
            double x = DataType.toDouble(value);
            int last = from.length - 1;
            if (x < from[0] || x > from[last]) {
                switch (outliers) {
                    case "asMissingValues" -> {
                        return null; // mapMissingTo is for what the field itself does not have
                    }
                    case "asExtremeValues" -> {
                        return x < from[0] ? to[0] : to[last];
                    }
                    default -> {
                        // the outermost line goes on
                    }
                }
            }
            int i = 1;
            while (i < last && x > from[i]) {
                i++;
            }
            return to[i - 1] + (x - from[i - 1]) / (from[i] - from[i - 1]) * (to[i] - to[i - 1]);
        };
    }

    private static Expression normDiscrete(Element element, Scope scope) {
        String name = element.attribute("field");
        element.word("method", "indicator", List.of("indicator"));
        Expression field = field(element, name, scope);
        DataType type =
                scope.parameter(name).isPresent()
                        ? DataType.STRING
                        : scope.field(element, name).type();
        Object wanted = type.parse(element, element.attribute("value"));
        Object missing = element.has("mapMissingTo") ? element.number("mapMissingTo") : null;
        return row -> {
            Object value = field.value(row);
            return value == null ? missing : (Object) (DataType.same(value, wanted) ? 1.0 : 0.0);
        };
    }

    private static Expression discretize(Element element, Scope scope) {
        Expression field = field(element, element.attribute("field"), scope);
        DataType type =
                element.has("dataType") ? DataType.of(element, "dataType") : DataType.STRING;
        List<Interval> bins = new ArrayList<>();
        List<Object> names = new ArrayList<>();
        for (Element bin : element.children("DiscretizeBin")) {
            bins.add(Interval.read(bin.child("Interval")));
            names.add(type.parse(bin, bin.attribute("binValue")));
        }
        Object missing =
                element.has("mapMissingTo")
                        ? type.parse(element, element.attribute("mapMissingTo"))
                        : null;
        Object otherwise =
                element.has("defaultValue")
                        ? type.parse(element, element.attribute("defaultValue"))
                        : null;
        return row -> {
            Object value = field.value(row);
            if (value == null) {
                return missing;
            }
            double x = DataType.toDouble(value);
            // Bins should not overlap; where two do, the later one counts.
            for (int i = bins.size() - 1; i >= 0; i--) {
                if (bins.get(i).holds(x)) {
                    return names.get(i);
                }
            }
            return otherwise;
        };
    }

    private static Expression mapValues(Element element, Scope scope) {
        List<Expression> inputs = new ArrayList<>();
        List<DataType> types = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        for (Element pair : element.children("FieldColumnPair")) {
            String name = pair.attribute("field");
            inputs.add(field(pair, name, scope));
            types.add(
                    scope.parameter(name).isPresent()
                            ? DataType.STRING
                            : scope.field(pair, name).type());
            columns.add(pair.attribute("column"));
        }
        DataType type =
                element.has("dataType") ? DataType.of(element, "dataType") : DataType.STRING;
        String output = element.attribute("outputColumn");
        Map<Cells, Object> table = new HashMap<>();
        if (element.hasChild("TableLocator")) {
            throw element.child("TableLocator")
                    .problem("<TableLocator> is not read; an <InlineTable> is");
        }
        for (Element row : element.child("InlineTable").children("row")) {
            List<Object> key = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                key.add(types.get(i).parse(row, cell(row, columns.get(i))));
            }
            table.putIfAbsent(new Cells(key), type.parse(row, cell(row, output)));
        }
        Object missing =
                element.has("mapMissingTo")
                        ? type.parse(element, element.attribute("mapMissingTo"))
                        : null;
        Object otherwise =
                element.has("defaultValue")
                        ? type.parse(element, element.attribute("defaultValue"))
                        : null;
        return row -> {
            List<Object> key = new ArrayList<>(inputs.size());
            for (int i = 0; i < inputs.size(); i++) {
                Object value = inputs.get(i).value(row);
                if (value == null) {
                    return missing;
                }
                try {
                    key.add(types.get(i).cast(value));
                } catch (IllegalArgumentException e) {
                    return otherwise;
                }
            }
            Object found = table.get(new Cells(key));
            return found == null ? otherwise : found;
        };
    }

    /// Cells of a row that are looked up together. They are ordered so that a map stays fast when hashes collide.
    private record Cells(List<Object> values) implements Comparable<Cells> {
        @Override
        public int compareTo(Cells other) {
            int order = 0;
            for (int i = 0; i < values.size() && order == 0; i++) {
                order = DataType.compare(values.get(i), other.values.get(i));
            }
            return order;
        }
    }

    /// The text of a table's cell; prefixes of other namespaces may or may not be part of a column's name.
    static String cell(Element row, String column) {
        for (Element cell : row.children()) {
            if (cell.name.equals(column) || local(cell.name).equals(local(column))) {
                return cell.text();
            }
        }
        throw row.problem("<row> has no column '" + column + "'");
    }

    static String local(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(colon + 1);
    }
}
