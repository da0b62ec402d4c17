package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.flow.PipelineSchema;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The schema that editors are given is the one of the steps that there are.
class SchemaTest {
    @Test
    void thePublishedSchemaIsThatOfTheStepsThatThereAre(@TempDir Path folder) throws IOException {
        Path published = Path.of("../docs/pipeline.schema.json");
        try (Installation installation = TestProject.make(folder.resolve("project"), 1).install()) {
            String schema = PipelineSchema.of(installation.catalogue());
            if ("write".equals(System.getProperty("waxwing.schema"))) {
                Files.writeString(published, schema + "\n");
            }
            assertThat(Files.readString(published).strip())
                    .as(
                            "to mend: mvn -pl app -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest=SchemaTest -Dwaxwing.schema=write")
                    .isEqualTo(schema.strip());
        }
    }
}
