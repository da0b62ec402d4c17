package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.xml.parsers.DocumentBuilderFactory;

/// `docs/pmml-coverage.md` leaves out no attribute and no child that the PMML 4.4 schema allows an element that is read, and
/// what it says to be refused is refused.
class CoverageTest {
    private static final Path PAGE = Path.of("..", "docs", "pmml-coverage.md");
    private static final Pattern ROW =
            Pattern.compile("\\| ([A-Za-z]+) \\|([^|]*)\\|([^|]*)\\|([^|]*)\\|");
    private static final Pattern ITEM = Pattern.compile("`([^`]+)`");

    /// What the documents below hold as outputs, or in a derived field that their models do not use.
    private static final Set<String> BESIDE_THE_SCORE =
            Set.of(
                    "DefineFunction",
                    "DerivedField",
                    "NormDiscrete",
                    "MapValues",
                    "TextIndex",
                    "TextIndexNormalization",
                    "Apply",
                    "OutputField");

    private record Row(Set<String> read, Set<String> ignored, Set<String> refused) {
        Set<String> all() {
            Set<String> all = new TreeSet<>(read);
            all.addAll(ignored);
            refused.forEach(item -> all.add(item.replaceAll("=.*", "")));
            return all;
        }
    }

    /// The smallest documents that hold these elements; `[[ ]]` is where a child goes.
    private static final Map<String, String> DOCUMENTS =
            Map.ofEntries(
                    Map.entry("PMML", "[[" + tree("<True/>") + "]]"),
                    Map.entry(
                            "DefineFunction",
                            "<TransformationDictionary><DefineFunction name=\"f\" optype=\"continuous\">"
                                    + "<ParameterField name=\"p\"/>[[<FieldRef field=\"p\"/>]]</DefineFunction>"
                                    + derived(
                                            "<Apply function=\"f\"><FieldRef field=\"x\"/></Apply>")
                                    + "</TransformationDictionary>"
                                    + tree("<True/>")),
                    Map.entry("DerivedField", expression("[[<FieldRef field=\"x\"/>]]")),
                    Map.entry(
                            "NormDiscrete", expression("<NormDiscrete field=\"s\" value=\"a\"/>")),
                    Map.entry(
                            "MapValues",
                            expression(
                                    "<MapValues outputColumn=\"o\"><FieldColumnPair field=\"s\" column=\"i\"/>"
                                            + "[["
                                            + table()
                                            + "]]</MapValues>")),
                    Map.entry(
                            "TextIndex",
                            expression(
                                    "<TextIndex textField=\"s\">[[<Constant>a</Constant>]]</TextIndex>")),
                    Map.entry(
                            "TextIndexNormalization",
                            expression(
                                    "<TextIndex textField=\"s\"><TextIndexNormalization inField=\"i\""
                                            + " outField=\"o\">[["
                                            + table()
                                            + "]]</TextIndexNormalization><Constant>a</Constant></TextIndex>")),
                    Map.entry(
                            "Apply",
                            expression(
                                    "<Apply function=\"abs\">[[<FieldRef field=\"x\"/>]]</Apply>")),
                    Map.entry("MiningField", tree("<True/>")),
                    Map.entry(
                            "OutputField",
                            regression(
                                    "<Output><OutputField name=\"t\""
                                            + " feature=\"transformedValue\">[[<FieldRef"
                                            + " field=\"x\"/>]]</OutputField></Output>")),
                    Map.entry("TreeModel", tree("<True/>")),
                    Map.entry("Node", tree("<True/>[[]]")),
                    Map.entry(
                            "Regression",
                            tree(
                                    "<True/><Regression functionName=\"regression\">[[]]<RegressionTable"
                                            + " intercept=\"1\"/></Regression>")),
                    Map.entry("RegressionModel", regression("")),
                    Map.entry("RegressionTable", regression("")),
                    Map.entry(
                            "GeneralRegressionModel",
                            "<GeneralRegressionModel functionName=\"regression\" modelType=\"regression\">"
                                    + schema()
                                    + "<ParameterList><Parameter name=\"p\"/></ParameterList><PPMatrix/>"
                                    + "<ParamMatrix><PCell parameterName=\"p\" beta=\"1\"/></ParamMatrix>"
                                    + "</GeneralRegressionModel>"),
                    Map.entry("Scorecard", scorecard("<FieldRef field=\"x\"/>")),
                    Map.entry("ComplexPartialScore", scorecard("[[<FieldRef field=\"x\"/>]]")),
                    Map.entry("MiningModel", mining("<True/>[[" + tree("<True/>") + "]]")),
                    Map.entry("Segmentation", mining("<True/>" + tree("<True/>"))),
                    Map.entry("Segment", mining("<True/>[[" + tree("<True/>") + "]]")));

