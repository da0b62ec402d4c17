package dev.waxwing.pmml;

import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;

/// A document of another tool with a few of its settings changed, and rows that walk its own values and thresholds.
final class MutatedPmml {
    private static final Set<String> MODELS =
            Set.of(
                    "TreeModel",
                    "RegressionModel",
                    "GeneralRegressionModel",
                    "Scorecard",
                    "MiningModel");

    private final Random random;
    private final Document document;
    private final Element model; // the outermost
    private final List<String> changes = new ArrayList<>();

    MutatedPmml(byte[] original, long seed) throws Exception {
        this.random = new Random(seed);
        DocumentBuilderFactory documents = DocumentBuilderFactory.newInstance();
        documents.setNamespaceAware(true);
        this.document = documents.newDocumentBuilder().parse(new ByteArrayInputStream(original));
        Element found = null;
        for (Element child : children(document.getDocumentElement())) {
            if (found == null && MODELS.contains(child.getLocalName())) {
                found = child;
            }
        }
        this.model = found;
        if (seed > 0 && model != null) {
            for (Element verification : all("ModelVerification")) {
                verification.getParentNode().removeChild(verification);
            }
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                change();
            }
        }
    }

    boolean scored() {
        return model != null;
    }

    List<String> changes() {
        return changes;
    }

    String text() throws Exception {
        StringWriter out = new StringWriter();
        TransformerFactory.newInstance()
                .newTransformer()
                .transform(new DOMSource(document), new StreamResult(out));
        return out.toString();
    }

    private void change() {
        switch (random.nextInt(10)) {
            case 0, 1 -> field();
            case 2 ->
                    setting(
                            "TreeModel",
                            "missingValueStrategy",
                            true,
                            "none",
                            "lastPrediction",
                            "nullPrediction",
                            "defaultChild");
            case 3 ->
                    setting(
                            "TreeModel",
                            "noTrueChildStrategy",
                            true,
                            "returnNullPrediction",
                            "returnLastPrediction");
            case 4 -> {
                if (is(model, "classification")) {
                    setting(
                            "Segmentation",
                            "multipleModelMethod",
                            false,
                            "majorityVote",
                            "weightedMajorityVote",
                            "average",
                            "weightedAverage",
                            "max",
                            "median",
                            "selectFirst");
                } else {
                    setting(
                            "Segmentation",
                            "multipleModelMethod",
                            false,
                            "sum",
                            "x-weightedSum",
                            "average",
                            "weightedAverage",
                            "median",
                            "weightedMedian",
                            "selectFirst",
                            "x-weightedMedian");
                }
            }
            case 5 -> {
                setting(
                        "Segmentation",
                        "missingPredictionTreatment",
                        true,
                        "continue",
                        "skipSegment",
                        "returnMissing");
                setting("Segmentation", "missingThreshold", true, "0", "0.1", "0.5");
            }
            case 6 -> normalization();
            case 7 -> targets();
            case 8 -> outputs();
            default -> {
                switch (random.nextInt(6)) {
                    case 0 ->
                            setting(model.getLocalName(), "x-mathContext", true, "float", "double");
                    case 1 -> setting("Segment", "weight", false, "0.5", "2", "0");
                    case 2 -> setting("TreeModel", "missingValuePenalty", true, "0.8", "0.5");
                    case 3 -> drop("Node", "score");
                    case 4 -> drop("Node", "defaultChild");
                    default ->
                            setting(
                                    "SimplePredicate",
                                    "operator",
                                    false,
                                    "isMissing",
                                    "isNotMissing");
                }
            }
        }
    }

    private void setting(String name, String attribute, boolean everywhere, String... values) {
        List<Element> found = all(name);
        if (found.isEmpty()) {
            return;
        }
        String value = any(values);
        if (everywhere) {
            found.forEach(one -> one.setAttribute(attribute, value));
        } else {
            Element one = found.get(random.nextInt(found.size()));
            if (attribute.equals("multipleModelMethod")
                    && one.getAttribute(attribute).endsWith("hain")) {
                return;
            }
            one.setAttribute(attribute, value);
            if (attribute.equals("operator")) {
                one.removeAttribute("value");
            }
        }
        changes.add(name + " " + attribute + "=" + value);
    }

    private void drop(String name, String attribute) {
        List<Element> found = all(name);
        found.removeIf(one -> !one.hasAttribute(attribute));
        if (!found.isEmpty()) {
            found.get(random.nextInt(found.size())).removeAttribute(attribute);
            changes.add(name + " without " + attribute);
        }
    }

    private void normalization() {
        List<Element> found = all("RegressionModel");
        if (!found.isEmpty()) {
            Element one = found.get(random.nextInt(found.size()));
            String value =
                    is(one, "classification")
                            ? any(
                                    "none",
                                    "simplemax",
                                    "softmax",
                                    "logit",
                                    "probit",
                                    "cloglog",
                                    "loglog",
                                    "cauchit")
                            : any(
                                    "none", "logit", "exp", "softmax", "probit", "cloglog",
                                    "loglog", "cauchit");
            one.setAttribute("normalizationMethod", value);
            changes.add("normalizationMethod=" + value);
            return;
        }
        found = all("GeneralRegressionModel");
        if (!found.isEmpty()) {
            Element one = found.get(0);
            if (one.getAttribute("modelType").equals("generalizedLinear")) {
                String value =
                        any("identity", "log", "logit", "cloglog", "loglog", "probit", "logc");
                one.setAttribute("linkFunction", value);
                changes.add("linkFunction=" + value);
            }
        }
    }

    private void field() {
        List<Element> found = children(child(model, "MiningSchema"));
        found.removeIf(
                one -> {
                    String usage = one.getAttribute("usageType");
                    return !usage.isEmpty() && !usage.equals("active");
                });
        if (found.isEmpty()) {
            return;
        }
        Element one = found.get(random.nextInt(found.size()));
        List<String> values =
                new ArrayList<>(values().getOrDefault(one.getAttribute("name"), Set.of()));
        String value = values.isEmpty() ? "1" : values.get(random.nextInt(values.size()));
        switch (random.nextInt(5)) {
            case 0 -> {
                one.setAttribute("missingValueReplacement", value);
                if (random.nextBoolean()) {
                    one.setAttribute(
                            "missingValueTreatment", any("asMean", "asMode", "asIs", "asValue"));
                }
            }
            case 1 -> {
                one.setAttribute("missingValueTreatment", "returnInvalid");
                one.removeAttribute("missingValueReplacement");
            }
            case 2 -> {
                one.setAttribute(
                        "invalidValueTreatment", any("asIs", "asMissing", "returnInvalid"));
                one.removeAttribute("invalidValueReplacement");
            }
            case 3 -> {
                one.setAttribute("invalidValueTreatment", "asValue");
                one.setAttribute("invalidValueReplacement", value);
            }
            default -> {
                for (Element data : all("DataField")) {
                    if (data.getAttribute("name").equals(one.getAttribute("name"))
                            && data.getAttribute("optype").equals("continuous")
                            && !data.getAttribute("dataType").startsWith("d_")) {
                        one.setAttribute(
                                "outliers", any("asExtremeValues", "asMissingValues", "asIs"));
                        try {
                            double middle = Double.parseDouble(value);
                            one.setAttribute("lowValue", String.valueOf((long) middle - 1));
                            one.setAttribute("highValue", String.valueOf((long) middle + 1));
                        } catch (NumberFormatException e) {
                            one.removeAttribute("outliers");
                        }
                    }
                }
            }
        }
        StringBuilder told = new StringBuilder("<MiningField");
        for (int i = 0; i < one.getAttributes().getLength(); i++) {
            told.append(" ").append(one.getAttributes().item(i));
        }
        changes.add(told + ">");
    }

    private void targets() {
        Element old = child(model, "Targets");
        if (old != null) {
            model.removeChild(old);
        }
        String target = target();
        if (target.isEmpty()) {
            return;
        }
        Element targets = create("Targets");
        Element one = create("Target");
        one.setAttribute("field", target);
        targets.appendChild(one);
        if (is(model, "classification")) {
            List<String> values = new ArrayList<>(values().getOrDefault(target, Set.of()));
            for (int i = 0; i < values.size(); i++) {
                Element value = create("TargetValue");
                value.setAttribute("value", values.get(i));
                value.setAttribute("displayValue", "<" + values.get(i) + ">");
                if (random.nextInt(2) > 0 || i > 0) {
                    value.setAttribute(
                            "priorProbability",
                            String.valueOf(
                                    (i + 1.0) / (values.size() * (values.size() + 1) / 2.0)));
                }
                one.appendChild(value);
            }
        } else {
            if (random.nextBoolean()) {
                one.setAttribute("rescaleFactor", any("2", "-0.5", "10"));
                one.setAttribute("rescaleConstant", any("1", "-3.25"));
            }
            if (random.nextBoolean()) {
                one.setAttribute("castInteger", any("round", "ceiling", "floor"));
            }
            if (random.nextInt(3) == 0) {
                one.setAttribute("min", "0");
                one.setAttribute("max", any("1", "40", "0.5"));
            }
            if (random.nextBoolean()) {
                Element value = create("TargetValue");
                value.setAttribute("defaultValue", any("7", "0.5"));
                one.appendChild(value);
            }
        }
        Element before =
                child(model, "Output") != null
                        ? child(model, "Output")
                        : child(model, "MiningSchema");
        model.insertBefore(targets, before.getNextSibling());
        changes.add("Targets");
    }

    private void outputs() {
        Element output = child(model, "Output");
        if (output == null) {
            output = create("Output");
            model.insertBefore(output, child(model, "MiningSchema").getNextSibling());
        }
        for (int i = 0; i < 3; i++) {
            boolean classifies = is(model, "classification");
            String feature =
                    classifies
                            ? any(
                                    "predictedValue",
                                    "predictedDisplayValue",
                                    "probability",
                                    "probability",
                                    "entityId",
                                    "transformedValue",
                                    "confidence",
                                    "ruleValue",
                                    "affinity",
                                    "segment",
                                    "residual",
                                    "warning")
                            : any(
                                    "predictedValue",
                                    "predictedDisplayValue",
                                    "entityId",
                                    "transformedValue",
                                    "decision",
                                    "reasonCode",
                                    "segment",
                                    "residual",
                                    "standardError",
                                    "warning");
            Element one = create("OutputField");
            one.setAttribute("name", "mutated" + changes.size() + "_" + i);
            if (random.nextInt(4) == 0) {
                one.setAttribute("isFinalResult", any("true", "false"));
            }
            boolean number =
                    Set.of("probability", "confidence", "residual", "affinity", "standardError")
                                    .contains(feature)
                            || (feature.equals("predictedValue") && !classifies);
            one.setAttribute("optype", number ? "continuous" : "categorical");
            one.setAttribute("dataType", number ? any("double", "double", "float") : "string");
            if (feature.equals("segment")) {
                List<Element> segments = all("Segment");
                segments.removeIf(
                        s ->
                                !s.getParentNode().getParentNode().isSameNode(model)
                                        || !s.hasAttribute("id"));
                if (segments.isEmpty()) {
                    continue;
                }
                one.setAttribute(
                        "segmentId",
                        segments.get(random.nextInt(segments.size())).getAttribute("id"));
                feature = any("predictedValue", "entityId");
            }
            one.setAttribute("feature", feature);
            if (feature.equals("probability")
                    || feature.equals("confidence")
                    || feature.equals("affinity")) {
                List<String> values = new ArrayList<>(values().getOrDefault(target(), Set.of()));
                if (!values.isEmpty() && random.nextInt(4) > 0) {
                    one.setAttribute("value", values.get(random.nextInt(values.size())));
                }
            }
            if (feature.equals("entityId") && random.nextInt(3) == 0) {
                one.setAttribute("rank", any("1", "2"));
                if (random.nextBoolean()) {
                    one.setAttribute("rankBasis", any("confidence", "affinity"));
                    one.setAttribute("rankOrder", any("descending", "ascending"));
                }
            }
            if (feature.equals("reasonCode")) {
                one.setAttribute("rank", any("1", "2", "9"));
            }
            if (feature.equals("transformedValue") || feature.equals("decision")) {
                if (feature.equals("decision")) {
                    one.appendChild(create("Decisions")).appendChild(create("Decision"));
                    ((Element) one.getFirstChild().getFirstChild()).setAttribute("value", "x");
                }
                Element apply = create("Apply");
                apply.setAttribute("function", any("concat", "isMissing", "uppercase", "equal"));
                Element ref = create("FieldRef");
                ref.setAttribute("field", target().isEmpty() ? "none" : target());
                apply.appendChild(ref);
                if (apply.getAttribute("function").equals("equal")
                        || apply.getAttribute("function").equals("concat")) {
                    Element constant = create("Constant");
                    constant.setTextContent("1");
                    constant.setAttribute("dataType", "string");
                    apply.appendChild(constant);
                }
                one.appendChild(apply);
            }
            output.appendChild(one);
            StringBuilder told = new StringBuilder("<OutputField");
            for (int a = 0; a < one.getAttributes().getLength(); a++) {
                told.append(" ").append(one.getAttributes().item(a));
            }
            changes.add(told + ">");
        }
    }

    private String target() {
        for (Element one : children(child(model, "MiningSchema"))) {
            String usage = one.getAttribute("usageType");
            if (usage.equals("target") || usage.equals("predicted")) {
                return one.getAttribute("name");
            }
        }
        return "";
    }

    /// Values that the document itself names, by field.
    private Map<String, Set<String>> values() {
        Map<String, Set<String>> values = new TreeMap<>();
        for (Element data : all("DataField")) {
            Set<String> of =
                    values.computeIfAbsent(data.getAttribute("name"), k -> new LinkedHashSet<>());
            for (Element value : children(data)) {
                if (value.getLocalName().equals("Value")
                        && !value.getAttribute("property").equals("missing")
                        && !value.getAttribute("property").equals("invalid")) {
                    of.add(value.getAttribute("value"));
                } else if (value.getLocalName().equals("Interval")) {
                    for (String end : List.of("leftMargin", "rightMargin")) {
                        if (value.hasAttribute(end)) {
                            of.add(value.getAttribute(end));
                        }
                    }
                }
            }
        }
        for (Element predicate : all("SimplePredicate")) {
            Set<String> of = values.get(predicate.getAttribute("field"));
            if (of != null && predicate.hasAttribute("value") && of.size() < 50) {
                of.add(predicate.getAttribute("value"));
            }
        }
        return values;
    }

    /// @param given rows of the document's own input
    List<Map<String, String>> rows(List<Map<String, String>> given, int count) {
        Map<String, Set<String>> named = values();
        Map<String, String> types = new TreeMap<>();
        for (Element data : all("DataField")) {
            types.put(data.getAttribute("name"), data.getAttribute("dataType"));
        }
        List<Map<String, String>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<String, String> row = new LinkedHashMap<>();
            double blanks = any(0, 0.05, 0.3);
            double others = any(0, 0.1, 0.5);
            double junk = any(0, 0, 0, 0.1);
            given.get(random.nextInt(given.size()))
                    .forEach(
                            (name, value) -> {
                                if (!types.containsKey(name)
                                        || value == null
                                        || random.nextDouble() < blanks) {
                                    return;
                                }
                                List<String> known = new ArrayList<>(named.get(name));
                                String put = value;
                                if (random.nextDouble() < junk) {
                                    put = any("junk", "-999", "1e9", "NaN");
                                } else if (random.nextDouble() < others) {
                                    String other =
                                            given.get(random.nextInt(given.size())).get(name);
                                    put =
                                            known.isEmpty() || random.nextBoolean()
                                                    ? other == null ? value : other
                                                    : known.get(random.nextInt(known.size()));
                                }
                                if (types.get(name).equals("integer")
                                        && put.matches("-?\\d+\\.\\d+")) {
                                    put = put.substring(0, put.indexOf('.'));
                                }
                                row.put(name, put);
                            });
            rows.add(row);
        }
        return rows;
    }

    private static boolean is(Element model, String function) {
        return model.getAttribute("functionName").equals(function);
    }

    private Element create(String name) {
        String uri = document.getDocumentElement().getNamespaceURI();
        return uri == null
                ? document.createElementNS(null, name)
                : document.createElementNS(uri, name);
    }

    private List<Element> all(String name) {
        NodeList found = document.getElementsByTagNameNS("*", name);
        List<Element> all = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            all.add((Element) found.item(i));
        }
        return all;
    }

    private static Element child(Element of, String name) {
        for (Element child : children(of)) {
            if (child.getLocalName().equals(name)) {
                return child;
            }
        }
        return null;
    }

    private static List<Element> children(Element of) {
        List<Element> children = new ArrayList<>();
        for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    private String any(String... of) {
        return of[random.nextInt(of.length)];
    }

    private double any(double... of) {
        return of[random.nextInt(of.length)];
    }
}
