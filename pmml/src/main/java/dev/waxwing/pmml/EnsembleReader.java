package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Recognises documents that are plain tree ensembles or regressions, and turns them into an [Ensemble].
///
/// Recognising is strict: whatever could change a score and is not understood here makes a document [NotPlain].
final class EnsembleReader {
    private final Element document;
    private final Map<String, Integer> place = new LinkedHashMap<>(); // active inputs, in order
    private final Map<String, String> types = new HashMap<>();
    private final Map<String, Integer> leafOutputs = new LinkedHashMap<>();
    private final List<Map<String, Integer>> leafNumbers = new ArrayList<>();
    private final Map<String, Integer> treeOfSegment = new HashMap<>();

    private EnsembleReader(Element document) {
        this.document = document;
    }

    /// Reads a document that scores on its own.
    static Ensemble read(Element document) throws NotPlain {
        return new EnsembleReader(document).ensemble();
    }

    /// Reads a regression over the leaves of another document's trees.
    static LeafRegression readLeafRegression(Element document) throws NotPlain {
        EnsembleReader reader = new EnsembleReader(document);
        Element model = reader.model();
        if (!model.name.equals("RegressionModel")) {
            throw new NotPlain(
                    model,
                    "a <RegressionModel> over leaves is needed here, found <" + model.name + ">");
        }
        reader.readFields();
        reader.readSchema(model, true);
        return reader.logistic(model);
    }

    private Ensemble ensemble() throws NotPlain {
        Element model = model();
        readFields();
        readSchema(model, model.name.equals("RegressionModel"));
        List<String> inputs = List.copyOf(place.keySet());
        switch (model.name) {
            case "RegressionModel" -> {
                LeafRegression lr = logistic(model);
                if (!lr.leafTerms().isEmpty()) {
                    throw new NotPlain(
                            lr.leafTerms().get(0).at(),
                            "the regression has categorical terms; load it with its trees");
                }
                Forest none = new Forest.Builder().build(inputs.size());
                int[] columns = lr.inputs().stream().mapToInt(place::get).toArray();
                double[] coefficients =
                        lr.coefficients().stream().mapToDouble(Double::doubleValue).toArray();
                return new Ensemble(
                        inputs,
                        none,
                        lr.intercept(),
                        columns,
                        coefficients,
                        lr.link(),
                        Map.of(),
                        List.of());
            }
            case "TreeModel", "MiningModel" -> {
                boolean chain =
                        model.name.equals("MiningModel")
                                && model.child("Segmentation")
                                        .attribute("multipleModelMethod")
                                        .equals("modelChain");
                return chain ? chain(model, inputs) : trees(model, inputs, Link.IDENTITY);
            }
            default -> throw new NotPlain(model, "<" + model.name + "> is no tree ensemble");
        }
    }

    private Element model() throws NotPlain {
        if (!document.name.equals("PMML")) {
            throw document.problem(
                    "the outermost element must be <PMML>, found <" + document.name + ">");
        }
        Element model = null;
        for (Element child : document.children()) {
            switch (child.name) {
                case "Header", "DataDictionary", "MiningBuildTask" -> {
                    // the dictionary is read by readFields
                }
                default -> {
                    if (model != null || !child.name.endsWith("Model")) {
                        throw new NotPlain(
                                child, "<" + child.name + "> is no part of a plain ensemble");
                    }
                    model = child;
                }
            }
        }
        if (model == null) {
            throw document.problem("holds no model");
        }
        return model;
    }

    private void readFields() throws NotPlain {
        for (Element field : document.child("DataDictionary").children()) {
            if (!field.name.equals("DataField")) {
                throw new NotPlain(field, "<" + field.name + "> is no part of a plain ensemble");
            }
            String name = field.attribute("name");
            if (types.put(name, field.attribute("optype") + " " + field.attribute("dataType"))
                    != null) {
                throw field.problem("field '" + name + "' is declared twice");
            }
            if (field.attribute("optype").equals("continuous") && !field.children().isEmpty()) {
                throw new NotPlain(field.children().get(0), "'" + name + "' limits its values");
            }
        }
    }

