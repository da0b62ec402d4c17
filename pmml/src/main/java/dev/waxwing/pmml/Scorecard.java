package dev.waxwing.pmml;

import dev.waxwing.pmml.Predicate.Answer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Evaluates a `Scorecard`: one attribute of each characteristic adds its points, and reasons are ranked.
final class Scorecard extends Model {
    private final double initialScore;
    private final boolean reasons;
    private final boolean pointsAbove;
    private final List<Characteristic> characteristics = new ArrayList<>();

    private record Attribute(Predicate predicate, Expression points, String reason) {}

    private record Characteristic(Element at, List<Attribute> attributes, double baseline) {}

    Scorecard(Element element, Scope outer, Optional<Model> around) {
        super(element, outer, around, Set.of("Characteristics"), Set.of());
        this.initialScore = element.finite("initialScore", 0);
        this.reasons = element.flag("useReasonCodes", true);
        this.pointsAbove =
                element.word(
                                "reasonCodeAlgorithm",
                                "pointsBelow",
                                List.of("pointsAbove", "pointsBelow"))
                        .equals("pointsAbove");
        for (Element child : element.child("Characteristics").children()) {
            if (!child.name.equals("Characteristic")) {
                throw child.problem("<" + child.name + "> is not read in <Characteristics>");
            }
            characteristics.add(characteristic(child));
        }
        readOutputs(scope);
    }

    private Characteristic characteristic(Element element) {
        List<Attribute> attributes = new ArrayList<>();
        for (Element child : element.children()) {
            if (!child.name.equals("Attribute")) {
                throw child.problem("<" + child.name + "> is not read in <Characteristic>");
            }
            Element condition =
                    PredicateReader.in(child)
                            .orElseThrow(() -> child.problem("<Attribute> needs a condition"));
            Expression points;
            if (child.hasChild("ComplexPartialScore")) {
                points = ExpressionReader.only(child.child("ComplexPartialScore"), scope);
            } else {
                double partial = child.finite("partialScore");
                points = row -> partial;
            }
            String reason = child.attribute("reasonCode", element.attribute("reasonCode", ""));
            if (reasons && reason.isEmpty()) {
                throw child.problem("<Attribute> needs a reasonCode, or its <Characteristic> does");
            }
            attributes.add(new Attribute(PredicateReader.read(condition, scope), points, reason));
        }
        double baseline =
                element.number("baselineScore", this.element.number("baselineScore", Double.NaN));
        if (reasons && Double.isNaN(baseline)) {
            throw element.problem("<Characteristic> needs a baselineScore for its reason codes");
        }
        return new Characteristic(element, attributes, baseline);
    }

    @Override
    Result compute(Row row) {
        double score = initialScore;
        Map<String, Double> lost = new LinkedHashMap<>();
        for (Characteristic characteristic : characteristics) {
            Attribute hit = null;
            for (Attribute attribute : characteristic.attributes) {
                if (attribute.predicate.ask(row) == Answer.YES) {
                    hit = attribute;
                    break;
                }
            }
            if (hit == null) {
                return Result.missing();
            }
            Object points = hit.points.value(row);
            if (points == null) {
                return Result.missing();
            }
            double number = DataType.toDouble(points);
            score = floats ? (float) score + (float) number : score + number;
            if (reasons) {
                double off =
                        pointsAbove
                                ? number - characteristic.baseline
                                : characteristic.baseline - number;
                lost.merge(hit.reason, off, Double::sum);
            }
        }
        Result result = Result.of(score);
        result.reasonCodes =
                lost.entrySet().stream()
                        .filter(
                                entry ->
                                        entry.getValue()
                                                >= 0) // what gained points is no reason for having
                        // few
                        .sorted((a, b) -> Double.compare(b.getValue(), a.getValue()))
                        .map(Map.Entry::getKey)
                        .toList();
        return result;
    }
}
