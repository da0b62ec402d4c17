package dev.waxwing.flow;

import java.util.HashMap;
import java.util.Map;

/// Pictures of pipelines, as Mermaid draws them: what comes after what, and why.
public final class Mermaid {
    private Mermaid() {}

    /// A list is drawn as the pipelines that it runs.
    public static String of(PipelineFile file) {
        var text = new StringBuilder("flowchart LR\n");
        switch (file) {
            case Pipeline pipeline -> steps(pipeline, text);
            case PipelineList list -> {
                for (int i = 0; i < list.pipelines().size(); i++) {
                    text.append("  n%d[\"%s\"]\n".formatted(i, list.pipelines().get(i).name()));
                    if (i > 0) {
                        text.append("  n%d --> n%d\n".formatted(i - 1, i));
                    }
                }
            }
        }
        return text.toString();
    }

    /// Nodes go by number: a step may be called what Mermaid takes for a word of its own, such as `end`.
    private static void steps(Pipeline pipeline, StringBuilder text) {
        var numbers = new HashMap<String, Integer>();
        for (PlannedStep step : pipeline.steps()) {
            int number = numbers.size();
            numbers.put(step.name(), number);
            text.append("  n%d[\"%s<br/>%s\"]\n".formatted(number, step.name(), step.kind()));
            for (Map.Entry<String, String> before : step.after().entrySet()) {
                text.append(
                        "  n%d -->|\"%s\"| n%d\n"
                                .formatted(
                                        numbers.get(before.getKey()),
                                        before.getValue().replace("\"", "#quot;"),
                                        number));
            }
        }
    }
}
