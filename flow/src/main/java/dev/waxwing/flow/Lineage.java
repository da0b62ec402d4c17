package dev.waxwing.flow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/// Which steps write and read which tables, as the pipeline files say; across all pipelines of a project.
public final class Lineage {
    /// A step that writes or reads a table.
    /// @param where `file.yaml:12`
    public record Use(String pipeline, String step, String kind, String where) {}

    private final SequencedMap<String, List<Use>> writers = new LinkedHashMap<>();
    private final SequencedMap<String, List<Use>> readers = new LinkedHashMap<>();
    private final SequencedMap<Use, Set<String>> reads = new LinkedHashMap<>();
    private final SequencedMap<Use, Set<String>> writes = new LinkedHashMap<>();

    private Lineage() {}

    public static Lineage of(Collection<? extends PipelineFile> files) {
        var lineage = new Lineage();
        for (PipelineFile file : files) {
            if (file instanceof Pipeline pipeline) { // a list's pipelines have files of their own
                for (PlannedStep step : pipeline.steps()) {
                    lineage.add(pipeline, step);
                }
            }
        }
        return lineage;
    }

    private void add(Pipeline pipeline, PlannedStep step) {
        var use = new Use(pipeline.name(), step.name(), step.kind(), step.where());
        reads.put(use, new LinkedHashSet<>(step.reads()));
        writes.put(use, new LinkedHashSet<>(step.step().writes()));
        reads.get(use).forEach(t -> readers.computeIfAbsent(t, _ -> new ArrayList<>()).add(use));
        writes.get(use).forEach(t -> writers.computeIfAbsent(t, _ -> new ArrayList<>()).add(use));
    }

    /// All tables that a step writes or reads, sorted.
    public Set<String> tables() {
        var tables = new TreeSet<>(writers.keySet());
        tables.addAll(readers.keySet());
        return tables;
    }

    public List<Use> writers(String table) {
        return List.copyOf(writers.getOrDefault(table, List.of()));
    }

    public List<Use> readers(String table) {
        return List.copyOf(readers.getOrDefault(table, List.of()));
    }

    /// The tables that a table is made from, however indirectly, the nearest first; without itself.
    public List<String> upstream(String table) {
        return reached(table, writers, reads);
    }

    /// The tables that are made from a table, however indirectly, the nearest first; without itself.
    public List<String> downstream(String table) {
        return reached(table, readers, writes);
    }

    private static List<String> reached(
            String table,
            SequencedMap<String, List<Use>> uses,
            SequencedMap<Use, Set<String>> tables) {
        var reached = new LinkedHashSet<String>(List.of(table));
        var open = new ArrayList<>(reached);
        while (!open.isEmpty()) {
            for (Use use : uses.getOrDefault(open.removeFirst(), List.of())) {
                for (String next : tables.get(use)) {
                    if (reached.add(next)) {
                        open.add(next);
                    }
                }
            }
        }
        reached.remove(table);
        return List.copyOf(reached);
    }
}
