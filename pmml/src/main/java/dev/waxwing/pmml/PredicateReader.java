package dev.waxwing.pmml;

import dev.waxwing.pmml.Predicate.Answer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Compiles PMML's predicates.
final class PredicateReader {
    private static final Set<String> NAMES =
            Set.of("True", "False", "SimplePredicate", "SimpleSetPredicate", "CompoundPredicate");

    private static final Pattern FRACTION = Pattern.compile("\\s*[+-]?[0-9]*\\.[0-9]+\\s*");

    private PredicateReader() {}

    /// The predicate that the element holds, if any.
    static Optional<Element> in(Element holder) {
        for (Element child : holder.children()) {
            if (NAMES.contains(child.name)) {
                return Optional.of(child);
            }
        }
        return Optional.empty();
    }

    static Predicate read(Element element, Scope scope) {
        return switch (element.name) {
            case "True" -> row -> Answer.YES;
            case "False" -> row -> Answer.NO;
            case "SimplePredicate" ->
                    known(element, scope) ? simple(element, scope) : lost(element);
            case "SimpleSetPredicate" ->
                    known(element, scope) ? set(element, scope) : lost(element);
            case "CompoundPredicate" -> compound(element, scope);
            default -> throw element.problem("<" + element.name + "> is no predicate that is read");
        };
    }

    private static boolean known(Element element, Scope scope) {
        return scope.find(element.attribute("field")).isPresent();
    }

    /// A condition on a field that nothing declares. Documents hold some that no row ever reaches; a row that does is refused.
    private static Predicate lost(Element element) {
        String problem =
                element.file
                        + ":"
                        + element.line
                        + " there is no field '"
                        + element.attribute("field")
                        + "' here";
        return row -> {
            throw new InvalidValueException(problem);
        };
    }

    private static Predicate simple(Element element, Scope scope) {
        Field field = scope.field(element, element.attribute("field"));
        int slot = field.slot();
        String operator = element.attribute("operator");
        switch (operator) {
            case "isMissing" -> {
                return row -> Answer.of(row.get(slot) == null);
            }
            case "isNotMissing" -> {
                return row -> Answer.of(row.get(slot) != null);
            }
            default -> {
                // compares with a value, below
            }
        }
        String written = element.attribute("value");
        if (field.type().numeric() && written.trim().equalsIgnoreCase("NaN")) {
            throw element.problem("<SimplePredicate> compares '" + field.name() + "' with NaN");
        }
        Object wanted = wanted(element, field, written);
        boolean ordered = !operator.equals("equal") && !operator.equals("notEqual");
        if (ordered && field.optype().equals("categorical") && field.type() == DataType.STRING) {
            throw element.problem(
                    "'"
                            + field.name()
                            + "' is categorical (line "
                            + field.from().line
                            + ") and compared with "
                            + operator
                            + "; categorical fields take equal, notEqual, isMissing, isNotMissing");
        }
        return switch (operator) {
            case "equal" -> row -> test(row.get(slot), v -> DataType.same(v, wanted));
            case "notEqual" -> row -> test(row.get(slot), v -> !DataType.same(v, wanted));
            case "lessThan" -> row -> test(row.get(slot), v -> field.compare(v, wanted) < 0);
            case "lessOrEqual" -> row -> test(row.get(slot), v -> field.compare(v, wanted) <= 0);
            case "greaterThan" -> row -> test(row.get(slot), v -> field.compare(v, wanted) > 0);
            case "greaterOrEqual" -> row -> test(row.get(slot), v -> field.compare(v, wanted) >= 0);
            default ->
                    throw element.problem(
                            "operator \"" + operator + "\" is none of <SimplePredicate>");
        };
    }

    /// What is whole, or a truth value, may be compared with a number between two of its values.
    private static Object wanted(Element element, Field field, String written) {
        if (field.type() == DataType.INTEGER
                || field.type() == DataType.BOOLEAN
                || (field.type().counts() && FRACTION.matcher(written).matches())) {
            try {
                return field.type().cast(written);
            } catch (IllegalArgumentException e) {
                return DataType.DOUBLE.parse(element, written);
            }
        }
        return field.type().parse(element, written);
    }

    private static Answer test(Object value, java.util.function.Predicate<Object> question) {
        return value == null ? Answer.UNKNOWN : Answer.of(question.test(value));
    }

    private static Predicate set(Element element, Scope scope) {
        Field field = scope.field(element, element.attribute("field"));
        int slot = field.slot();
        Set<Object> members = new HashSet<>();
        Element array = element.child("Array");
        for (String word : words(array)) {
            members.add(field.type().parse(array, word));
        }
        boolean in = element.word("booleanOperator", "", List.of("isIn", "isNotIn")).equals("isIn");
        return row -> {
            Object value = row.get(slot);
            return value == null ? Answer.UNKNOWN : Answer.of(members.contains(value) == in);
        };
    }

    /// The words of an `Array`: parted by blanks; a word in double quotes may hold blanks, and `\"` for a quote.
    static List<String> words(Element array) {
        List<String> words = new ArrayList<>();
        String text = array.text();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
                continue;
            }
            StringBuilder word = new StringBuilder();
            if (c == '"') {
                at++;
                while (at < text.length() && text.charAt(at) != '"') {
                    if (text.charAt(at) == '\\'
                            && at + 1 < text.length()
                            && (text.charAt(at + 1) == '"' || text.charAt(at + 1) == '\\')) {
                        at++;
                    }
                    word.append(text.charAt(at++));
                }
                if (at >= text.length()) {
                    throw array.problem("<Array> ends within quotes");
                }
                at++;
            } else {
                while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
                    if (text.charAt(at) == '\\'
                            && at + 1 < text.length()
                            && text.charAt(at + 1) == '"') {
                        at++;
                    }
                    word.append(text.charAt(at++));
                }
            }
            words.add(word.toString());
        }
        return words;
    }

    private static Predicate compound(Element element, Scope scope) {
        List<Predicate> parts = new ArrayList<>();
        for (Element child : element.children()) {
            parts.add(read(child, scope));
        }
        if (parts.isEmpty()) {
            throw element.problem("<CompoundPredicate> holds no predicates");
        }
        String operator =
                element.word("booleanOperator", "", List.of("and", "or", "xor", "surrogate"));
        return switch (operator) {
            case "and" -> row -> any(parts, row, Answer.NO, Answer.YES);
            case "or" -> row -> any(parts, row, Answer.YES, Answer.NO);
            case "xor" ->
                    row -> {
                        boolean odd = false;
                        for (Predicate part : parts) {
                            Answer answer = part.ask(row);
                            if (answer == Answer.UNKNOWN) {
                                return Answer.UNKNOWN;
                            }
                            odd ^= answer == Answer.YES;
                        }
                        return Answer.of(odd);
                    };
            default ->
                    row -> {
                        for (Predicate part : parts) {
                            Answer answer = part.ask(row);
                            if (answer != Answer.UNKNOWN) {
                                return answer;
                            }
                        }
                        return Answer.UNKNOWN;
                    };
        };
    }

    /// `decisive` if any part says so, else unknown if any part is, else `otherwise`.
    private static Answer any(List<Predicate> parts, Row row, Answer decisive, Answer otherwise) {
        Answer so = otherwise;
        for (Predicate part : parts) {
            Answer answer = part.ask(row);
            if (answer == decisive) {
                return decisive;
            }
            if (answer == Answer.UNKNOWN) {
                so = Answer.UNKNOWN;
            }
        }
        return so;
    }
}
