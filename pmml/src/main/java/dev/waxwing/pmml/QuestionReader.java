package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/// Turns PMML's predicates into [Question]s about columns; the twin of [PredicateReader].
final class QuestionReader {
    private final Columns columns;
    private Question.Ask last = Question.Ask.missing(-1); // siblings ask the same, one the contrary

    QuestionReader(Columns columns) {
        this.columns = columns;
    }

    Question read(Element element) throws NotPlain {
        return switch (element.name) {
            case "True" -> new Question.Always(true);
            case "False" -> new Question.Always(false);
            case "SimplePredicate" -> simple(element);
            case "SimpleSetPredicate" -> set(element);
            case "CompoundPredicate" -> compound(element);
            default -> throw element.problem("<" + element.name + "> is no predicate that is read");
        };
    }

    private Question compound(Element element) throws NotPlain {
        List<Question> parts = new ArrayList<>();
        for (Element child : element.children()) {
            parts.add(read(child));
        }
        if (parts.isEmpty()) {
            throw element.problem("<CompoundPredicate> holds no predicates");
        }
        return switch (element.word(
                "booleanOperator", "", List.of("and", "or", "xor", "surrogate"))) {
            case "and" -> new Question.Any(Question.Reply.NO, parts);
            case "or" -> new Question.Any(Question.Reply.YES, parts);
            case "xor" -> new Question.Odd(parts);
            default -> new Question.FirstKnown(parts);
        };
    }

    private Question simple(Element element) throws NotPlain {
        Columns.Source source = columns.source(element, element.attribute("field"));
        String operator = element.attribute("operator");
        switch (operator) {
            case "isMissing" -> {
                return Question.Ask.missing(source.column());
            }
            case "isNotMissing" -> {
                return new Question.Not(Question.Ask.missing(source.column()));
            }
            default -> {
                // compares with a value, below
            }
        }
        if (columns.column(source).categorical) {
            Object wanted = wanted(element, source.type(), element.attribute("value"));
            return category(element, source, operator, wanted);
        }
        double written = element.number("value");
        double value = source.type() == DataType.FLOAT ? (float) written : written;
        return switch (operator) {
            case "lessThan" -> below(element, source, value, false);
            case "greaterOrEqual" -> new Question.Not(below(element, source, value, false));
            case "lessOrEqual" -> below(element, source, value, true);
            case "greaterThan" -> new Question.Not(below(element, source, value, true));
            case "equal" -> equal(element, source, value);
            case "notEqual" -> new Question.Not(equal(element, source, value));
            default ->
                    throw element.problem(
                            "operator \"" + operator + "\" is none of <SimplePredicate>");
        };
    }

    private static Object wanted(Element element, DataType type, String written) {
        if (type == DataType.INTEGER || type == DataType.BOOLEAN) {
            try {
                return type.cast(written);
            } catch (IllegalArgumentException e) {
                return DataType.DOUBLE.parse(element, written);
            }
        }
        return type.parse(element, written);
    }

    /// @param orEqual whether the value itself counts as below
    private Question below(Element element, Columns.Source source, double value, boolean orEqual)
            throws NotPlain {
        DataType type = columns.column(source).type;
        if (type == DataType.INTEGER && Math.abs(value) >= 0x1p53) {
            throw new NotPlain(element, "a whole number beyond 2^53");
        }
        boolean floats = source.rounds() || type == DataType.FLOAT;
        if (orEqual && value == Double.POSITIVE_INFINITY) {
            // Every value is; only one that is missing is not known to be.
            return new Question.Not(Question.Ask.below(source.column(), Double.NEGATIVE_INFINITY));
        }
        double threshold = value;
        if (orEqual) {
            threshold =
                    floats && (float) value == value
                            ? Math.nextUp((float) value)
                            : Math.nextUp(value);
        }
        double least = source.rounds() ? leastThatRoundsTo(threshold) : threshold;
        if (last.column() != source.column() || Double.compare(last.threshold(), least) != 0) {
            last = Question.Ask.below(source.column(), least);
        }
        return last;
    }

