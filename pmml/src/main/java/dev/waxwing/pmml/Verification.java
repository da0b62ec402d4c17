package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Checks a document against the rows and results that it brings along as `ModelVerification`.
final class Verification {
    static final String FAILS = "the document's own verification fails: ";

    private final Element element;
    private final List<Element> fields;

    Verification(Element element) {
        this.element = element;
        this.fields = element.child("VerificationFields").children("VerificationField");
    }

    void check(Evaluator evaluator) {
        for (Element row : element.child("InlineTable").children("row")) {
            Map<String, String> cells = new LinkedHashMap<>();
            for (Element cell : row.children()) {
                cells.put(ExpressionReader.local(cell.name), cell.text());
            }
            Map<String, Object> given = new LinkedHashMap<>();
            List<Element> expected = new ArrayList<>();
            for (Element field : fields) {
                String name = field.attribute("field");
                String cell = cells.get(column(field));
                if (evaluator.inputs().contains(name)) {
                    if (cell != null) {
                        given.put(name, cell);
                    }
                } else if (cell != null) {
                    expected.add(field);
                }
            }
            compare(evaluator, row, cells, given, expected);
        }
    }

    private static String column(Element field) {
        return ExpressionReader.local(field.attribute("column", field.attribute("field")));
    }

    private void compare(
            Evaluator evaluator,
            Element row,
            Map<String, String> cells,
            Map<String, Object> given,
            List<Element> expected) {
        Result result;
        try {
            result = evaluator.result(given);
        } catch (IllegalArgumentException e) {
            throw row.problem(FAILS + e.getMessage(), e);
        }
        // The standard: where outputs are verified, targets are not.
        Map<String, Object> told = new LinkedHashMap<>();
        if (fields.stream().noneMatch(f -> result.outputs.containsKey(f.attribute("field")))) {
            told.putAll(result.targets);
        }
        told.putAll(result.outputs);
        for (Element field : expected) {
            String name = field.attribute("field");
            if (!told.containsKey(name)) {
                continue; // a field of the training data that the model neither takes nor tells
            }
            Object found = told.get(name);
            String wanted = cells.get(column(field));
            if (!agrees(field, found, wanted)) {
                throw row.problem(FAILS + "'" + name + "' is " + found + ", it says " + wanted);
            }
        }
    }

    private static boolean agrees(Element field, Object found, String wanted) {
        if (found instanceof Number number) {
            double expected;
            try {
                expected = DataType.toDouble(wanted);
            } catch (IllegalArgumentException e) {
                return false;
            }
            double x = number.doubleValue();
            double zero = field.number("zeroThreshold", 1e-16);
            double precision = field.number("precision", 1e-6);
            if (Math.abs(expected) <= zero) {
                return Math.abs(x) <= zero;
            }
            double low = expected * (1 - precision);
            double high = expected * (1 + precision);
            return x >= Math.min(low, high) && x <= Math.max(low, high);
        }
        return found != null && String.valueOf(found).equals(wanted);
    }
}
