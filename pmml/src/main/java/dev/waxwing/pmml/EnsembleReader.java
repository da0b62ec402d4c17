package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Compiles documents that are sums of trees or of linear terms into an [Ensemble].
///
/// Reading is strict: whatever could change a score and is not understood here makes a document [NotPlain].
final class EnsembleReader {
    private static final Set<String> SILENT =
            Set.of(
                    "MiningSchema",
                    "Output",
                    "ModelStats",
                    "ModelExplanation",
                    "ModelVerification",
                    "LocalTransformations",
                    "MiningBuildTask");

    private static final Set<String> MINING_ATTRIBUTES =
            Set.of("functionName", "modelName", "algorithmName", "isScorable", "x-mathContext");

    private final Element document;
    private final Element model;
    private final Columns columns;
    private final TreeReader trees;
    private final Map<String, Integer> leafOutputs = new LinkedHashMap<>(); // output → tree
    private final List<Map<String, Integer>> leafNumbers = new ArrayList<>();
    private final Map<String, Integer> treeOfSegment = new HashMap<>();
    private double base;
    private double after;
    private boolean floatSums;

    private EnsembleReader(Element document, Element model) throws NotPlain {
        this.document = document;
        this.model = model;
        for (Element child : document.children()) {
            switch (child.name) {
                case "Header", "DataDictionary", "TransformationDictionary", "MiningBuildTask" -> {}
                default -> {
                    if (!Outermost.isModel(child)) {
                        throw new NotPlain(child, "<" + child.name + "> in <PMML>");
                    }
                }
            }
        }
        this.columns = new Columns(document, model);
        for (Column column : columns.all()) {
            if (!column.oddity.isEmpty()) {
                throw new NotPlain(model, "input '" + column.name + "' is " + column.oddity);
            }
        }
        this.trees = new TreeReader(columns);
    }

    /// Compiles a document that scores on its own.
    ///
    /// @param wanted the class whose probability is the score, if the document classifies
    static Ensemble read(Element document, String wanted) throws NotPlain {
        Element model = Outermost.modelOf(document);
        EnsembleReader reader = new EnsembleReader(document, model);
        return switch (model.name) {
            case "RegressionModel" -> reader.regression(wanted);
            case "TreeModel", "MiningModel" -> {
                boolean chain =
                        model.name.equals("MiningModel")
                                && model.child("Segmentation")
                                        .attribute("multipleModelMethod", "")
                                        .equals("modelChain");
                yield chain
                        ? reader.chain(wanted)
                        : reader.sumOfTrees(model, wanted, 1, Normalization.NONE);
            }
            default -> throw new NotPlain(model, "<" + model.name + ">");
        };
    }

    /// Compiles a document of trees and one of a regression over their leaves.
    ///
    /// Exactly one leaf of each tree is active, so the regression's sum over leaf codes is a sum over trees.
    static Ensemble readFused(Element gbdt, Element lr, String wanted) throws NotPlain {
        Element regression = Outermost.modelOf(lr);
        if (!regression.name.equals("RegressionModel")) {
            throw regression.problem(
                    "a <RegressionModel> over leaves is needed here, found <"
                            + regression.name
                            + ">");
        }
        Element model = Outermost.modelOf(gbdt);
        EnsembleReader reader = new EnsembleReader(gbdt, model);
        boolean chain =
                model.name.equals("MiningModel")
                        && model.child("Segmentation")
                                .attribute("multipleModelMethod", "")
                                .equals("modelChain");
        Ensemble ofTrees =
                chain
                        ? reader.chain(wanted)
                        : reader.sumOfTrees(model, wanted, 1, Normalization.NONE);
        return new EnsembleReader(lr, regression).over(reader, ofTrees.forest, wanted);
    }

    private static boolean classifies(Element model) {
        return model.attribute("functionName").equals("classification");
    }

    // Regressions

    private Ensemble regression(String wanted) throws NotPlain {
        Equation equation = equation(wanted);
        if (floats(model)) {
            throw new NotPlain(model, "a regression of floats");
        }
        Ensemble.Linear linear = new Ensemble.Linear(terms(equation));
        double[] ifMissing = replacements(equation);
        for (Equation.NumberTerm term : equation.numbers()) {
            int column = columns.source(term.at(), term.field()).column();
            linear.number(column, term.coefficient(), ifMissing[column]);
        }
        addCategories(equation, linear);
        return new Ensemble(
                columns.all(),
                trees.forest(false),
                equation.intercept(),
                0,
                linear,
                equation.link(),
                new double[0]);
    }

