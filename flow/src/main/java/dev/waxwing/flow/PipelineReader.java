package dev.waxwing.flow;

import dev.waxwing.config.Config;
import dev.waxwing.config.ConfigException;
import dev.waxwing.config.DidYouMean;
import dev.waxwing.config.MapNode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Reads one pipeline file. Problems of the file and of the files that its steps name are thrown together.
final class PipelineReader {
    static final String NAME_WANTED =
            "a name of a-z, 0-9, _ and -, beginning with a letter, of 60 characters at most";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,59}");
    private static final int LONGEST_NAME = 60;
    private static final String CRON_WANTED = "a cron line such as \"30 1 * * *\"";
    private static final List<String> WHICH = List.of("on", "days", "cycles");
    static final String CONDITION_WANTED =
            "comparisons of outputs of earlier steps, such as \"count.rows > 1000\"";
    private static final Duration GIVE_UP = Duration.ofDays(1);
    private static final Map<StepRules.Starts, String> STARTS =
            new EnumMap<>(
                    Map.of(
                            StepRules.Starts.JOIN, "join",
                            StepRules.Starts.ALWAYS, "always",
                            StepRules.Starts.ON_FAILURE, "on-failure"));

    /// What only a step that works itself can be told.
    private static final List<String> OF_WORK =
            List.of("attempts", "pause", "backoff", "timeout", "give-up", "pool");

    private static final Duration PAUSE = Duration.ofSeconds(10);

    /// What every pipeline file begins with.
    record Head(String name, Schedule schedule, List<Wait> waits, Missed missed, int concurrency) {}

    /// What the pipeline knows of a step. Its name can be referred to even if the step itself was wrong.
    private record Draft(MapNode node, List<String> after, List<String> reads) {}

    private final MapNode doc;
    private final StepCatalogue catalogue;
    private final List<String> problemsElsewhere = new ArrayList<>();

    /// The steps that nothing was wrong with so far. Others may hold placeholders and are not asked anything.
    private final SequencedMap<String, PlannedStep> sound = new LinkedHashMap<>();

    PipelineReader(MapNode doc, StepCatalogue catalogue) {
        this.doc = doc;
        this.catalogue = catalogue;
    }

    static Pipeline pipeline(String fileName, String text, StepCatalogue catalogue) {
        return new PipelineReader(Config.parse(fileName, text), catalogue).pipeline();
    }

    /// Checks what only the folder can tell. A pipeline is looked for by its file's name and recorded by its own, so they
    /// must not differ; and one that waits for a pipeline that does not exist would wait for ever.
    static void checkNames(MapNode doc, Path file) {
        String expected = Pipelines.name(file);
        if (doc.has("pipeline") && !doc.text("pipeline").equals(expected)) {
            doc.problem(
                    "pipeline",
                    '"'
                            + doc.text("pipeline")
                            + "\" is not the file's name; it must be "
                            + expected);
        }
        if (doc.isMap("waits")) {
            Set<String> others =
                    new LinkedHashSet<>(Pipelines.names(file.toAbsolutePath().getParent()));
            others.remove(expected);
            others.add(Wait.SELF);
            others.add(Wait.CHILDREN);
            MapNode waits = doc.map("waits");
            for (String other : waits.keys()) {
                if (!others.contains(other)) {
                    waits.problem(
                            other, "is not another pipeline; " + DidYouMean.hint(other, others));
                }
            }
        }
    }

    static Head head(MapNode doc) {
        String name = doc.parsed("pipeline", NAME_WANTED, PipelineReader::name, "missing");
        Schedule schedule = new Schedule.OnDemand();
        if (doc.has("schedule")) {
            schedule = doc.parsed("schedule", CRON_WANTED, Schedule.Cron::parse, schedule);
        }
        var waits = new ArrayList<Wait>();
        if (doc.has("waits")) {
            MapNode others = doc.map("waits");
            for (String pipeline : others.keys()) {
                waits.add(wait(others, pipeline));
            }
        }
        Missed missed = Missed.of(doc.choice("missed", Missed.words(), Missed.words().getFirst()));
        int concurrency = doc.whole("concurrency", 1, 1000, Pipeline.UNLIMITED);
        return new Head(name, schedule, waits, missed, concurrency);
    }

    /// `events: same-day`, or `events: { days: -2, if-failed: go-on }`.
    private static Wait wait(MapNode others, String pipeline) {
        Wait wait =
                others.isMap(pipeline)
                        ? wait(pipeline, others.map(pipeline))
                        : word(others, pipeline);
        if (wait.looksBack() && wait.offset() == 0) {
            others.problem(
                    pipeline,
                    pipeline.equals(Wait.SELF)
                            ? "a run cannot wait for itself; must be previous-day or previous-cycle"
                            : "those after a run cannot be done before it; must be previous-day or"
                                    + " previous-cycle");
        }
        return wait;
    }

    private static Wait word(MapNode others, String pipeline) {
        return Wait.of(pipeline, others.choice(pipeline, Wait.words()), Wait.IfFailed.WAIT);
    }

    private static Wait wait(String pipeline, MapNode node) {
        Wait.IfFailed ifFailed =
                Wait.IfFailed.of(
                        node.choice(
                                "if-failed",
                                Wait.IfFailed.words(),
                                Wait.IfFailed.words().getFirst()));
        List<String> said = WHICH.stream().filter(node::has).toList();
        if (said.size() != 1) {
            node.problem(
                    said.isEmpty() ? "on" : said.get(1),
                    "exactly one of on, days and cycles says which of its cycles are meant");
        }
        int days = node.whole("days", -1000, 0, 0);
        int cycles = node.whole("cycles", -1000, 0, 0);
        String on = node.choice("on", Wait.words(), Wait.words().getFirst());
        return node.has("on")
                ? Wait.of(pipeline, on, ifFailed)
                : new Wait(
                        pipeline,
                        node.has("cycles") ? Wait.Unit.CYCLE : Wait.Unit.DAY,
                        node.has("cycles") ? cycles : days,
                        ifFailed);
    }

    private static String name(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("it names files and runs");
        }
        return text;
    }

    Pipeline pipeline() {
        Head head = head(doc);
        if (doc.has("runs")) {
            doc.problem(
                    "runs",
                    doc.has("steps")
                            ? "a file has steps or runs, not both"
                            : "names pipelines; where this file is named, one with steps is"
                                    + " needed");
            doc.texts("runs");
        }
        SequencedMap<String, Draft> drafts = new LinkedHashMap<>();
        if (doc.has("steps")) {
            drafts = drafts();
        } else if (!doc.has("runs")) {
            doc.problem(
                    "steps",
                    "missing; a file holds steps, or runs with the names of other pipelines");
        }
        List<PlannedStep> steps = planned(drafts);
        besideEachOther(drafts);
        checkLength(doc, head.name(), steps);
        done();
        return new Pipeline(
                head.name(),
                head.schedule(),
                head.waits(),
                head.missed(),
                head.concurrency(),
                steps);
    }

    /// What a loop repeats.
    /// @param names of all its steps, also of those that something was wrong with
    /// @param reads tables that are not its own
    /// @param problems of files that its steps name
    record Body(Pipeline pipeline, Set<String> names, List<String> reads, List<String> problems) {
        /// @throws ConfigException if other files are to blame
        void check() {
            if (!problems.isEmpty()) {
                throw new ConfigException(problems);
            }
        }
    }

    /// Reads the steps of a loop's body. Problems of its file are collected there, as everywhere; whether all steps are whole is for the
    /// file to say.
    /// @param node with `steps`
    /// @param inputs what its steps may name as `${dag.input}`
    static Body body(String name, MapNode node, StepCatalogue catalogue, List<String> inputs) {
        return ScopedValue.where(LoopVariables.READING, LoopVariables.unknown(inputs))
                .call(() -> new PipelineReader(node, catalogue).body(name));
    }

    private Body body(String name) {
        SequencedMap<String, Draft> drafts = drafts();
        List<PlannedStep> steps = planned(drafts);
        besideEachOther(drafts);
        var reads = new LinkedHashSet<String>();
        drafts.forEach(
                (step, draft) -> {
                    reads.addAll(asked(step, Step::reads));
                    reads.addAll(draft.reads());
                });
        reads.removeAll(writers().keySet());
        var pipeline =
                new Pipeline(
                        name,
                        new Schedule.OnDemand(),
                        List.of(),
                        Missed.of(Missed.words().getFirst()),
                        Pipeline.UNLIMITED,
                        steps);
        return new Body(
                pipeline, drafts.keySet(), List.copyOf(reads), List.copyOf(problemsElsewhere));
    }

    /// Runs of a loop's body are recorded under the names of all that it is in, in a place of 60 characters.
    private void checkLength(MapNode node, String path, List<PlannedStep> steps) {
        for (PlannedStep each : steps) {
            if (each.step() instanceof LoopStep loop) {
                String below = Loops.bodyOf(path, each.name());
                if (below.length() > LONGEST_NAME) {
                    node.problem(
                            "steps",
                            "\"%s\" has %d characters; the names of a pipeline and its loops may have %d together"
                                    .formatted(below, below.length(), LONGEST_NAME));
                }
                checkLength(node, below, loop.body().steps());
            }
        }
    }

    private void besideEachOther(Map<String, Draft> drafts) {
        var steps = new LinkedHashMap<String, Step>();
        sound.forEach((name, planned) -> steps.put(name, planned.step()));
        steps.forEach(
                (name, step) ->
                        step.problemsBeside(steps).forEach(drafts.get(name).node()::problem));
    }

    private void done() {
        try {
            doc.done();
        } catch (ConfigException e) {
            problemsElsewhere.addAll(0, e.problems());
        }
        if (!problemsElsewhere.isEmpty()) {
            throw new ConfigException(problemsElsewhere);
        }
    }

    private SequencedMap<String, Draft> drafts() {
        MapNode steps = doc.map("steps");
        if (doc.isMap("steps") && steps.keys().isEmpty()) {
            doc.problem("steps", "holds no step; at least one is needed");
        }
        var drafts = new LinkedHashMap<String, Draft>();
        steps.mapEntries()
                .forEach(
                        (name, node) -> {
                            if (!NAME.matcher(name).matches()) {
                                steps.problem(name, "a step's name must be " + NAME_WANTED);
                            }
                            drafts.put(name, draft(steps, name, node));
                        });
        return drafts;
    }

    private Draft draft(MapNode steps, String name, MapNode node) {
        Optional<StepKind> kind =
                node.keys().stream().flatMap(key -> catalogue.find(key).stream()).findFirst();
        Optional<Step> step = kind.flatMap(known -> step(steps, name, known, node));
        if (kind.isEmpty() && steps.isMap(name)) {
            steps.problem(name, noKind(node));
            node.raw(); // whose keys these are is unknown, so none of them is wrong
        }
        List<String> after = node.texts("after");
        List<String> reads = node.texts("reads");
        StepRules rules = rules(node);
        kind.map(StepKind::key).filter(LoopStep::isKind).ifPresent(_ -> checkLoop(node));
        if (step.isPresent()) {
            String key = kind.get().key();
            var alone = new LinkedHashMap<String, String>();
            if (step.get() instanceof LoopStep loop) {
                rules = rules.looping(loop.rules());
            }
            var planned = new PlannedStep(name, key, node.where(), step.get(), alone, rules);
            sound.put(name, planned.reading(reads));
        }
        return new Draft(node, after, reads);
    }

    private static void checkLoop(MapNode node) {
        for (String key : OF_WORK) {
            if (node.has(key)) {
                node.problem(
                        key,
                        "a loop does no work of its own; say it of the steps inside"
                                + (key.equals("pause")
                                        ? ", or inside the loop for a pause between iterations"
                                        : ""));
            }
        }
    }

    /// The step, unless something was wrong with it.
    private Optional<Step> step(MapNode steps, String name, StepKind kind, MapNode node) {
        int problemsBefore = doc.problemCount();
        try {
            Step step = kind.parse(name, node);
            if (doc.problemCount() == problemsBefore) {
                step.reads(); // what these find wrong, in a file of SQL for example, belongs to
                // the reading
                step.writes();
                step.needs();
                return Optional.of(step);
            }
        } catch (ConfigException e) {
            problemsElsewhere.addAll(e.problems());
        } catch (IllegalArgumentException e) {
            if (doc.problemCount()
                    == problemsBefore) { // otherwise a placeholder may be what it complains of
                steps.problem(name, String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    private String noKind(MapNode node) {
        Set<String> kinds = catalogue.keys();
        for (String key : node.keys()) {
            Optional<String> meant = DidYouMean.closest(key, kinds);
            if (meant.isPresent()) {
                return key + " is not a kind of step; did you mean " + meant.get() + "?";
            }
        }
        return "none of its keys names a kind of step; known kinds: " + String.join(", ", kinds);
    }

    private static StepRules rules(MapNode node) {
        int attempts = node.whole("attempts", 1, 10, 1);
        Duration pause = node.duration("pause", PAUSE);
        double backoff = node.number("backoff", 1, 10, 1);
        Duration timeout = node.duration("timeout", Duration.ZERO);
        Duration giveUp = node.duration("give-up", GIVE_UP);
        Condition condition =
                node.has("if")
                        ? node.parsed("if", CONDITION_WANTED, Condition::parse, Condition.ALWAYS)
                        : Condition.ALWAYS;
        String pool =
                node.has("pool") ? node.parsed("pool", NAME_WANTED, PipelineReader::name, "") : "";
        return new StepRules(
                List.of(),
                starts(node),
                condition,
                attempts,
                pause,
                backoff,
                timeout,
                giveUp,
                pool);
    }

    private static StepRules.Starts starts(MapNode node) {
        var said = new ArrayList<StepRules.Starts>();
        STARTS.forEach(
                (starts, key) -> {
                    if (node.flag(key, false)) {
                        said.add(starts);
                    }
                });
        if (said.size() > 1) {
            node.problem(
                    STARTS.get(said.getLast()),
                    "only one of " + String.join(", ", STARTS.values()) + " can hold");
        }
        return said.isEmpty() ? StepRules.Starts.DONE : said.getFirst();
    }

    /// The steps with what each depends on, in an order to run them in.
    private List<PlannedStep> planned(SequencedMap<String, Draft> drafts) {
        SequencedMap<String, String> writers = writers();
        var edges = new LinkedHashMap<String, SequencedMap<String, String>>();
        drafts.forEach(
                (name, draft) ->
                        edges.put(name, dependencies(name, draft, drafts.keySet(), writers)));
        var graph = new StepGraph(edges);
        for (List<String> circle : graph.circles()) {
            doc.map("steps").problem(circle.getFirst(), "runs in a circle: " + graph.told(circle));
        }
        var planned = new ArrayList<PlannedStep>();
        for (String name : graph.order()) {
            if (sound.containsKey(name)) {
                planned.add(sound.get(name).after(edges.get(name)));
            }
        }
        return planned;
    }

    /// Which step writes each table.
    private SequencedMap<String, String> writers() {
        var writers = new LinkedHashMap<String, String>();
        sound.forEach(
                (name, planned) -> {
                    for (String table : planned.step().writes()) {
                        String other = writers.putIfAbsent(table, name);
                        if (other != null && !other.equals(name)) {
                            doc.map("steps")
                                    .problem(
                                            name,
                                            "writes "
                                                    + table
                                                    + ", which step "
                                                    + other
                                                    + " ("
                                                    + sound.get(other).where()
                                                    + ") writes already; a table has one writer");
                        }
                    }
                });
        return writers;
    }

    private SequencedMap<String, String> dependencies(
            String name, Draft draft, Set<String> steps, SequencedMap<String, String> writers) {
        var reasons = new LinkedHashMap<String, String>();
        for (String other : draft.after()) {
            if (other.equals(name)) {
                draft.node().problem("after", "names the step itself");
            } else if (!steps.contains(other)) {
                draft.node().problem("after", unknownStep(other, name, steps));
            } else {
                reasons.putIfAbsent(other, "after");
            }
        }
        for (String other : asked(name, Step::needs)) {
            if (other.equals(name)) {
                doc.map("steps").problem(name, "mentions itself; a step cannot use its own result");
            } else if (!steps.contains(other)) {
                doc.map("steps").problem(name, unknownStep(other, name, steps));
            } else {
                reasons.putIfAbsent(other, "mentions it");
            }
        }
        conditions(name, draft, steps).forEach(other -> reasons.putIfAbsent(other, "if"));
        var tables = new LinkedHashSet<>(asked(name, Step::reads));
        tables.addAll(draft.reads());
        for (String table : tables) {
            String writer = writers.get(table);
            if (writer != null
                    && !writer.equals(name)) { // its own table it reads as it was before the run
                reasons.putIfAbsent(writer, "reads " + table);
            }
        }
        if (reasons.isEmpty() && isAfterAll(name)) {
            for (String other : steps) {
                if (!other.equals(name) && !isAfterAll(other)) {
                    reasons.put(other, "comes after all");
                }
            }
        }
        return reasons;
    }

    /// Whether a step looks at how the others ended; if it names none, at how all of them did.
    private boolean isAfterAll(String name) {
        return sound.containsKey(name)
                && switch (sound.get(name).rules().starts()) {
                    case ALWAYS, ON_FAILURE -> true;
                    case DONE, JOIN -> false;
                };
    }

    private List<String> conditions(String name, Draft draft, Set<String> steps) {
        if (!sound.containsKey(name)) {
            return List.of();
        }
        var known = new ArrayList<String>();
        for (String other : sound.get(name).rules().condition().steps()) {
            if (other.equals(name) || !steps.contains(other)) {
                draft.node().problem("if", unknownStep(other, name, steps));
            } else {
                known.add(other);
            }
        }
        return known;
    }

    /// What a step answers, if it is sound.
    private List<String> asked(String name, Function<Step, List<String>> question) {
        return sound.containsKey(name) ? question.apply(sound.get(name).step()) : List.of();
    }

    static String unknownStep(String found, String self, Set<String> steps) {
        var others = new LinkedHashSet<>(steps);
        others.remove(self);
        return '"' + found + "\" is not a step of this pipeline; " + DidYouMean.hint(found, others);
    }
}
