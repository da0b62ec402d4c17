package dev.waxwing.pmml;

import dev.waxwing.pmml.Predicate.Answer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Evaluates a `MiningModel`: several models and how their results become one.
final class MiningModel extends Model {
    private final List<Segment> segments = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private final String method;
    private final String missingTreatment;
    private final double missingThreshold;

    private record Segment(String id, Predicate predicate, double weight, Model model) {}

    private record Scored(Segment segment, Result result) {}

    MiningModel(Element element, Scope outer, Optional<Model> around) {
        super(element, outer, around, Set.of("Segmentation"), Set.of());
        Element segmentation = element.child("Segmentation");
        this.method =
                segmentation.word(
                        "multipleModelMethod",
                        "",
                        List.of(
                                "modelChain",
                                "selectFirst",
                                "selectAll",
                                "majorityVote",
                                "weightedMajorityVote",
                                "average",
                                "weightedAverage",
                                "median",
                                "weightedMedian",
                                "x-weightedMedian",
                                "max",
                                "sum",
                                "weightedSum",
                                "x-weightedSum",
                                "x-multiModelChain",
                                "multiModelChain"));
        if (method.equals("selectAll")) {
            throw segmentation.problem(
                    "multipleModelMethod=\"selectAll\" gives many results for a row; it is not"
                            + " read");
        }
        this.missingTreatment =
                segmentation.word(
                        segmentation.has("x-missingPredictionTreatment")
                                ? "x-missingPredictionTreatment"
                                : "missingPredictionTreatment",
                        "continue",
                        List.of("continue", "skipSegment", "returnMissing"));
        this.missingThreshold =
                segmentation.number(
                        segmentation.has("x-missingThreshold")
                                ? "x-missingThreshold"
                                : "missingThreshold",
                        1);
        Scope inside = scope.inner();
        int number = 0;
        for (Element child : segmentation.children()) {
            switch (child.name) {
                case "Segment" -> add(child, inside, ++number);
                case "LocalTransformations" -> inside.derive(child);
                default ->
                        throw child.problem("<" + child.name + "> is not read in <Segmentation>");
            }
        }
        if (segments.isEmpty()) {
            throw segmentation.problem("<Segmentation> holds no <Segment>");
        }
        readOutputs(inside);
    }

    private void add(Element segment, Scope inside, int number) {
        Element condition =
                PredicateReader.in(segment)
                        .orElseThrow(() -> segment.problem("<Segment> needs a condition"));
        Element inner = null;
        for (Element child : segment.children()) {
            if (child == condition) {
                continue;
            }
            if (child.name.equals("VariableWeight")) {
                throw child.problem("<VariableWeight> is not read");
            }
            if (inner != null) {
                throw child.problem("<Segment> holds more than one model");
            }
            inner = child;
        }
        if (inner == null) {
            throw segment.problem("<Segment> holds no model");
        }
        Predicate predicate = PredicateReader.read(condition, inside);
        Model model = Model.read(inner, inside, Optional.of(this));
        String id = segment.attribute("id", String.valueOf(number));
        if (!ids.add(id)) {
            throw segment.problem("segment '" + id + "' is there twice");
        }
        if (chains() || method.equals("selectFirst")) {
            expose(inside, model);
        }
        segments.add(new Segment(id, predicate, segment.finite("weight", 1), model));
    }

    /// Outputs of one model of a chain are fields for those that follow.
    private static void expose(Scope inside, Model model) {
        for (OutputField output : model.outputs()) {
            inside.add(model.outputScope().field(model.element, output.name()));
        }
    }

    @Override
    void tells(Set<String> targets, Set<String> names) {
        boolean each = method.endsWith("ultiModelChain") || method.equals("selectFirst");
        if (chains() || method.equals("selectFirst")) {
            for (int i = 0; i < segments.size(); i++) {
                Model inner = segments.get(i).model;
                Set<String> own = new HashSet<>();
                inner.tells(own, names);
                if (inner.target.named() && (each || i == segments.size() - 1)) {
                    targets.addAll(own);
                }
            }
        }
        super.tells(targets, names);
    }

    @Override
    boolean tellsProbabilities() {
        return super.tellsProbabilities()
                || ((chains() || method.equals("selectFirst"))
                        && segments.stream().anyMatch(s -> s.model.tellsProbabilities()));
    }

    @Override
    boolean passesOn(Result result) {
        return (method.equals("selectFirst") || method.equals("modelChain"))
                && !result.segments.isEmpty();
    }

