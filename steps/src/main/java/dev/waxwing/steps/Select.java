package dev.waxwing.steps;

import dev.waxwing.config.ConfigException;
import dev.waxwing.config.MapNode;
import dev.waxwing.flow.StepContext;
import dev.waxwing.flow.TimeVariables;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Set;
import java.util.TreeSet;

/// One SELECT of a pipeline, as it is written: in a file of the project, or in the pipeline itself.
///
/// @param name how messages call it
/// @param tables that it reads
record Select(String name, String text, Set<String> tables) {
    Select {
        tables = Set.copyOf(tables);
    }

    /// Reads what stands behind a key: the name of a file that ends with `.sql`, or the SELECT itself.
    static Select parse(Workplace workplace, MapNode config, String key) {
        String written = config.text(key);
        if (!config.has(key)) {
            return new Select(key, "", Set.of());
        }
        if (!written.endsWith(".sql")) {
            return new Select(key, written, tables(workplace, key, written, config, key));
        }
        Path path = workplace.project().resolve(written);
        if (!Files.isRegularFile(path)) {
            config.problem(key, "there is no file " + written + " in the project");
            return new Select(written, "", Set.of());
        }
        try {
            String text = Files.readString(path);
            return new Select(written, text, tables(workplace, written, text, config, key));
        } catch (IOException e) {
            config.problem(key, written + " cannot be read: " + e.getMessage());
            return new Select(written, "", Set.of());
        }
    }

    private static Set<String> tables(
            Workplace workplace, String name, String text, MapNode config, String key) {
        try {
            return new TreeSet<>(
                    workplace
                            .warehouse()
                            .tablesIn(TimeVariables.of(LocalDate.EPOCH).fill(name, text)));
        } catch (ConfigException e) {
            e.problems().forEach(problem -> config.problem(key, problem));
        } catch (RuntimeException e) {
            config.problem(key, name + ": " + e.getMessage());
        }
        return Set.of();
    }

    String filled(StepContext context) {
        return context.variables().fill(name, text);
    }
}