    private int terms(Equation equation) {
        Set<String> fields = new HashSet<>();
        equation.categories().forEach(term -> fields.add(term.field()));
        return equation.numbers().size() + fields.size();
    }

    /// What missing numbers count as, by column.
    private double[] replacements(Equation equation) throws NotPlain {
        double[] ifMissing = new double[columns.all().size()];
        Arrays.fill(ifMissing, Double.NaN);
        for (Equation.NumberTerm term : equation.numbers()) {
            Columns.Source source = columns.source(term.at(), term.field());
            Column column = columns.column(source);
            if (column.categorical || source.rounds()) {
                throw new NotPlain(term.at(), "'" + term.field() + "' is no plain number");
            }
            if (Double.isNaN(ifMissing[source.column()])) {
                ifMissing[source.column()] = column.handOverReplacement();
            }
        }
        return ifMissing;
    }

    private void addCategories(Equation equation, Ensemble.Linear linear) throws NotPlain {
        Map<Integer, double[]> tables = new LinkedHashMap<>();
        for (Equation.CategoryTerm term : equation.categories()) {
            Columns.Source source = columns.source(term.at(), term.field());
            Column column = columns.column(source);
            if (!column.categorical) {
                throw new NotPlain(term.at(), "'" + term.field() + "' is no category");
            }
            List<Object> categories = column.categories();
            Object wanted = source.type().parse(term.at(), term.category());
            double[] table =
                    tables.computeIfAbsent(source.column(), c -> new double[categories.size()]);
            for (int code = 0; code < table.length; code++) {
                if (DataType.same(categories.get(code), wanted)) {
                    table[code] += term.coefficient();
                }
            }
        }
        tables.forEach(linear::categories);
    }

    /// This regression over the leaves of another document's trees.
    private Ensemble over(EnsembleReader other, Forest forest, String wanted) throws NotPlain {
        Equation equation = equation(wanted);
        double[][] leafValues = new double[forest.trees()][];
        for (int t = 0; t < leafValues.length; t++) {
            leafValues[t] = new double[forest.leaves(t)];
        }
        for (Equation.CategoryTerm term : equation.categories()) {
            Integer tree = other.leafOutputs.get(term.field());
            if (tree == null) {
                throw term.at()
                        .problem(
                                "'"
                                        + term.field()
                                        + "' is no leaf output of the trees; "
                                        + (other.leafOutputs.isEmpty()
                                                ? "they have none"
                                                : "they have " + some(other.leafOutputs)));
            }
            Integer leaf = other.leafNumbers.get(tree).get(term.category());
            if (leaf == null) {
                throw term.at()
                        .problem(
                                "'"
                                        + term.field()
                                        + "' has no leaf '"
                                        + term.category()
                                        + "'; its tree has "
                                        + leafValues[tree].length
                                        + " leaves: "
                                        + some(other.leafNumbers.get(tree)));
            }
            leafValues[tree][leaf] = term.coefficient();
        }
        double[] ifMissing = replacements(equation);
        List<Column> union = new ArrayList<>(other.columns.all());
        Map<String, Integer> place = new HashMap<>();
        union.forEach(column -> place.put(column.name, place.size()));
        Ensemble.Linear linear = new Ensemble.Linear(equation.numbers().size());
        for (Column own : columns.all()) {
            if (!other.leafOutputs.containsKey(own.name) && !place.containsKey(own.name)) {
                place.put(own.name, union.size());
                union.add(own);
            }
        }
        for (Equation.NumberTerm term : equation.numbers()) {
            int own = columns.source(term.at(), term.field()).column();
            Column column = columns.all().get(own);
            Column theirs = union.get(place.get(column.name));
            if (theirs != column && !(theirs.plain() && column.plain())) {
                throw new NotPlain(
                        term.at(),
                        "'" + column.name + "' is limited or replaced, and the trees use it too");
            }
            linear.number(place.get(column.name), term.coefficient(), ifMissing[own]);
        }
        int[] same = new int[other.columns.all().size()];
        for (int i = 0; i < same.length; i++) {
            same[i] = i;
        }
        return new Ensemble(
                union,
                forest.withLeafValues(leafValues).withColumns(union.size(), same),
                equation.intercept(),
                0,
                linear,
                equation.link(),
                new double[0]);
    }

