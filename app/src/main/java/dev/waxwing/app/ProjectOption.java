package dev.waxwing.app;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/// `--project`, as every command that works on a project has it.
final class ProjectOption {
    @Option(
            names = {"-p", "--project"},
            defaultValue = ".",
            description = "The project folder; by default this one.")
    private Path folder;

    Project open() {
        return Project.open(folder);
    }

    Installation install() {
        return new Installation(open());
    }
}