    /// @param replacesMissing whether each continuous input must say that a missing value counts as 0
    private void readSchema(Element model, boolean replacesMissing) throws NotPlain {
        for (Element field : model.child("MiningSchema").children()) {
            String name = field.attribute("name");
            if (!types.containsKey(name)) {
                throw field.problem("'" + name + "' is not in the <DataDictionary>");
            }
            switch (field.attribute("usageType", "active")) {
                case "target", "predicted" -> {
                    continue;
                }
                case "active" -> {}
                default -> throw new NotPlain(field, "usageType " + field.attribute("usageType"));
            }
            String type = types.get(name);
            boolean number = type.equals("continuous float") || type.equals("continuous double");
            if (replacesMissing && !number) {
                allow(field, Set.of("name", "usageType"));
                continue; // a leaf code
            }
            if (!number) {
                throw new NotPlain(field, "input '" + name + "' is " + type);
            }
            allow(
                    field,
                    Set.of(
                            "name",
                            "usageType",
                            "missingValueReplacement",
                            "missingValueTreatment"));
            if (replacesMissing
                    ? !(field.has("missingValueReplacement")
                            && field.number("missingValueReplacement") == 0)
                    : field.has("missingValueReplacement")) {
                throw new NotPlain(
                        field,
                        "input '" + name + "' has no or another replacement of missing values");
            }
            if (place.putIfAbsent(name, place.size()) != null) {
                throw field.problem("input '" + name + "' is named twice");
            }
        }
    }

    private static void allow(Element element, Set<String> attributes) throws NotPlain {
        for (String attribute : element.attributeNames()) {
            if (!attributes.contains(attribute)) {
                throw new NotPlain(
                        element,
                        "<" + element.name + "> " + attribute + " is no part of a plain ensemble");
            }
        }
    }

    /// A sum of trees, then a logistic regression of one term over that sum.
    private Ensemble chain(Element model, List<String> inputs) throws NotPlain {
        onlyOutputsAndSegments(model);
        List<Element> segments = model.child("Segmentation").children("Segment");
        if (segments.size() != 2) {
            throw new NotPlain(model, "a chain of " + segments.size() + " models");
        }
        Element first = modelOf(segments.get(0));
        Element second = modelOf(segments.get(1));
        if (!second.name.equals("RegressionModel")) {
            throw new NotPlain(second, "the chain ends in <" + second.name + ">");
        }
        Ensemble trees = trees(first, inputs, Link.LOGIT);
        String margin = null;
        for (Element output : first.child("Output").children("OutputField")) {
            if (output.attribute("feature", "predictedValue").equals("predictedValue")) {
                margin = output.attribute("name");
            }
        }
        repeatedLeaves(model);
        Element table = logisticTable(second);
        List<Element> terms = table.children();
        if (terms.size() != 1
                || !terms.get(0).name.equals("NumericPredictor")
                || !terms.get(0).attribute("name").equals(margin)
                || terms.get(0).number("coefficient") != 1
                || terms.get(0).number("exponent", 1) != 1
                || table.number("intercept") != 0) {
            throw new NotPlain(table, "the regression is more than the link of the trees' sum");
        }
        return trees;
    }