    private static String some(Map<String, ?> names) {
        List<String> first = names.keySet().stream().limit(5).toList();
        return String.join(", ", first) + (names.size() > 5 ? ", …" : "");
    }

    private Equation equation(String wanted) throws NotPlain {
        deriveAndAllow(model, "RegressionTable");
        return equation(model, wanted);
    }

    private Equation equation(Element regression, String wanted) throws NotPlain {
        allow(
                regression,
                Set.of(
                        "functionName",
                        "modelName",
                        "algorithmName",
                        "normalizationMethod",
                        "modelType",
                        "targetFieldName",
                        "isScorable",
                        "x-mathContext"));
        List<Element> tables = regression.children("RegressionTable");
        Normalization link = Normalization.read(regression, "normalizationMethod", "none");
        if (!classifies(regression)) {
            if (tables.size() != 1) {
                throw new NotPlain(regression, tables.size() + " equations");
            }
            return equation(tables.get(0), 1, link);
        }
        if (ordinal(regression)) {
            throw new NotPlain(regression, "the classes are ordered");
        }
        ScoredClass scored = ScoredClass.find(document, model, wanted);
        if (tables.size() != 2) {
            throw new NotPlain(regression, "the regression is over " + tables.size() + " classes");
        }
        boolean first = scored.is(tables.get(0), tables.get(0).attribute("targetCategory"));
        boolean second = scored.is(tables.get(1), tables.get(1).attribute("targetCategory"));
        if (first == second) {
            throw new NotPlain(regression, "its classes are not those of the document");
        }
        if (link == Normalization.SOFTMAX) {
            // The share of the first is the logistic function of the difference.
            Equation plus = equation(tables.get(first ? 0 : 1), 1, Normalization.LOGIT);
            return plus.and(equation(tables.get(first ? 1 : 0), -1, Normalization.LOGIT));
        }
        if (!tables.get(1).children().isEmpty()) {
            throw new NotPlain(tables.get(1), "the second class has terms of its own");
        }
        return first
                ? equation(tables.get(0), 1, firstOfTwo(regression, link))
                : equation(tables.get(0), -1, mirrored(regression, link));
    }

