package dev.waxwing.app;

import dev.waxwing.flow.PipelineSchema;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

@Command(
        name = "schema",
        description = "Prints the JSON Schema of the pipeline file, for editors.",
        mixinStandardHelpOptions = true)
final class SchemaCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            System.out.println(PipelineSchema.of(installation.catalogue()));
            return 0;
        }
    }
}
