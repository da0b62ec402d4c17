package dev.waxwing.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The borders of the modules: who may know whom. `docs/code-map.md` draws the same arrows.
class ArrowsTest {
    /// The arrows as drawn. An arrow carries on: what `model` may use, `learn` may use through it.
    private static final Map<String, Set<String>> ARROWS =
            Map.ofEntries(
                    Map.entry("pmml", Set.of()),
                    Map.entry("config", Set.of()),
                    Map.entry("storage", Set.of()),
                    Map.entry("events", Set.of("config")),
                    Map.entry("model", Set.of("pmml", "storage", "config")),
                    Map.entry("warehouse", Set.of("storage")),
                    Map.entry("learn", Set.of("model")),
                    Map.entry("flow", Set.of("config")),
                    Map.entry(
                            "steps",
                            Set.of("flow", "warehouse", "learn", "events", "model", "storage")),
                    Map.entry("serve", Set.of("model", "events", "config")),
                    Map.entry("console", Set.of("flow", "warehouse", "model")),
                    Map.entry("app", Set.of("steps", "serve", "console")));

    private static final JavaClasses OURS =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.waxwing");

    @Test
    void eachModuleUsesOnlyWhatItsArrowsAllow() {
        for (String module : ARROWS.keySet()) {
            classes()
                    .that()
                    .resideInAPackage("dev.waxwing." + module)
                    .should()
                    .onlyDependOnClassesThat(oursOnlyFrom(module, reachableFrom(module)))
                    .check(OURS);
        }
    }

    @Test
    void everyModuleIsKnownHere() {
        Set<String> found = new TreeSet<>();
        OURS.forEach(type -> found.add(type.getPackageName().split("\\.")[2]));
        assertThat(found).isEqualTo(new TreeSet<>(ARROWS.keySet()));
    }

    private static DescribedPredicate<JavaClass> oursOnlyFrom(String module, Set<String> allowed) {
        return DescribedPredicate.describe(
                "are not ours, or belong to " + module + " or " + allowed,
                type -> {
                    if (!type.getPackageName().startsWith("dev.waxwing.")) {
                        return true;
                    }
                    String owner = type.getPackageName().split("\\.")[2];
                    return owner.equals(module) || allowed.contains(owner);
                });
    }

    private static Set<String> reachableFrom(String module) {
        Set<String> reached = new TreeSet<>(ARROWS.get(module));
        for (String next : ARROWS.get(module)) {
            reached.addAll(reachableFrom(next));
        }
        return reached;
    }
}
