package dev.waxwing.flow;

import dev.waxwing.config.Config;
import dev.waxwing.config.ConfigException;
import dev.waxwing.config.DidYouMean;
import dev.waxwing.config.MapNode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// The `baselines` folder of a project: one promise a file, named as the file is.
public final class Baselines {
    private static final String TIME_WANTED = "a time hh:mm from 00:00 to 47:59";
    private static final String URL_WANTED = "a URL such as http://127.0.0.1:9000/waxwing";
    private static final Duration MARGIN = Duration.ofMinutes(30);
    private static final String SCHEMA = "baseline.schema.json";

    private final Path folder;

    private Baselines(Path folder) {
        this.folder = folder;
    }

    /// Reads no file yet; a folder that does not exist holds no baselines.
    public static Baselines in(Path folder) {
        return new Baselines(folder);
    }

    /// The JSON Schema of a file, for editors.
    public static String schema() {
        try (InputStream file = Baselines.class.getResourceAsStream(SCHEMA)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + SCHEMA, e);
        }
    }

    Path folder() {
        return folder;
    }

    List<String> names() {
        return Pipelines.names(folder);
    }

    /// Reads all of them.
    /// @param files all pipelines of the project
    /// @throws ConfigException with all problems of all files
    public List<Baseline> all(Collection<? extends PipelineFile> files) {
        var baselines = new ArrayList<Baseline>();
        var problems = new LinkedHashSet<String>();
        for (String name : names()) {
            try {
                baselines.add(named(name, files));
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(List.copyOf(problems));
        }
        return baselines;
    }

    /// How each stands now: the last promises whose day has begun, newest day first within a baseline.
    /// @param files all pipelines of the project
    /// @throws ConfigException with all problems of all files
    public List<BaselineStatus> look(
            Runs runs, Collection<? extends PipelineFile> files, ZoneId zone, Instant now) {
        List<Baseline> all = all(files);
        return runs.database()
                .read(
                        handle -> {
                            var outlook = new Outlook(handle, files, new History(zone), zone, now);
                            return all.stream()
                                    .flatMap(each -> outlook.of(each).reversed().stream())
                                    .toList();
                        });
    }

    /// @throws ConfigException with all problems of the file
    Baseline named(String name, Collection<? extends PipelineFile> files) {
        return read(Config.read(folder.resolve(name + ".yaml")), name, files);
    }

    static Baseline read(MapNode doc, String name, Collection<? extends PipelineFile> files) {
        if (!doc.text("baseline").equals(name) && doc.has("baseline")) {
            doc.problem(
                    "baseline",
                    '"' + doc.text("baseline") + "\" is not the file's name; it must be " + name);
        }
        String pipeline = doc.text("pipeline");
        String step = doc.text("step", "");
        checkTarget(doc, pipeline, step, files);
        String type = doc.choice("type", List.of("daily", "hourly"), "daily");
        List<Integer> by = times(doc, type.equals("daily"));
        Duration margin = doc.duration("margin", MARGIN);
        int priority = doc.whole("priority", 1, 8, 1);
        if (!Baseline.PRIORITIES.contains(priority)) {
            doc.problem("priority", priority + " is not one of " + Baseline.PRIORITIES);
        }
        String webhook =
                doc.has("webhook") ? doc.parsed("webhook", URL_WANTED, Baselines::url, "") : "";
        List<String> command = doc.texts("command");
        doc.done();
        return new Baseline(
                name,
                pipeline,
                step,
                type.equals("daily") ? Baseline.Type.DAILY : Baseline.Type.HOURLY,
                by,
                margin,
                priority,
                webhook,
                command);
    }

    private static void checkTarget(
            MapNode doc, String pipeline, String step, Collection<? extends PipelineFile> files) {
        if (!doc.has("pipeline")) {
            return;
        }
        Map<String, PipelineFile> byName = new LinkedHashMap<>();
        files.forEach(file -> byName.put(file.name(), file));
        switch (byName.get(pipeline)) {
            case null ->
                    doc.problem(
                            "pipeline",
                            '"'
                                    + pipeline
                                    + "\" is not a pipeline; "
                                    + DidYouMean.hint(pipeline, byName.keySet()));
            case PipelineList _ -> {
                if (!step.isEmpty()) {
                    doc.problem(
                            "step", pipeline + " is a list; name the pipeline that has the step");
                }
            }
            case Pipeline found -> {
                List<String> steps = found.steps().stream().map(PlannedStep::name).toList();
                if (!step.isEmpty() && !steps.contains(step)) {
                    doc.problem(
                            "step",
                            '"'
                                    + step
                                    + "\" is not a step of "
                                    + pipeline
                                    + "; "
                                    + DidYouMean.hint(step, steps));
                }
            }
        }
    }

    private static List<Integer> times(MapNode doc, boolean daily) {
        var minutes = new ArrayList<Integer>();
        List<String> texts = doc.texts("by");
        for (String text : texts) {
            try {
                minutes.add(Baseline.minutes(text));
            } catch (IllegalArgumentException e) {
                doc.problem("by", '"' + text + "\" is not " + TIME_WANTED + ": " + e.getMessage());
            }
        }
        if (texts.isEmpty()) {
            doc.problem("by", "names no time; must be " + TIME_WANTED);
        } else if (daily && texts.size() > 1) {
            doc.problem("by", texts.size() + " times; a daily baseline has one");
        } else if (texts.size() > Baseline.MOST_CYCLES) {
            doc.problem(
                    "by",
                    texts.size() + " times; a day has " + Baseline.MOST_CYCLES + " cycles at most");
        }
        return minutes;
    }

    private static String url(String text) {
        URI url = URI.create(text);
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw new IllegalArgumentException("http:// or https:// and a host are needed");
        }
        return text;
    }
}