    private boolean ordinal(Element regression) {
        for (Element taken : regression.child("MiningSchema").children("MiningField")) {
            String usage = InputRule.usage(taken);
            if (!usage.equals("target") && !usage.equals("predicted")) {
                continue;
            }
            for (Element field : document.child("DataDictionary").children("DataField")) {
                if (taken.attribute("name").equals(field.attribute("name"))
                        && field.attribute("optype").equals("ordinal")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Normalization firstOfTwo(Element at, Normalization link) throws NotPlain {
        return switch (link) {
            case LOGIT, PROBIT, CAUCHIT, CLOGLOG, LOGLOG -> link;
            case NONE, SIMPLEMAX, SOFTMAX, EXP ->
                    throw new NotPlain(at, "normalizationMethod of two classes");
        };
    }

    /// The link that gives at −x what the second of two classes has at x.
    private static Normalization mirrored(Element at, Normalization link) throws NotPlain {
        return switch (firstOfTwo(at, link)) {
            case CLOGLOG -> Normalization.LOGLOG;
            case LOGLOG -> Normalization.CLOGLOG;
            default -> link;
        };
    }

    private static Equation equation(Element table, double scale, Normalization link)
            throws NotPlain {
        allow(table, Set.of("intercept", "targetCategory"));
        List<Equation.NumberTerm> numbers = new ArrayList<>();
        List<Equation.CategoryTerm> categories = new ArrayList<>();
        for (Element term : table.children()) {
            switch (term.name) {
                case "NumericPredictor" -> {
                    if (term.number("exponent", 1) != 1) {
                        throw new NotPlain(term, "a power of '" + term.attribute("name") + "'");
                    }
                    numbers.add(
                            new Equation.NumberTerm(
                                    term.attribute("name"),
                                    scale * term.finite("coefficient"),
                                    term));
                }
                case "CategoricalPredictor" ->
                        categories.add(
                                new Equation.CategoryTerm(
                                        term.attribute("name"),
                                        term.attribute("value"),
                                        scale * term.finite("coefficient"),
                                        term));
                default -> throw new NotPlain(term, "<" + term.name + ">");
            }
        }
        return new Equation(scale * table.finite("intercept"), numbers, categories, link);
    }

    // Trees

    /// Trees whose sum a regression takes over, `link(intercept + coefficient · sum)`, or which it adds up itself.
    private Ensemble chain(String wanted) throws NotPlain {
        deriveAndAllow(model, "Segmentation");
        allow(model, MINING_ATTRIBUTES);
        Element segmentation = model.child("Segmentation");
        List<Element> segments = segmentation.children("Segment");
        if (segments.isEmpty()) {
            throw segmentation.problem("<Segmentation> holds no <Segment>");
        }
        List<Element> before = segments.subList(0, segments.size() - 1);
        Element last = modelIn(segments.get(before.size()));
        if (!last.name.equals("RegressionModel")) {
            throw new NotPlain(last, "the chain ends in <" + last.name + ">");
        }
        if (classifies(last) != classifies(model)) {
            throw new NotPlain(last, "the chain mixes regression and classification");
        }
        deriveAndAllow(last, "RegressionTable");
        Equation equation = equation(last, wanted);
        if (!equation.categories().isEmpty()) {
            throw new NotPlain(last, "the regression takes more than the trees' sum");
        }
        base = equation.intercept();
        Ensemble ensemble =
                before.size() == 1
                        ? sum(modelIn(before.get(0)), equation, wanted)
                        : addedUp(before, equation, wanted);
        repeatedLeaves(model.hasChild("Output") ? model : last);
        return ensemble;
    }

    private Ensemble sum(Element first, Equation equation, String wanted) throws NotPlain {
        if (classifies(first)) {
            throw new NotPlain(first, "the chain mixes regression and classification");
        }
        if (equation.numbers().size() != 1) {
            throw new NotPlain(model, "the regression takes more than the trees' sum");
        }
        Equation.NumberTerm term = equation.numbers().get(0);
        if (!term.field().equals(marginName(first))) {
            throw new NotPlain(
                    term.at(), "the regression takes something else than the trees' sum");
        }
        return sumOfTrees(first, wanted, term.coefficient(), equation.link());
    }

    private Ensemble addedUp(List<Element> segments, Equation equation, String wanted)
            throws NotPlain {
        Map<String, Double> coefficients = new HashMap<>();
        for (Equation.NumberTerm term : equation.numbers()) {
            if (coefficients.put(term.field(), term.coefficient()) != null) {
                throw new NotPlain(term.at(), "'" + term.field() + "' counts twice");
            }
        }
        for (Element segment : segments) {
            Element tree = modelIn(segment);
            if (!tree.name.equals("TreeModel") || classifies(tree) || floats(tree)) {
                throw new NotPlain(tree, "a chain of other models than trees");
            }
            Double coefficient = coefficients.remove(marginName(tree));
            if (coefficient == null) {
                throw new NotPlain(tree, "the regression does not take the tree's value");
            }
            leafNumbers.add(trees.read(tree, value(tree, wanted).times(coefficient)));
            readOutputs(tree);
        }
        if (!coefficients.isEmpty()) {
            throw new NotPlain(
                    model, "the regression takes more than the trees: " + coefficients.keySet());
        }
        return new Ensemble(
                columns.all(),
                trees.forest(false),
                base,
                0,
                new Ensemble.Linear(0),
                equation.link(),
                trees.means());
    }

    /// The output that tells the sum of the trees as it is.
    private static String marginName(Element model) throws NotPlain {
        if (model.hasChild("Output")) {
            for (Element output : model.child("Output").children("OutputField")) {
                boolean whole =
                        output.attribute("feature", "predictedValue").equals("predictedValue")
                                && !output.has("segmentId")
                                && !output.has("targetField");
                boolean rounds =
                        output.attribute("dataType", "double").equals("float") && !floats(model);
                if (whole && !rounds && !output.attribute("dataType", "double").equals("integer")) {
                    return output.attribute("name");
                }
            }
        }
        throw new NotPlain(model, "no output tells the sum");
    }

    private static boolean floats(Element model) {
        return model.attribute("x-mathContext", "double").equals("float");
    }

    /// A model that repeats leaves as its own outputs tells them by these names; without such outputs, those of the trees
    /// are taken.
    private void repeatedLeaves(Element outer) {
        if (!outer.hasChild("Output")) {
            return;
        }
        Map<String, Integer> repeated = new LinkedHashMap<>();
        for (Element output : outer.child("Output").children("OutputField")) {
            if (output.attribute("feature", "predictedValue").equals("transformedValue")
                    && output.hasChild("FieldRef")) {
                Integer tree = leafOutputs.get(output.child("FieldRef").attribute("field"));
                if (tree != null) {
                    repeated.put(output.attribute("name"), tree);
                }
            }
        }
        if (!repeated.isEmpty()) {
            leafOutputs.clear();
            leafOutputs.putAll(repeated);
        }
    }

    private static Element modelIn(Element segment) throws NotPlain {
        Element inner = null;
        for (Element child : segment.children()) {
            if (Outermost.isModel(child)) {
                inner = child;
            } else if (!child.name.equals("True")) {
                throw new NotPlain(child, "a segment with a condition");
            }
        }
        if (inner == null) {
            throw segment.problem("<Segment> holds no model");
        }
        allow(segment, Set.of("id", "weight"));
        return inner;
    }

    /// Takes note of a model's derived fields; it must hold no other part that changes a score.
    private void deriveAndAllow(Element some, String part) throws NotPlain {
        for (Element child : some.children()) {
            boolean targets = child.name.equals("Targets") && part.equals("Segmentation");
            if (!SILENT.contains(child.name) && !child.name.equals(part) && !targets) {
                throw new NotPlain(child, "<" + child.name + "> in <" + some.name + ">");
            }
        }
        Outermost.checkScorable(some);
        if (some.hasChild("LocalTransformations")) {
            columns.derive(some.child("LocalTransformations"));
        }
        if (some != model) {
            columns.checkInner(some);
        }
    }

    /// Adds up trees, `scale` times what each adds.
    private Ensemble sumOfTrees(Element sum, String wanted, double scale, Normalization link)
            throws NotPlain {
        NodeScore value = value(sum, wanted);
        if (sum.name.equals("TreeModel")) {
            floatSums = floats(sum);
            leafNumbers.add(trees.read(sum, value.times(rescale(sum, scale))));
        } else if (sum.name.equals("MiningModel")) {
            deriveAndAllow(sum, "Segmentation");
            allow(sum, MINING_ATTRIBUTES);
            floatSums = floats(sum);
            segments(sum, value, rescale(sum, scale));
        } else {
            throw new NotPlain(sum, "<" + sum.name + "> is no sum of trees");
        }
        readOutputs(sum);
        return new Ensemble(
                columns.all(),
                trees.forest(floatSums),
                base,
                after,
                new Ensemble.Linear(0),
                link,
                trees.means());
    }

    private void segments(Element sum, NodeScore value, double factor) throws NotPlain {
        Element segmentation = sum.child("Segmentation");
        for (Element child : segmentation.children()) {
            if (!child.name.equals("Segment")) {
                throw new NotPlain(child, "<" + child.name + "> in <Segmentation>");
            }
        }
        String method = segmentation.attribute("multipleModelMethod");
        List<Element> segments = segmentation.children("Segment");
        boolean weighted = method.startsWith("weighted") || method.startsWith("x-weighted");
        double weights = 0;
        for (Element segment : segments) {
            weights += weighted ? segment.finite("weight", 1) : 1;
        }
        boolean vote = method.endsWith("ajorityVote");
        double divisor =
                switch (method) {
                    case "sum", "weightedSum", "x-weightedSum" -> 1;
                    case "average", "weightedAverage", "majorityVote", "weightedMajorityVote" ->
                            weights;
                    default -> throw new NotPlain(segmentation, "multipleModelMethod " + method);
                };
        if (divisor == 1 ? classifies(sum) && method.contains("um") : vote && !classifies(sum)) {
            throw new NotPlain(segmentation, "multipleModelMethod " + method + " of classes");
        }
        if (floatSums && divisor != 1) {
            throw new NotPlain(segmentation, "an average of floats");
        }
        trees.expect(segments);
        int number = 0;
        for (Element segment : segments) {
            Element tree = modelIn(segment);
            if (!tree.name.equals("TreeModel") || classifies(tree) != classifies(sum)) {
                throw new NotPlain(tree, "a segment that is no tree like the others");
            }
            number++;
            if (treeOfSegment.put(
                            segment.attribute("id", String.valueOf(number)), leafNumbers.size())
                    != null) {
                throw segment.problem("segment '" + segment.attribute("id") + "' is there twice");
            }
            double weight = weighted ? segment.finite("weight", 1) : 1;
            NodeScore own =
                    new NodeScore() {
                        @Override
                        double of(Element node) throws NotPlain {
                            double told = value.of(node);
                            double one = floats(tree) ? (float) told : told;
                            return floatSums
                                    ? factor * ((float) weight * (float) one)
                                    : weight * one / divisor * factor;
                        }
                    };
            leafNumbers.add(trees.read(tree, own));
        }
        String treatment = segmentation.attribute("missingPredictionTreatment", "continue");
        boolean strict =
                !segmentation.has("x-missingPredictionTreatment")
                        && (treatment.equals("returnMissing")
                                || (treatment.equals("continue") && !vote));
        if (trees.mayBeMissing() && !strict) {
            throw new NotPlain(segmentation, "trees without a prediction are left out");
        }
    }

    private NodeScore value(Element sum, String wanted) {
        if (!classifies(sum)) {
            return NodeScore.number();
        }
        ScoredClass scored = ScoredClass.find(document, model, wanted);
        boolean vote =
                sum.name.equals("MiningModel")
                        && sum.child("Segmentation")
                                .attribute("multipleModelMethod")
                                .endsWith("ajorityVote");
        return vote ? NodeScore.vote(scored) : NodeScore.share(scored);
    }

    /// Takes note of the outputs that tell leaves: of a segment, or of the tree that was read last.
    private void readOutputs(Element of) {
        if (!of.hasChild("Output")) {
            return;
        }
        for (Element output : of.child("Output").children("OutputField")) {
            boolean segment = output.has("segmentId");
            if (output.attribute("feature", "predictedValue").equals("entityId")
                    && (segment || of.name.equals("TreeModel"))) {
                Integer tree =
                        segment
                                ? treeOfSegment.get(output.attribute("segmentId"))
                                : Integer.valueOf(leafNumbers.size() - 1);
                if (tree == null) {
                    throw output.problem(
                            "there is no segment '" + output.attribute("segmentId") + "'");
                }
                leafOutputs.put(output.attribute("name"), tree);
            }
        }
    }

    /// Adds the constant of `Targets`, `scale` times, to the sum.
    ///
    /// @return `scale` times their factor
    private double rescale(Element sum, double scale) throws NotPlain {
        double factor = 1;
        double constant = 0;
        if (sum.hasChild("Targets")) {
            List<Element> targets = sum.child("Targets").children();
            if (targets.size() != 1 || classifies(sum)) {
                throw new NotPlain(sum.child("Targets"), targets.size() + " targets");
            }
            Element target = targets.get(0);
            allow(target, Set.of("field", "optype", "rescaleConstant", "rescaleFactor"));
            if (!target.children().isEmpty()) {
                throw new NotPlain(target.children().get(0), "<TargetValue>");
            }
            factor = target.finite("rescaleFactor", 1);
            constant = target.finite("rescaleConstant", 0);
        }
        if (!floatSums) {
            base += scale * constant;
            return scale * factor;
        }
        if (base != 0 || factor != 1 || Math.abs(scale) != 1) {
            throw new NotPlain(sum, "floats are rescaled by more than an addition");
        }
        after = scale * (float) constant;
        return scale;
    }

    private static void allow(Element element, Set<String> attributes) throws NotPlain {
        for (String attribute : element.attributeNames()) {
            if (!attributes.contains(attribute)) {
                throw new NotPlain(element, "<" + element.name + "> " + attribute);
            }
        }
    }
}