    /// The least double whose float is not below the threshold.
    static double leastThatRoundsTo(double threshold) {
        float least = (float) threshold;
        if (least < threshold) {
            least = Math.nextUp(least);
        }
        if (least == Float.NEGATIVE_INFINITY) {
            return least;
        }
        float before = Math.nextDown(least);
        double half =
                before == Float.NEGATIVE_INFINITY
                        ? -0x1.ffffffp127
                        : least == Float.POSITIVE_INFINITY
                                ? 0x1.ffffffp127
                                : ((double) before + least) / 2;
        return (float) half >= least ? half : Math.nextUp(half);
    }

    private Question equal(Element element, Columns.Source source, double value) throws NotPlain {
        return new Question.Any(
                Question.Reply.NO,
                List.of(
                        new Question.Not(below(element, source, value, false)),
                        below(element, source, value, true)));
    }

    private Question category(
            Element element, Columns.Source source, String operator, Object wanted)
            throws NotPlain {
        List<Object> categories = columns.column(source).categories();
        boolean ordered = !operator.equals("equal") && !operator.equals("notEqual");
        if (ordered && source.type() == DataType.STRING) {
            throw new NotPlain(element, "texts are compared with " + operator);
        }
        if (ordered && columns.column(source).ordered()) {
            throw new NotPlain(element, "categories are ordered by their list");
        }
        if (ordered && columns.column(source).mayBeOther()) {
            throw new NotPlain(element, "categories without a list are compared with " + operator);
        }
        return switch (operator) {
            case "equal" ->
                    in(source, categories, code -> DataType.same(categories.get(code), wanted));
            case "notEqual" ->
                    new Question.Not(
                            in(
                                    source,
                                    categories,
                                    code -> DataType.same(categories.get(code), wanted)));
            case "lessThan" ->
                    in(
                            source,
                            categories,
                            code -> DataType.compare(categories.get(code), wanted) < 0);
            case "lessOrEqual" ->
                    in(
                            source,
                            categories,
                            code -> DataType.compare(categories.get(code), wanted) <= 0);
            case "greaterThan" ->
                    in(
                            source,
                            categories,
                            code -> DataType.compare(categories.get(code), wanted) > 0);
            case "greaterOrEqual" ->
                    in(
                            source,
                            categories,
                            code -> DataType.compare(categories.get(code), wanted) >= 0);
            default ->
                    throw element.problem(
                            "operator \"" + operator + "\" is none of <SimplePredicate>");
        };
    }

    private static Question in(
            Columns.Source source, List<Object> categories, IntPredicate belongs) {
        BitSet set = new BitSet();
        for (int code = 0; code < categories.size(); code++) {
            set.set(code, belongs.test(code));
        }
        return Question.Ask.in(source.column(), set);
    }

    private Question set(Element element) throws NotPlain {
        Columns.Source source = columns.source(element, element.attribute("field"));
        boolean in = element.word("booleanOperator", "", List.of("isIn", "isNotIn")).equals("isIn");
        Element array = element.child("Array");
        List<Object> members = new ArrayList<>();
        for (String word : PredicateReader.words(array)) {
            members.add(source.type().parse(array, word));
        }
        Question question;
        if (columns.column(source).categorical) {
            List<Object> categories = columns.column(source).categories();
            question = in(source, categories, code -> members.contains(categories.get(code)));
        } else {
            List<Question> one = new ArrayList<>();
            for (Object member : members) {
                one.add(equal(element, source, DataType.toDouble(member)));
            }
            if (one.isEmpty()) {
                throw new NotPlain(element, "an empty set of numbers");
            }
            question = new Question.Any(Question.Reply.YES, one);
        }
        return in ? question : new Question.Not(question);
    }
}