    private boolean chains() {
        return method.endsWith("odelChain");
    }

    void requireSegment(Element at, String id) {
        if (!ids.contains(id)) {
            throw at.problem("there is no segment '" + id + "'");
        }
    }

    @Override
    Result compute(Row row) {
        Map<String, Result> byId = new LinkedHashMap<>();
        List<Scored> scored = new ArrayList<>();
        for (Segment segment : segments) {
            if (segment.predicate.ask(row) != Answer.YES) {
                continue;
            }
            Result result = segment.model.evaluate(row);
            if (method.equals("selectFirst")
                    && result.predicted == null
                    && missingTreatment.equals("skipSegment")) {
                continue;
            }
            byId.put(segment.id, result);
            scored.add(new Scored(segment, result));
            if (method.equals("selectFirst")) {
                break;
            }
            boolean gone =
                    result.predicted == null
                            && result.targets.values().stream().allMatch(v -> v == null);
            if (chains() && gone && missingTreatment.equals("returnMissing")) {
                Result none = target.finish(Result.missing());
                scored.forEach(one -> none.outputs.putAll(one.result.outputs));
                none.segments = byId;
                return none;
            }
        }
        Result result = combine(scored);
        result.segments = byId;
        return result;
    }

    private Result combine(List<Scored> scored) {
        if (scored.isEmpty()) {
            return Result.missing();
        }
        if (method.equals("selectFirst") || chains()) {
            return chained(scored);
        }
        List<Scored> present = new ArrayList<>();
        double missing = 0;
        double missingWeight = 0; // counts for the threshold, whether or not the method weighs
        double all = 0;
        for (Scored one : scored) {
            all += one.segment.weight;
            if (one.result.predicted == null) {
                missing += weight(one);
                missingWeight += one.segment.weight;
            } else {
                present.add(one);
            }
        }
        boolean vote = method.endsWith("ajorityVote");
        boolean sumOfNone = // is 0
                missingTreatment.equals("skipSegment")
                        && !classifies
                        && List.of("sum", "weightedSum", "x-weightedSum").contains(method);
        if ((present.isEmpty() && !sumOfNone)
                || (missing > 0
                        && switch (missingTreatment) {
                            case "returnMissing" -> true;
                            case "skipSegment" -> missingWeight / all > missingThreshold;
                            default -> !vote || missingWeight / all > missingThreshold;
                        })) {
            return Result.missing();
        }
        return classifies
                ? classified(present, missingTreatment.equals("continue") ? missing : 0)
                : Result.of(number(present));
    }

    private boolean weighted() {
        return method.startsWith("weighted") || method.startsWith("x-weighted");
    }

    private Result chained(List<Scored> scored) {
        Result last = scored.get(scored.size() - 1).result;
        Result result = Result.of(last.predicted);
        result.probabilities = last.probabilities;
        result.confidences = last.confidences;
        result.entityId =
                chains() ? last.entityId : Optional.of(scored.get(scored.size() - 1).segment.id);
        result.reasonCodes = last.reasonCodes;
        for (Scored one : scored) {
            result.outputs.putAll(one.result.outputs);
            if (method.endsWith("ultiModelChain") || one.result == last) {
                result.targets.putAll(one.result.targets);
            }
        }
        if (target.named() && result.targets.keySet().equals(Set.of(Target.UNNAMED))) {
            result.targets.put(target.name(), last.predicted); // by both names
        }
        return result;
    }

    private double weight(Scored one) {
        return weighted() ? one.segment.weight : 1;
    }

    private Object number(List<Scored> present) {
        double[] values =
                present.stream()
                        .mapToDouble(one -> DataType.toDouble(one.result.predicted))
                        .toArray();
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < values.length; i++) {
            double weight = weight(present.get(i));
            sum =
                    floats
                            ? (float) sum + (float) weight * (float) values[i]
                            : sum + weight * values[i];
            weights += weight;
        }
        double value =
                switch (method) {
                    case "sum", "weightedSum", "x-weightedSum" -> sum;
                    case "average", "weightedAverage" -> sum / weights;
                    case "median" -> median(values);
                    case "weightedMedian", "x-weightedMedian" ->
                            weightedMedian(present, values, weights);
                    case "max" -> Arrays.stream(values).max().orElseThrow();
                    default ->
                            throw new InvalidValueException(
                                    element.file
                                            + ":"
                                            + element.line
                                            + " multipleModelMethod "
                                            + method
                                            + " is for classes");
                };
        return floats ? (Object) (float) value : (Object) value;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private double weightedMedian(List<Scored> present, double[] values, double weights) {
        Integer[] order = new Integer[values.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Double.compare(values[a], values[b]));
        double below = 0;
        for (int i : order) {
            below += weight(present.get(i));
            if (below >= weights / 2) {
                return values[i];
            }
        }
        return values[order[order.length - 1]];
    }

