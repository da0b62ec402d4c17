package dev.waxwing.flow;

import dev.waxwing.config.Config;
import dev.waxwing.config.ConfigException;
import dev.waxwing.config.DidYouMean;
import dev.waxwing.config.MapNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The `pipelines` folder of a project.
public final class Pipelines {
    private static final String SUFFIX = ".yaml";

    private final Path folder;
    private final StepCatalogue catalogue;
    private final SortedMap<String, String> overrides;

    private Pipelines(Path folder, StepCatalogue catalogue, SortedMap<String, String> overrides) {
        this.folder = folder;
        this.catalogue = catalogue;
        this.overrides = overrides;
    }

    /// Reads no file yet; a folder that does not exist holds no pipelines.
    public static Pipelines in(Path folder, StepCatalogue catalogue) {
        return in(folder, catalogue, Map.of());
    }

    /// @param overrides where steps differ from their files: `train.fit.rounds` → `50` is the key `rounds` of the step `fit` of
    ///     `train`, and its value as the file would have it
    public static Pipelines in(
            Path folder, StepCatalogue catalogue, Map<String, String> overrides) {
        return new Pipelines(folder, catalogue, new TreeMap<>(overrides));
    }

    /// The same files, with more overrides.
    /// @param more each `PIPELINE.STEP.KEY`; what it says stands for what was said of that key before
    /// @throws ConfigException if one names no pipeline, or has more than one line
    public Pipelines with(Map<String, String> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<String> names = names();
        more.forEach((key, value) -> Overrides.check(key, value, names));
        var all = new TreeMap<>(overrides);
        all.putAll(more);
        return new Pipelines(folder, catalogue, all);
    }

    /// The names of all pipelines, sorted.
    public List<String> names() {
        return names(folder);
    }

    /// The name of the pipeline that a file holds.
    static String name(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    static List<String> names(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .map(Pipelines::name)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    /// Grows whenever a pipeline's file is written.
    long changedAt(String name) {
        try {
            return Files.getLastModifiedTime(folder.resolve(name + SUFFIX)).toMillis();
        } catch (IOException e) {
            return 0; // it went meanwhile, and the next list of names says so
        }
    }

    /// Reads all pipelines.
    /// @throws ConfigException with all problems of all files
    public List<PipelineFile> all() {
        var files = new ArrayList<PipelineFile>();
        var problems = new LinkedHashSet<String>();
        for (String name : names()) {
            try {
                files.add(named(name));
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(List.copyOf(problems));
        }
        return files;
    }

    /// Reads one pipeline, and all that it lists.
    /// @throws ConfigException with all problems of all files that were read
    public PipelineFile named(String name) {
        List<String> names = names();
        if (!names.contains(name)) {
            throw new ConfigException(
                    List.of(
                            "there is no pipeline "
                                    + name
                                    + " in "
                                    + folder
                                    + "; "
                                    + DidYouMean.hint(name, names)));
        }
        Path file = folder.resolve(name + SUFFIX);
        MapNode doc = read(file);
        return doc.has("runs") && !doc.has("steps") ? list(doc, names) : pipeline(name, doc);
    }

    private Pipeline pipeline(String name, MapNode doc) {
        return new PipelineReader(doc, catalogue).pipeline().with(Overrides.of(name, overrides));
    }

    private MapNode read(Path file) {
        MapNode doc = Config.read(file);
        String name = name(file);
        for (Map.Entry<String, String> each : Overrides.of(name, overrides).entrySet()) {
            try {
                String key = "steps." + each.getKey().substring(name.length() + 1);
                doc = doc.with(key, each.getValue());
            } catch (IllegalArgumentException e) {
                throw new ConfigException(
                        List.of("cannot set " + each.getKey() + ": " + e.getMessage()));
            }
        }
        PipelineReader.checkNames(doc, file);
        return doc;
    }

    private PipelineList list(MapNode doc, List<String> names) {
        PipelineReader.Head head = PipelineReader.head(doc);
        List<String> listed = doc.texts("runs");
        if (listed.isEmpty()) {
            doc.problem("runs", "names no pipeline; at least one is needed");
        }
        var pipelines = new ArrayList<Pipeline>();
        var elsewhere = new ArrayList<String>();
        var others = new LinkedHashSet<>(names);
        others.remove(head.name());
        var seen = new LinkedHashSet<String>();
        for (String other : listed) {
            if (!seen.add(other)) {
                doc.problem("runs", other + " is named twice");
            } else if (!others.contains(other)) {
                doc.problem(
                        "runs",
                        '"'
                                + other
                                + "\" is not another pipeline; "
                                + DidYouMean.hint(other, others));
            } else {
                try {
                    pipelines.add(pipeline(other, read(folder.resolve(other + SUFFIX))));
                } catch (ConfigException e) {
                    elsewhere.addAll(e.problems());
                }
            }
        }
        checkWaits(doc, pipelines);
        try {
            doc.done();
        } catch (ConfigException e) {
            elsewhere.addAll(0, e.problems());
        }
        if (!elsewhere.isEmpty()) {
            throw new ConfigException(elsewhere);
        }
        return new PipelineList(
                head.name(),
                head.schedule(),
                head.waits(),
                head.missed(),
                head.concurrency(),
                pipelines);
    }

    /// A pipeline that waits for the same day of another cannot stand before it.
    private static void checkWaits(MapNode doc, List<Pipeline> pipelines) {
        for (int i = 0; i < pipelines.size(); i++) {
            for (Pipeline later : pipelines.subList(i + 1, pipelines.size())) {
                if (pipelines.get(i).waits().stream()
                        .anyMatch(
                                wait ->
                                        wait.pipeline().equals(later.name())
                                                && wait.offset() == 0)) {
                    doc.problem(
                            "runs",
                            pipelines.get(i).name()
                                    + " waits for the same day of "
                                    + later.name()
                                    + ", which stands after it");
                }
            }
        }
    }
}