    /// A chain that repeats leaves as its own outputs tells them by these names; without such outputs, those of the sum
    /// of trees are taken.
    private void repeatedLeaves(Element chain) {
        if (!chain.hasChild("Output")) {
            return;
        }
        Map<String, Integer> repeated = new LinkedHashMap<>();
        for (Element output : chain.child("Output").children("OutputField")) {
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

    private static Element modelOf(Element segment) throws NotPlain {
        Element model = null;
        for (Element child : segment.children()) {
            if (child.name.endsWith("Model")) {
                model = child;
            } else if (!child.name.equals("True")) {
                throw new NotPlain(child, "a segment with a condition");
            }
        }
        if (model == null) {
            throw segment.problem("<Segment> holds no model");
        }
        allow(segment, Set.of("id"));
        return model;
    }

    private static void onlyOutputsAndSegments(Element model) throws NotPlain {
        for (Element child : model.children()) {
            switch (child.name) {
                case "MiningSchema", "Output", "Targets", "Segmentation" -> {}
                default ->
                        throw new NotPlain(
                                child, "<" + child.name + "> is no part of a plain ensemble");
            }
        }
        allow(model, Set.of("functionName", "modelName", "algorithmName"));
    }

    private Ensemble trees(Element model, List<String> inputs, Link link) throws NotPlain {
        if (!model.attribute("functionName").equals("regression")) {
            throw new NotPlain(model, "functionName " + model.attribute("functionName"));
        }
        TreeReader reader = new TreeReader(place, types);
        if (model.name.equals("TreeModel")) {
            leafNumbers.add(reader.read(model));
        } else {
            onlyOutputsAndSegments(model);
            Element segmentation = model.child("Segmentation");
            String method = segmentation.attribute("multipleModelMethod");
            if (!method.equals("sum")) {
                throw new NotPlain(segmentation, "multipleModelMethod " + method);
            }
            allow(segmentation, Set.of("multipleModelMethod", "missingPredictionTreatment"));
            int number = 0;
            for (Element segment : segmentation.children("Segment")) {
                Element tree = modelOf(segment);
                if (!tree.name.equals("TreeModel")) {
                    throw new NotPlain(tree, "a segment that is a <" + tree.name + ">");
                }
                number++;
                if (treeOfSegment.put(
                                segment.attribute("id", String.valueOf(number)), leafNumbers.size())
                        != null) {
                    throw segment.problem(
                            "segment '" + segment.attribute("id") + "' is there twice");
                }
                leafNumbers.add(reader.read(tree));
            }
        }
        readOutputs(model);
        Forest forest = reader.forest(inputs.size());
        return new Ensemble(
                inputs,
                forest,
                rescale(model),
                new int[0],
                new double[0],
                link,
                leafOutputs,
                leafNumbers);
    }

    private void readOutputs(Element model) throws NotPlain {
        if (!model.hasChild("Output")) {
            return;
        }
        for (Element output : model.child("Output").children("OutputField")) {
            if (output.attribute("feature", "predictedValue").equals("entityId")
                    && output.has("segmentId")) {
                Integer tree = treeOfSegment.get(output.attribute("segmentId"));
                if (tree == null) {
                    throw output.problem(
                            "there is no segment '" + output.attribute("segmentId") + "'");
                }
                leafOutputs.put(output.attribute("name"), tree);
            }
        }
    }

    /// The constant that `Targets` add.
    private static double rescale(Element model) throws NotPlain {
        if (!model.hasChild("Targets")) {
            return 0;
        }
        List<Element> targets = model.child("Targets").children();
        if (targets.size() != 1) {
            throw new NotPlain(model.child("Targets"), targets.size() + " targets");
        }
        allow(targets.get(0), Set.of("field", "optype", "rescaleConstant"));
        return targets.get(0).finite("rescaleConstant", 0);
    }

    private static Element logisticTable(Element model) throws NotPlain {
        for (Element child : model.children()) {
            switch (child.name) {
                case "MiningSchema", "Output", "RegressionTable" -> {}
                default ->
                        throw new NotPlain(
                                child, "<" + child.name + "> is no part of a plain regression");
            }
        }
        List<Element> tables = model.children("RegressionTable");
        if (!model.attribute("functionName").equals("classification")
                || !model.attribute("normalizationMethod", "none").equals("logit")
                || tables.size() != 2) {
            throw new NotPlain(model, "the regression is not logistic over two classes");
        }
        if (!tables.get(1).children().isEmpty() || tables.get(1).number("intercept") != 0) {
            throw new NotPlain(tables.get(1), "the second class has terms of its own");
        }
        return tables.get(0);
    }

    private LeafRegression logistic(Element model) throws NotPlain {
        Element table = logisticTable(model);
        List<LeafRegression.LeafTerm> leaves = new ArrayList<>();
        Double[] coefficients = new Double[place.size()];
        Arrays.fill(coefficients, 0.0);
        for (Element term : table.children()) {
            String field = term.attribute("name");
            if (!types.containsKey(field)) {
                throw term.problem("'" + field + "' is not in the <DataDictionary>");
            }
            switch (term.name) {
                case "NumericPredictor" -> {
                    if (!place.containsKey(field) || term.number("exponent", 1) != 1) {
                        throw new NotPlain(term, "'" + field + "' is no plain numeric term");
                    }
                    coefficients[place.get(field)] += term.finite("coefficient");
                }
                case "CategoricalPredictor" ->
                        leaves.add(
                                new LeafRegression.LeafTerm(
                                        field,
                                        term.attribute("value"),
                                        term.finite("coefficient"),
                                        term));
                default -> throw new NotPlain(term, "<" + term.name + ">");
            }
        }
        return new LeafRegression(
                table.finite("intercept"),
                leaves,
                List.copyOf(place.keySet()),
                List.of(coefficients),
                Link.LOGIT);
    }
}
