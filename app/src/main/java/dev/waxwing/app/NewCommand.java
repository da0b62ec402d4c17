package dev.waxwing.app;

import dev.waxwing.config.ConfigException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

@Command(
        name = "new",
        description = "Makes a project folder with pipelines, SQL, features and a scene.",
        mixinStandardHelpOptions = true)
final class NewCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "NAME",
            description = "The folder to make; its last name is the project's.")
    private Path folder;

    @Override
    public Integer call() {
        if (Files.exists(folder)) {
            throw new ConfigException(
                    List.of(folder + " is there already; name a folder that is not"));
        }
        Template.make(folder, folder.toAbsolutePath().normalize().getFileName().toString());
        System.out.printf(
                """
                Made %s. Next:
                  cd %s
                  %s import EVENTS.csv --items ITEMS.csv
                Its README.md goes on from there; its waxwing.yaml says what the file's events and weights mean.
                """,
                folder, Shell.word(folder.toString()), Shell.launcher());
        return 0;
    }
}
