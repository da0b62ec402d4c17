package dev.waxwing.steps;

import dev.waxwing.config.ConfigException;
import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Step;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.StepKey;
import dev.waxwing.flow.StepKind;
import dev.waxwing.flow.StepOutcome;
import dev.waxwing.flow.TimeVariables;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `program: [command, …]` has a program of anybody's do a part of the night: it is given files, a run token and a time limit, and its failure is the step's.
///
/// `${in}` is the folder of the step named by `files`, `${out}` an empty folder for what the program makes, and dates are filled in as elsewhere. The
/// same is in the environment as `WAXWING_IN`, `WAXWING_OUT`, `WAXWING_BIZDATE` and `WAXWING_RUN_TOKEN`. The token is drawn for this attempt. A program that has
/// the work done elsewhere hands the token on and leaves it in `${out}/run_token`; another one there means that the files are another run's.
final class ProgramStep implements Step {
    /// What a step's output calls the folder that it hands to others.
    static final String FILES = "files";

    private static final String TOKEN = "run_token";
    private static final String NO_FILES = "";

    private final Workplace workplace;
    private final List<String> command;
    private final String files;
    private final List<String> gives;
    private final Duration limit;

    private ProgramStep(
            Workplace workplace,
            List<String> command,
            String files,
            List<String> gives,
            Duration limit) {
        this.workplace = workplace;
        this.command = List.copyOf(command);
        this.files = files;
        this.gives = List.copyOf(gives);
        this.limit = limit;
    }

    static StepKind kind(Workplace workplace) {
        return new StepKind() {
            @Override
            public String key() {
                return "program";
            }

            @Override
            public List<StepKey> keys() {
                return List.of(
                        StepKey.required(
                                "program",
                                StepKey.Type.TEXTS,
                                "The command and its arguments; ${in}, ${out} and dates are filled"
                                        + " in. It starts in the project folder."),
                        StepKey.optional(
                                FILES,
                                StepKey.Type.TEXT,
                                "The step whose files it is given, such as an export."),
                        StepKey.optional(
                                "gives",
                                StepKey.Type.TEXTS,
                                "Files that must be in ${out} when it has ended."),
                        StepKey.optional(
                                "time-limit",
                                StepKey.Type.SPAN,
                                "When it is ended, with all that it started; default 1h."));
            }

            @Override
            public Step parse(String name, MapNode config) {
                List<String> command = config.texts("program");
                if (config.has("program") && command.isEmpty()) {
                    config.problem("program", "is empty; a command and its arguments would do");
                }
                String files = config.text(FILES, NO_FILES);
                for (String word : command) {
                    if (word.contains("${in}") && files.isEmpty()) {
                        config.problem(
                                "program", "names ${in}, but no step's files; add `files: <step>`");
                    }
                    try {
                        TimeVariables.check("program", filled(word, "in", "out"));
                    } catch (ConfigException e) {
                        e.problems().forEach(problem -> config.problem("program", problem));
                    }
                }
                List<String> gives = config.texts("gives");
                for (String file : gives) {
                    if (!file.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
                        config.problem(
                                "gives",
                                "found \"" + file + "\"; a file's name without a folder would do");
                    }
                }
                Duration limit = config.duration("time-limit", Duration.ofHours(1));
                if (limit.isZero()) {
                    config.problem("time-limit", "must be longer than 0");
                }
                return new ProgramStep(workplace, command, files, gives, limit);
            }
        };
    }

    private static String filled(String word, String in, String out) {
        return word.replace("${in}", in).replace("${out}", out);
    }

    @Override
    public List<String> needs() {
        return files.isEmpty() ? List.of() : List.of(files);
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException, InterruptedException {
        Path out = Files.createDirectories(context.work().resolve("out"));
        String in = files.isEmpty() ? "" : filesOf(context, files).toString();
        byte[] drawn = new byte[16];
        new SecureRandom().nextBytes(drawn);
        String token = HexFormat.of().formatHex(drawn);
        List<String> words = new ArrayList<>();
        for (String word : command) {
            String withFolders = filled(word, in, out.toString());
            words.add(context.variables().fill("program", withFolders));
        }
        Map<String, String> environment = new TreeMap<>();
        environment.put("WAXWING_IN", in);
        environment.put("WAXWING_OUT", out.toString());
        environment.put("WAXWING_RUN_TOKEN", token);
        environment.put("WAXWING_BIZDATE", Days.ds(context.bizdate()));
        Program.Ended ended =
                Program.run(words, workplace.project(), environment, limit, context::log);
        if (!ended.failure().isEmpty()) {
            return new StepOutcome.Failed(
                    new IllegalStateException(command.getFirst() + " " + ended.failure()),
                    ended.worthRetrying());
        }
        for (String file : gives) {
            if (!Files.isRegularFile(out.resolve(file))) {
                return new StepOutcome.Failed(
                        new IllegalStateException(
                                command.getFirst()
                                        + " ended well but left no "
                                        + file
                                        + " in ${out}; it should write there what `gives` names"),
                        false);
            }
        }
        Path handed = out.resolve(TOKEN);
        if (Files.exists(handed) && !Files.readString(handed).strip().equals(token)) {
            return new StepOutcome.Failed(
                    new IllegalStateException(
                            "${out}/"
                                    + TOKEN
                                    + " is not this run's token, so the files beside it were made"
                                    + " for another run; they are not used"),
                    true);
        }
        context.output(FILES, out.toString());
        leaveLastLine(context, ended.lastLine());
        return new StepOutcome.Done(0);
    }

    /// What a program prints last is what it gives to loops and conditions, values between commas.
    private static void leaveLastLine(StepContext context, String line) {
        if (line.length() == Program.LONGEST_LINE) {
            context.log(
                    "its last line is longer than "
                            + Program.LONGEST_LINE
                            + " characters, and no output for that");
        } else if (!line.isBlank()) {
            context.output(AssignStep.ROWS, String.join("\n", line.strip().split(",", -1)));
        }
    }

    /// The folder that a step handed on.
    static Path filesOf(StepContext context, String step) {
        String folder = context.outputsOf(step).get(FILES);
        if (folder == null) {
            throw new IllegalArgumentException("step " + step + " hands no files on");
        }
        return Path.of(folder);
    }
}
