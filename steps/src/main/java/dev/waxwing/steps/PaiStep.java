package dev.waxwing.steps;

import dev.waxwing.config.DidYouMean;
import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.flow.TimeVariables;
import dev.waxwing.storage.StoreUnreachable;
import dev.waxwing.warehouse.PartitionState;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// `pai: file.pai` or `pai: |` with the lines themselves runs calls of PAI components, one after the other, with our parts.
///
/// `docs/coming-from-pai.md` tells component by component what becomes of each parameter.
final class PaiStep implements Step {
    private final Workplace workplace;
    private final List<Planned> calls;

    private record Planned(PaiScript.Call call, PaiComponent component) {}

    private PaiStep(Workplace workplace, List<Planned> calls) {
        this.workplace = workplace;
        this.calls = List.copyOf(calls);
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "pai";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "pai",
                                StepKey.Type.TEXT,
                                "PAI -name … -Dkey=value …; calls, or the name of a .pai file in"
                                        + " the project that holds them."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                String text = config.text("pai");
                if (!config.has("pai")) {
                    return new PaiStep(workplace, List.of());
                }
                String where = "";
                if (text.strip().endsWith(".pai") && !text.strip().contains("\n")) {
                    where = text.strip() + " ";
                    text = read(workplace, text.strip(), config);
                }
                List<Planned> calls = new ArrayList<>();
                List<String> problems = new ArrayList<>();
                try {
                    TimeVariables.check("pai", text);
                    for (PaiScript.Call call : PaiScript.parse(text)) {
                        plan(call, calls, problems);
                    }
                } catch (RuntimeException e) {
                    problems.add(e.getMessage());
                }
                for (String problem : problems) {
                    config.problem("pai", where + problem);
                }
                return new PaiStep(workplace, calls);
            }
        };
    }

    private static String read(Workplace workplace, String file, MapNode config) {
        Path path = workplace.project().resolve(file);
        try {
            return Files.readString(path);
        } catch (IOException e) {
            config.problem("pai", "the project's file " + file + " cannot be read: " + e);
            return "pai -name missing";
        }
    }

    private static void plan(PaiScript.Call call, List<Planned> calls, List<String> problems) {
        PaiComponent component =
                PaiComponent.ALL.stream()
                        .filter(each -> each.names().contains(call.name()))
                        .findFirst()
                        .orElse(null);
        if (component == null) {
            problems.add(
                    "line "
                            + call.line()
                            + ": there is no component "
                            + call.name()
                            + "; "
                            + suggestion(call.name(), PaiComponent.allNames()));
            return;
        }
        List<String> known = component.parameters().stream().map(PaiParameter::name).toList();
        for (String given : call.parameters().sequencedKeySet()) {
            if (known.stream().noneMatch(given::equalsIgnoreCase)) {
                problems.add(
                        "line "
                                + call.line()
                                + ": "
                                + call.name()
                                + " has no parameter "
                                + given
                                + "; "
                                + suggestion(given, known));
            }
        }
        for (PaiParameter parameter : component.parameters()) {
            String value = call.parameters().get(parameter.name().toLowerCase(Locale.ROOT));
            if (parameter.required() && (value == null || value.isBlank())) {
                problems.add(
                        "line "
                                + call.line()
                                + ": "
                                + call.name()
                                + " needs -D"
                                + parameter.name());
            }
        }
        calls.add(new Planned(call, component));
    }

    private static String suggestion(String found, List<String> known) {
        return DidYouMean.closest(found, known)
                        .map(word -> "did you mean " + word + "? ")
                        .orElse("")
                + "known: "
                + String.join(", ", known);
    }

    @Override
    public List<String> reads() {
        Set<String> tables = tables(PaiParameter.Kind.INPUT_TABLE);
        tables.removeAll(writes());
        return List.copyOf(tables);
    }

    @Override
    public List<String> writes() {
        return List.copyOf(tables(PaiParameter.Kind.OUTPUT_TABLE));
    }

    private Set<String> tables(PaiParameter.Kind kind) {
        Set<String> tables = new LinkedHashSet<>();
        for (Planned planned : calls) {
            for (PaiParameter parameter : planned.component.parameters()) {
                String name = parameter.name().toLowerCase(Locale.ROOT);
                String table = planned.call.parameters().getOrDefault(name, "");
                if (parameter.kind() == kind && !table.isBlank()) {
                    tables.add(table.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        return tables;
    }

    @Override
    public StepOutcome run(StepContext context) throws Exception {
        List<String> missing = missing(context);
        if (!missing.isEmpty()) {
            return Workplace.waitingFor(missing);
        }
        Map<String, String> written = new HashMap<>();
        long rows = 0;
        for (Planned planned : calls) {
            PaiRun run = new PaiRun(workplace, context, planned.call, planned.component, written);
            run.logIgnored();
            try {
                rows += planned.component.run(run);
            } catch (StoreUnreachable e) {
                return new StepOutcome.Failed(e, true);
            }
        }
        return new StepOutcome.Done(rows);
    }

    /// Tables that other steps or people make, and partitions that the calls name.
    private List<String> missing(StepContext context) {
        List<String> missing = new ArrayList<>();
        for (String table : reads()) {
            if (!workplace.warehouse().exists(table)) {
                missing.add(table + " (no day at all, so nothing was imported or made yet)");
            }
        }
        for (Planned planned : calls) {
            String table =
                    planned.component.parameters().stream()
                            .filter(each -> each.kind() == PaiParameter.Kind.INPUT_TABLE)
                            .map(each -> each.name().toLowerCase(Locale.ROOT))
                            .map(each -> planned.call.parameters().getOrDefault(each, ""))
                            .findFirst()
                            .orElse("")
                            .strip()
                            .toLowerCase(Locale.ROOT);
            String partitions = planned.call.parameters().getOrDefault("inputtablepartitions", "");
            if (reads().contains(table) && !partitions.isBlank()) {
                String filled = context.variables().fill("inputTablePartitions", partitions);
                for (String ds : PaiPartitions.parse(filled).days()) {
                    PartitionState state = workplace.warehouse().state(table, ds);
                    if (state != PartitionState.COMMITTED && state != PartitionState.STALE) {
                        missing.add(table + "/ds=" + ds);
                    }
                }
            }
        }
        return missing;
    }
}
