package dev.waxwing.pmml;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// `inspect`: what a document is, what it takes and gives, and how it is scored.
final class InspectCommand {
    private static final int MOST_VALUES = 8;

    private final StringBuilder told = new StringBuilder();

    private InspectCommand() {}

    static int run(String[] args, OutputStream out) throws Main.Usage, IOException {
        Main.Arguments given = Main.Arguments.parse(args, Set.of(), Set.of());
        given.needs("inspect", 1, 1);
        Path file = Main.existing(given.files().get(0));
        InspectCommand inspect = new InspectCommand();
        int code =
                ScoreCommand.isXml(file)
                        ? inspect.tell(file, XmlReader.read(file))
                        : inspect.other(file);
        out.write(inspect.told.toString().getBytes(StandardCharsets.UTF_8));
        return code;
    }

    private void line(String text) {
        told.append(text).append('\n');
    }

    private int tell(Path file, Element document) {
        String refusal = "";
        try {
            Evaluator.of(document);
        } catch (PmmlException e) {
            refusal = e.getMessage();
        }
        line(file.getFileName() + ": PMML " + document.attribute("version", "without a version"));
        for (Element header : document.children("Header")) {
            for (Element application : header.children("Application")) {
                line(
                        "written by "
                                + application.attribute("name", "?")
                                + " "
                                + application.attribute("version", ""));
            }
        }
        for (Element child : document.children()) {
            if (Outermost.isModel(child)) {
                model(document, child);
                break; // the others are alternatives that are not scored
            }
        }
        if (!refusal.isEmpty()) {
            line("refused: " + refusal);
            return Main.BAD_DATA;
        }
        how(document);
        return Main.OK;
    }

    private void model(Element document, Element model) {
        line(model.name + ", " + model.attribute("functionName", "no functionName"));
        Map<String, Element> dictionary = new HashMap<>();
        for (Element fields : document.children("DataDictionary")) {
            for (Element field : fields.children("DataField")) {
                dictionary.put(field.attribute("name", ""), field);
            }
        }
        line("");
        line("fields");
        for (Element schema : model.children("MiningSchema")) {
            for (Element field : schema.children("MiningField")) {
                field(field, dictionary.get(field.attribute("name", "")));
            }
        }
        List<String> outputs = new ArrayList<>();
        collect(model, "Output", "OutputField").forEach(output -> outputs.add(output(output)));
        if (!outputs.isEmpty()) {
            line("");
            line("outputs, of inner models too");
            outputs.forEach(this::line);
        }
        trees(model);
    }

    private void field(Element field, Element declared) {
        StringBuilder text = new StringBuilder("  ");
        text.append(field.attribute("name", "?"));
        if (declared == null) {
            text.append("  not in the DataDictionary");
        } else {
            text.append("  ").append(field.attribute("optype", declared.attribute("optype", "?")));
            text.append(' ').append(declared.attribute("dataType", "?"));
            domain(text, declared);
        }
        String usage = InputRule.usage(field);
        if (!usage.equals("active")) {
            text.append("; ").append(usage);
        }
        if (field.has("missingValueReplacement")) {
            text.append("; missing counts as ").append(field.attribute("missingValueReplacement"));
        }
        if (field.attribute("missingValueTreatment", "").equals("returnInvalid")) {
            text.append("; missing is refused");
        }
        if (usage.equals("active")) {
            String invalid = field.attribute("invalidValueTreatment", "returnInvalid");
            text.append("; invalid: ").append(invalid);
        }
        line(PmmlException.clip(text.toString()));
    }

    private static void domain(StringBuilder text, Element declared) {
        List<Element> values = declared.children("Value");
        List<String> valid = new ArrayList<>();
        for (Element value : values) {
            if (value.attribute("property", "valid").equals("valid")) {
                valid.add(value.attribute("value", "?"));
            }
        }
        if (!valid.isEmpty()) {
            text.append(" {")
                    .append(
                            String.join(
                                    ", ", valid.subList(0, Math.min(MOST_VALUES, valid.size()))))
                    .append(valid.size() > MOST_VALUES ? ", … " + valid.size() + " values}" : "}");
        }
        for (Element interval : declared.children("Interval")) {
            text.append(' ')
                    .append(interval.attribute("closure", "?").startsWith("closed") ? '[' : '(')
                    .append(interval.attribute("leftMargin", "-INF"))
                    .append(", ")
                    .append(interval.attribute("rightMargin", "INF"))
                    .append(interval.attribute("closure", "?").endsWith("Closed") ? ']' : ')');
        }
    }

    private static String output(Element output) {
        String value = output.attribute("value", "");
        return "  "
                + output.attribute("name", "?")
                + "  "
                + output.attribute("feature", "predictedValue")
                + (value.isEmpty() ? "" : " of " + value);
    }

    /// Elements of that name which stand in a holder of that name, anywhere below; none of a model's rows are walked.
    private static List<Element> collect(Element top, String holder, String name) {
        List<Element> found = new ArrayList<>();
        Deque<Element> waiting = new ArrayDeque<>();
        waiting.push(top);
        while (!waiting.isEmpty()) {
            Element element = waiting.pop();
            for (Element child : element.children()) {
                if (element.name.equals(holder) && child.name.equals(name)) {
                    found.add(child);
                } else if (!child.name.equals("Node")) {
                    waiting.push(child);
                }
            }
        }
        return found;
    }

    private record At(Element node, int depth) {}

    private void trees(Element model) {
        List<Element> roots = collect(model, "TreeModel", "Node");
        if (roots.isEmpty()) {
            return;
        }
        long leaves = 0;
        int deepest = 0;
        Deque<At> waiting = new ArrayDeque<>();
        roots.forEach(root -> waiting.push(new At(root, 0)));
        while (!waiting.isEmpty()) {
            At at = waiting.pop();
            deepest = Math.max(deepest, at.depth);
            List<Element> below = at.node.children("Node");
            leaves += below.isEmpty() ? 1 : 0;
            below.forEach(child -> waiting.push(new At(child, at.depth + 1)));
        }
        line("");
        line(roots.size() + " trees, " + leaves + " leaves, at most " + deepest + " deep");
    }

    private void how(Element document) {
        line("");
        try {
            tell(() -> Scorer.of(document, ScoredClass.DEFAULT, false));
        } catch (PmmlException e) {
            line(
                    "scored by evaluating the document, because it is no single score: "
                            + e.getMessage());
        }
    }

    private void tell(Supplier<Scorer> load) {
        long before = heap();
        Scorer scorer = load.get();
        long taken = heap() - before;
        line(
                scorer.compiled()
                        ? "scored by compiled trees or terms; "
                                + scorer.inputs().size()
                                + " inputs, about "
                                + Math.max(1, taken >> 10)
                                + " KB of heap"
                        : "scored by evaluating the document, because it is not compiled: "
                                + scorer.whyNotCompiled().orElseThrow());
    }

    /// A model of another format has no fields to tell but its inputs.
    private int other(Path file) {
        Scorer scorer = Scorer.load(file);
        line(file.getFileName() + ": no PMML, a model of XGBoost or LightGBM");
        line("inputs " + PmmlException.clip(String.join(", ", scorer.inputs())));
        tell(() -> Scorer.load(file));
        return Main.OK;
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
