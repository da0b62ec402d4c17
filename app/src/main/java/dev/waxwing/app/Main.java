package dev.waxwing.app;

import dev.waxwing.config.ConfigException;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line. `./waxwing --help` lists what there is.
///
/// Exit codes: 0 done, 1 the work failed, 2 the command line was wrong, 78 a file of the project is wrong.
@Command(
        name = "waxwing",
        description = "A recommender: from raw events to tonight's feed.",
        mixinStandardHelpOptions = true,
        version = "waxwing 0.1.0",
        sortOptions = false,
        subcommands = {
            DemoCommand.class,
            NewCommand.class,
            ImportCommand.class,
            RunCommand.class,
            PaiCommand.class,
            UpCommand.class,
            WorkerCommand.class,
            RunsCommand.class,
            LogsCommand.class,
            RerunCommand.class,
            CancelCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            BackfillCommand.class,
            SandboxCommand.class,
            BaselinesCommand.class,
            LineageCommand.class,
            RecommendCommand.class,
            ExplainCommand.class,
            SqlCommand.class,
            TablesCommand.class,
            TunnelCommand.class,
            BundlesCommand.class,
            ReleaseCommand.class,
            RollbackCommand.class,
            ReplayCommand.class,
            SchemaCommand.class,
            RehearseCommand.class,
            XlearnCommand.class
        })
public final class Main {
    private static final int FAILED = 1;
    private static final int WRONG_PROJECT = 78;

    private Main() {}

    /// Runs one command and exits with its code.
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine all = new CommandLine(new Main());
        // xLearn's -seed is no -s with the value "eed".
        all.getSubcommands().get("xlearn").setPosixClusteredShortOptionsAllowed(false);
        return all.setExecutionExceptionHandler(
                (failure, command, _) -> {
                    command.getErr().println("waxwing: " + describe(failure));
                    if (System.getenv("WAXWING_TRACE") != null) {
                        failure.printStackTrace(command.getErr());
                    }
                    return failure instanceof ConfigException ? WRONG_PROJECT : FAILED;
                });
    }

    private static String describe(Throwable failure) {
        if (failure instanceof ConfigException config) {
            return String.join("\n  ", config.problems());
        }
        boolean ours = failure.getClass().getName().startsWith("dev.waxwing.");
        String text = text(failure);
        Throwable root = root(failure);
        if (!text.contains(text(root))) {
            text += ": " + text(root);
        }
        return ours
                ? text
                : text
                        + " ("
                        + failure.getClass().getSimpleName()
                        + "; WAXWING_TRACE=1 shows where)";
    }

    private static String text(Throwable failure) {
        return failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getMessage();
    }

    /// The first cause: of a transaction that failed, the disk that is full.
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; depth < 20 && root.getCause() != null; depth++) {
            root = root.getCause();
        }
        return root;
    }
}