    private static String schema() {
        return "<MiningSchema><MiningField name=\"x\"/><MiningField name=\"s\"/><MiningField name=\"y\""
                + " usageType=\"target\"/></MiningSchema>";
    }

    private static String tree(String node) {
        return "<TreeModel functionName=\"regression\">"
                + schema()
                + "<Node score=\"1\">"
                + node
                + "</Node></TreeModel>";
    }

    private static String regression(String output) {
        return "<RegressionModel functionName=\"regression\">"
                + schema()
                + output
                + "<RegressionTable intercept=\"1\"/></RegressionModel>";
    }

    private static String mining(String segment) {
        return "<MiningModel functionName=\"regression\">"
                + schema()
                + "<Segmentation multipleModelMethod=\"sum\"><Segment>"
                + segment
                + "</Segment></Segmentation></MiningModel>";
    }

    private static String scorecard(String points) {
        return "<Scorecard functionName=\"regression\" useReasonCodes=\"false\">"
                + schema()
                + "<Characteristics><Characteristic><Attribute><True/><ComplexPartialScore>"
                + points
                + "</ComplexPartialScore></Attribute></Characteristic></Characteristics></Scorecard>";
    }

    private static String derived(String body) {
        return "<DerivedField name=\"d\" optype=\"continuous\" dataType=\"string\">"
                + body
                + "</DerivedField>";
    }

    private static String expression(String body) {
        return "<TransformationDictionary>"
                + derived(body)
                + "</TransformationDictionary>"
                + tree("<True/>");
    }

    private static String table() {
        return "<InlineTable><row><i>a</i><o>b</o></row></InlineTable>";
    }

