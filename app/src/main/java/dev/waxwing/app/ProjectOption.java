package dev.waxwing.app;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;

/// `--project` and `--sandbox`, as every command that works on a project has them.
final class ProjectOption {
    @Option(
            names = {"-p", "--project"},
            defaultValue = ".",
            description = "The project folder; by default this one.")
    private Path folder;

    @Option(
            names = "--sandbox",
            paramLabel = "NAME",
            description = "Work in this sandbox; `waxwing sandbox` lists them.")
    private String sandbox;

    /// The project, or the sandbox of it that was asked for.
    Project open() {
        Project production = production();
        return sandbox == null
                ? production
                : production.in(new Sandboxes(production.storage()).named(sandbox));
    }

    Project production() {
        return Project.open(folder);
    }

    /// The sandbox that was asked for, which need not be there.
    Optional<String> sandbox() {
        return Optional.ofNullable(sandbox);
    }

    Installation install() {
        return new Installation(open());
    }
}
