package dev.waxwing.pmml;

import dev.waxwing.pmml.Predicate.Answer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Evaluates a `TreeModel` node by node, with every strategy for missing values.
final class TreeModel extends Model {
    private final Node root;
    private final String missingStrategy;
    private final boolean returnsLast;
    private final double penalty;
    private final Set<String> ids = new HashSet<>(); // of nodes

    TreeModel(Element element, Scope outer, Optional<Model> around) {
        super(element, outer, around, Set.of("Node"), Set.of());
        this.missingStrategy =
                element.word(
                        "missingValueStrategy",
                        "none",
                        List.of(
                                "none",
                                "lastPrediction",
                                "nullPrediction",
                                "defaultChild",
                                "weightedConfidence",
                                "aggregateNodes"));
        this.returnsLast =
                element.word(
                                "noTrueChildStrategy",
                                "returnNullPrediction",
                                List.of("returnNullPrediction", "returnLastPrediction"))
                        .equals("returnLastPrediction");
        this.penalty = element.number("missingValuePenalty", 1);
        int[] count = {0};
        this.root = new Node(element.child("Node"), count);
        readOutputs(scope);
    }

    private final class Node {
        final Element at;
        final String id;
        final Predicate predicate;
        final Object score; // null if the node has none
        final double recordCount;
        final Map<Object, Double> counts = new LinkedHashMap<>();
        final Map<Object, Double> probabilities = new LinkedHashMap<>();
        final Map<Object, Double> confidences = new LinkedHashMap<>();
        final Node[] children;
        final int defaultChild;
        Expression regression; // in place of a score; null if there is none

        Node(Element at, int[] count) {
            this.at = at;
            count[0]++;
            this.id = at.attribute("id", String.valueOf(count[0]));
            if (at.has("id") && !ids.add(id)) {
                throw at.problem("node '" + id + "' is there twice in its tree");
            }
            Element condition = PredicateReader.in(at).orElse(null);
            if (condition == null && count[0] > 1) {
                throw at.problem("<Node> needs a condition");
            }
            // PAI writes the outermost node without one.
            this.predicate =
                    condition == null ? row -> Answer.YES : PredicateReader.read(condition, scope);
            this.recordCount = at.number("recordCount", Double.NaN);
            List<Element> below = new ArrayList<>();
            for (Element child : at.children()) {
                switch (child.name) {
                    case "Node" -> below.add(child);
                    case "ScoreDistribution" -> distribution(child);
                    case "Regression" -> regression = embedded(child);
                    case "Partition" -> {
                        // statistics of the training data
                    }
                    default -> {
                        if (child != condition) {
                            throw child.problem("<" + child.name + "> is not read in <Node>");
                        }
                    }
                }
            }
            this.score = score();
            String wanted = at.attribute("defaultChild", "");
            int found = -1;
            this.children = new Node[below.size()];
            for (int i = 0; i < children.length; i++) {
                children[i] = new Node(below.get(i), count);
                if (children[i].id.equals(wanted)) {
                    found = i;
                }
            }
            if (found < 0 && at.has("defaultChild")) {
                throw at.problem("defaultChild '" + wanted + "' is none of its children");
            }
            this.defaultChild = found;
        }

        private Object score() {
            if (at.has("score")) {
                String written = at.attribute("score");
                if (classifies) {
                    return target.category(at, written);
                }
                double number = at.finite("score");
                return floats ? (Object) (float) number : (Object) number;
            }
            Object best = null;
            double most = Double.NEGATIVE_INFINITY;
            for (Map.Entry<Object, Double> entry : counts.entrySet()) {
                if (entry.getValue() > most) {
                    most = entry.getValue();
                    best = entry.getKey();
                }
            }
            return classifies ? best : null;
        }

        private void distribution(Element child) {
            Object category =
                    classifies
                            ? target.category(child, child.attribute("value"))
                            : child.attribute("value");
            if (counts.put(category, child.number("recordCount")) != null) {
                throw child.problem("<ScoreDistribution> of '" + category + "' is there twice");
            }
            if (child.has("probability")) {
                probabilities.put(category, child.number("probability"));
            }
            if (child.has("confidence")) {
                confidences.put(category, child.number("confidence"));
            }
        }

        Map<Object, Double> shares() {
            if (probabilities.size() == counts.size()) {
                return probabilities;
            }
            double total = 0;
            for (double c : counts.values()) {
                total += c;
            }
            Map<Object, Double> shares = new LinkedHashMap<>();
            for (Map.Entry<Object, Double> entry : counts.entrySet()) {
                double share = entry.getValue() / total;
                shares.put(entry.getKey(), floats ? (float) share : share);
            }
            return shares;
        }

        /// As the document gives them; a category to which it gives none has 0.
        Map<Object, Double> confidences() {
            Map<Object, Double> all = new LinkedHashMap<>();
            counts.keySet().forEach(k -> all.put(k, confidences.getOrDefault(k, 0.0)));
            return all;
        }

        Map<Object, Double> certainties() {
            return confidences.size() == counts.size() && !counts.isEmpty()
                    ? confidences
                    : shares();
        }

        double weight() {
            if (!Double.isNaN(recordCount)) {
                return recordCount;
            }
            double total = 0;
            for (double c : counts.values()) {
                total += c;
            }
            if (counts.isEmpty()) {
                throw new InvalidValueException(
                        at.file
                                + ":"
                                + at.line
                                + " missingValueStrategy "
                                + missingStrategy
                                + " needs recordCount");
            }
            return total;
        }
    }