    private static Element read(String inner) {
        String document =
                "<PMML version=\"4.4\"><DataDictionary><DataField name=\"x\" optype=\"continuous\""
                        + " dataType=\"double\"/><DataField name=\"s\" optype=\"categorical\""
                        + " dataType=\"string\"/><DataField name=\"y\" optype=\"continuous\""
                        + " dataType=\"double\"/></DataDictionary>"
                        + inner
                        + "</PMML>";
        return XmlReader.read(
                "m.pmml", new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, Row> page() throws Exception {
        Map<String, Row> rows = new LinkedHashMap<>();
        String page = Files.readString(PAGE);
        String part = page.substring(page.indexOf("## Attribute by attribute"));
        int end = part.indexOf("\n## ", 1);
        Matcher row = ROW.matcher(end < 0 ? part : part.substring(0, end));
        while (row.find()) {
            rows.put(
                    row.group(1),
                    new Row(items(row.group(2)), items(row.group(3)), items(row.group(4))));
        }
        rows.remove("element");
        return rows;
    }

    private static Set<String> items(String cell) {
        Set<String> items = new TreeSet<>();
        Matcher item = ITEM.matcher(cell);
        while (item.find()) {
            items.add(item.group(1));
        }
        return items;
    }

    @Test
    void thePageSaysWhatBecomesOfEverythingThatTheSchemaAllows() throws Exception {
        Map<String, Row> page = page();
        Map<String, Set<String>> schema = schemaItems();
        // The profile `peers` has a later jar, whose schema also allows expressions of JPMML's own.
        assumeFalse(schema.get("DefineFunction").contains("<DerivedField>"));
        Deque<String> open = new ArrayDeque<>(List.of("PMML"));
        Set<String> reached = new TreeSet<>();
        while (!open.isEmpty()) {
            String element = open.remove();
            if (!reached.add(element)) {
                continue;
            }
            assertThat(page).as("the rows of the page").containsKey(element);
            Set<String> said = page.get(element).all();
            said.removeIf(item -> item.startsWith("x-")); // vendors' own, other ones each version
            assertThat(said).as(element).isEqualTo(schema.get(element));
            for (String item : page.get(element).read) {
                if (item.startsWith("<")) {
                    open.add(item.substring(1, item.length() - 1));
                }
            }
        }
        assertThat(page.keySet()).isSubsetOf(reached);
        assertThat(reached).hasSizeGreaterThan(60);
    }

    @Test
    void whatThePageSaysToBeRefusedIsRefusedByName() throws Exception {
        int refused = 0;
        for (Map.Entry<String, Row> row : page().entrySet()) {
            for (String item : row.getValue().refused) {
                assertThat(DOCUMENTS).as("a document with " + item).containsKey(row.getKey());
                String document = DOCUMENTS.get(row.getKey());
                Evaluator.of(read(document.replace("[[", "").replace("]]", "")));
                String spoiled;
                String named;
                if (item.startsWith("<")) {
                    named = item.substring(1, item.length() - 1);
                    String child = "<" + named + " functionName=\"regression\"/>";
                    spoiled =
                            row.getKey().equals("MiningModel")
                                    ? document.replace("<Segmentation", child + "<Segmentation")
                                    : document.replaceAll("(?s)\\[\\[.*]]", child);
                } else {
                    named = item.replaceAll(".*=\"|\"$", "");
                    spoiled = with(document, row.getKey(), item);
                }
                String text = spoiled.replace("[[", "").replace("]]", "");
                String says = named.matches("1|y|false") ? item.replaceAll("=.*", "") : named;
                assertThatThrownBy(() -> Evaluator.of(read(text)))
                        .as(row.getKey() + " " + item)
                        .isInstanceOf(PmmlException.class)
                        .hasMessageContaining(says);
                if (BESIDE_THE_SCORE.contains(row.getKey())) {
                    Scorer.of(read(text), "1", false);
                } else {
                    assertThatThrownBy(() -> Scorer.of(read(text), "1", false))
                            .as("Scorer: " + row.getKey() + " " + item)
                            .isInstanceOf(PmmlException.class)
                            .hasMessageContaining(says);
                }
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(60);
    }

    /// The document whose first such element has the setting.
    private static String with(String document, String element, String setting) {
        String name = setting.replaceAll("=.*", "");
        int at = document.indexOf("<" + element + " ");
        int end = document.indexOf('>', at);
        String tag = document.substring(at, end).replaceAll(" " + name + "=\"[^\"]*\"", "");
        boolean empty = tag.endsWith("/");
        String changed =
                (empty ? tag.substring(0, tag.length() - 1) : tag)
                        + " "
                        + setting
                        + (empty ? "/" : "");
        return document.substring(0, at) + changed + document.substring(end);
    }

    // The schema

    private static Map<String, Set<String>> schemaItems() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document schema;
        try (InputStream in = CoverageTest.class.getResourceAsStream("/pmml.xsd")) {
            schema = factory.newDocumentBuilder().parse(in);
        }
        Map<String, Node> named = new TreeMap<>(); // by kind and name
        NodeList top = schema.getDocumentElement().getChildNodes();
        for (int i = 0; i < top.getLength(); i++) {
            if (top.item(i) instanceof org.w3c.dom.Element element) {
                named.put(element.getLocalName() + " " + element.getAttribute("name"), element);
            }
        }
        Map<String, Set<String>> items = new TreeMap<>();
        named.forEach(
                (key, node) -> {
                    if (key.startsWith("element ")) {
                        Set<String> own = new TreeSet<>();
                        collect(node, named, own);
                        own.remove("<Extension>");
                        own.removeIf(item -> item.startsWith("x-"));
                        items.put(key.substring("element ".length()), own);
                    }
                });
        return items;
    }

    private static void collect(Node node, Map<String, Node> named, Set<String> into) {
        if (node instanceof org.w3c.dom.Element holder && holder.hasAttribute("type")) {
            collect(named.get("complexType " + holder.getAttribute("type")), named, into);
        }
        NodeList children = node == null ? null : node.getChildNodes();
        for (int i = 0; children != null && i < children.getLength(); i++) {
            if (!(children.item(i) instanceof org.w3c.dom.Element child)) {
                continue;
            }
            String ref = child.getAttribute("ref");
            switch (child.getLocalName()) {
                case "attribute" -> into.add(child.getAttribute("name"));
                case "element" ->
                        into.add("<" + (ref.isEmpty() ? child.getAttribute("name") : ref) + ">");
                case "group", "attributeGroup" ->
                        collect(named.get(child.getLocalName() + " " + ref), named, into);
                case "extension", "restriction" -> {
                    collect(named.get("complexType " + child.getAttribute("base")), named, into);
                    collect(child, named, into);
                }
                default -> collect(child, named, into);
            }
        }
    }
}