    /// @param missingVotes how much weight is with segments that have no prediction; they vote for "missing"
    private Result classified(List<Scored> present, double missingVotes) {
        Map<Object, Double> all = new LinkedHashMap<>();
        if (method.endsWith("ajorityVote")) {
            double weights = 0;
            for (Scored one : present) {
                all.merge(category(one.result.predicted), weight(one), Double::sum);
                weights += weight(one);
            }
            double total = weights;
            all.replaceAll((category, votes) -> votes / total);
            if (missingVotes > 0
                    && missingVotes / total
                            > all.values().stream().mapToDouble(v -> v).max().orElse(0)) {
                return Result.missing();
            }
            return Result.mostProbable(all);
        }

        for (Scored one : present) {
            if (one.result.probabilities.isEmpty()) {
                throw new InvalidValueException(
                        element.file
                                + ":"
                                + element.line
                                + " multipleModelMethod "
                                + method
                                + " needs probabilities, and segment '"
                                + one.segment.id
                                + "' gives none");
            }
        }
        switch (method) {
            case "average", "weightedAverage" -> {
                double weights = 0;
                for (Scored one : present) {
                    double weight = weight(one);
                    weights += weight;
                    one.result.probabilities.forEach(
                            (k, v) -> all.merge(category(k), weight * v, Double::sum));
                }
                double total = weights;
                all.replaceAll((category, sum) -> sum / total);
            }
            case "max" -> {
                return Result.mostProbable(mean(List.of(highest(present))));
            }
            case "median" -> {
                return Result.mostProbable(mean(middle(present)));
            }
            case "sum", "weightedSum", "x-weightedSum" -> {
                for (Scored one : present) {
                    double weight = weight(one);
                    one.result.probabilities.forEach(
                            (k, v) -> all.merge(category(k), weight * v, Double::sum));
                }
            }
            default ->
                    throw new InvalidValueException(
                            element.file
                                    + ":"
                                    + element.line
                                    + " multipleModelMethod "
                                    + method
                                    + " is for numbers");
        }
        return Result.mostProbable(all);
    }

    /// The segment that is surest of the category of which any is surest: the first such category, the last such segment.
    private static Scored highest(List<Scored> present) {
        Map<Object, Double> highest = new LinkedHashMap<>();
        for (Scored one : present) {
            one.result.probabilities.forEach((k, v) -> highest.merge(k, v, Math::max));
        }
        Object surest = Result.mostProbable(highest).predicted;
        double most = highest.getOrDefault(surest, Double.NaN);
        Scored found = present.get(0);
        for (Scored one : present) {
            if (Double.valueOf(most).equals(one.result.probabilities.get(surest))) {
                found = one;
            }
        }
        return found;
    }

    /// The segment, or the two, in the middle for the category with the highest median.
    private static List<Scored> middle(List<Scored> present) {
        Map<Object, List<Scored>> ordered = new LinkedHashMap<>();
        for (Scored one : present) {
            for (Object key : one.result.probabilities.keySet()) {
                ordered.computeIfAbsent(key, k -> new ArrayList<>()).add(one);
            }
        }
        List<Scored> found = List.of();
        double most = Double.NEGATIVE_INFINITY;
        for (Map.Entry<Object, List<Scored>> entry : ordered.entrySet()) {
            List<Scored> of = entry.getValue();
            Object key = entry.getKey();
            of.sort(Comparator.comparingDouble(one -> one.result.probabilities.get(key)));
            List<Scored> middle = of.subList((of.size() - 1) / 2, of.size() / 2 + 1);
            double median =
                    middle.stream()
                            .mapToDouble(one -> one.result.probabilities.get(key))
                            .average()
                            .orElseThrow();
            if (median > most) {
                most = median;
                found = middle;
            }
        }
        return found;
    }

    private Map<Object, Double> mean(List<Scored> of) {
        Map<Object, Double> mean = new LinkedHashMap<>();
        for (Scored one : of) {
            one.result.probabilities.forEach(
                    (k, v) -> mean.merge(category(k), v / of.size(), Double::sum));
        }
        return mean;
    }

    private Object category(Object of) {
        return target.type().cast(of);
    }
}