    @Override
    Result compute(Row row) {
        if (root.predicate.ask(row) != Answer.YES) {
            return Result.missing();
        }
        Node node = root;
        int guesses = 0;
        while (node.children.length > 0) {
            Node next = null;
            boolean unknown = false;
            for (Node child : node.children) {
                Answer answer = child.predicate.ask(row);
                if (answer == Answer.YES) {
                    next = child;
                    break;
                }
                if (answer == Answer.UNKNOWN && !missingStrategy.equals("none")) {
                    unknown = true;
                    break;
                }
            }
            if (unknown) {
                switch (missingStrategy) {
                    case "lastPrediction" -> {
                        return node.score == null && node.regression == null
                                ? Result.missing()
                                : result(node, guesses, row);
                    }
                    case "nullPrediction" -> {
                        return Result.missing();
                    }
                    case "weightedConfidence" -> {
                        return weighted(node, row);
                    }
                    case "aggregateNodes" -> {
                        return aggregated(node, row);
                    }
                    default -> {
                        if (node.defaultChild < 0) {
                            throw new InvalidValueException(
                                    node.at.file
                                            + ":"
                                            + node.at.line
                                            + " a value is missing and <Node> has no defaultChild");
                        }
                        next = node.children[node.defaultChild];
                        guesses++;
                    }
                }
            }
            if (next == null) {
                boolean scored = node.at.has("score") || node.regression != null;
                return returnsLast && scored ? result(node, guesses, row) : Result.missing();
            }
            node = next;
        }
        return result(node, guesses, row);
    }

    /// A regression that stands in a leaf of a regressing tree.
    private Expression embedded(Element regression) {
        if (classifies) {
            throw regression.problem("<Regression> is read in trees for regression only");
        }
        for (Element child : regression.children()) {
            if (!child.name.equals("RegressionTable")) {
                throw child.problem("<" + child.name + "> is not read in <Regression>");
            }
        }
        Normalization normalization = Normalization.read(regression, "normalizationMethod", "none");
        RegressionTable table =
                new RegressionTable(regression.child("RegressionTable"), scope, floats, "");
        return row -> {
            double sum = table.sum(row);
            return Double.isNaN(sum) ? null : (Object) normalization.ofOne(sum);
        };
    }

    private Result result(Node node, int guesses, Row row) {
        if (node.regression != null) {
            Result computed = Result.of(node.regression.value(row));
            computed.entityId = Optional.of(node.id);
            return computed;
        }
        Result result = Result.of(node.score);
        if (node.score == null) {
            return result;
        }
        result.entityId = Optional.of(node.id);
        if (classifies && !node.counts.isEmpty()) {
            result.probabilities = node.shares();
            result.confidences = node.confidences();
            if (guesses > 0 && penalty != 1) {
                Map<Object, Double> lowered = new LinkedHashMap<>();
                result.confidences.forEach(
                        (k, v) -> lowered.put(k, v * Math.pow(penalty, guesses)));
                result.confidences = lowered;
            }
        }
        return result;
    }

    /// Children that the row may belong to: those that do not say no.
    private static List<Node> possible(Node node, Row row) {
        List<Node> possible = new ArrayList<>();
        for (Node child : node.children) {
            Answer answer = child.predicate.ask(row);
            if (answer == Answer.YES) {
                return List.of(child);
            }
            if (answer == Answer.UNKNOWN) {
                possible.add(child);
            }
        }
        return possible;
    }

    private Result weighted(Node node, Row row) {
        if (!classifies) {
            double[] sum = new double[2];
            average(node, row, sum, 1);
            return sum[1] == 0 ? Result.missing() : Result.of(sum[0] / sum[1]);
        }
        Map<Object, Double> all = confidences(node, row);
        Result result = Result.mostProbable(all);
        result.confidences = all;
        return result;
    }

    private Map<Object, Double> confidences(Node node, Row row) {
        List<Node> possible = possible(node, row);
        if (possible.isEmpty()) {
            return node.certainties();
        }
        if (possible.size() == 1) {
            return confidences(possible.get(0), row);
        }
        double total = 0;
        for (Node child : possible) {
            total += child.weight();
        }
        Map<Object, Double> all = new LinkedHashMap<>();
        for (Node child : possible) {
            double share = child.weight() / total;
            confidences(child, row).forEach((k, v) -> all.merge(k, v * share, Double::sum));
        }
        return all;
    }

    private Result aggregated(Node node, Row row) {
        if (!classifies) {
            return weighted(node, row);
        }
        Map<Object, Double> counts = new LinkedHashMap<>();
        aggregate(node, row, counts);
        double total = counts.values().stream().mapToDouble(Double::doubleValue).sum();
        counts.replaceAll((k, v) -> v / total);
        Result result = Result.mostProbable(counts);
        result.confidences = counts;
        return result;
    }

    private static void aggregate(Node node, Row row, Map<Object, Double> counts) {
        List<Node> possible = possible(node, row);
        if (possible.isEmpty()) {
            node.counts.forEach((k, v) -> counts.merge(k, v, Double::sum));
        }
        for (Node child : possible) {
            aggregate(child, row, counts);
        }
    }

    /// Record-weighted mean of the leaves that the row may reach; `sum` collects score times weight and weight.
    private static void average(Node node, Row row, double[] sum, double weight) {
        List<Node> possible = possible(node, row);
        if (possible.isEmpty()) {
            if (node.score != null) {
                sum[0] += DataType.toDouble(node.score) * weight;
                sum[1] += weight;
            }
            return;
        }
        double total = 0;
        for (Node child : possible) {
            total += child.weight();
        }
        for (Node child : possible) {
            average(child, row, sum, weight * child.weight() / total);
        }
    }
}
