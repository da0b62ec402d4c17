package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.flow.RunReport;
import dev.waxwing.model.Activation;
import dev.waxwing.model.BundleRef;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A small project with its first night done, made once for all fault tests. Each test gets it back as that night left it.
///
/// The example's windows are cut to a few
/// days and its model to a few trees, so that a second night takes seconds.
final class PreparedNight implements AutoCloseable {
    /// The business date whose night is done.
    static final LocalDate FIRST = LocalDate.of(2013, 6, 20);

    /// The one after it, whose events are imported too.
    static final LocalDate SECOND = FIRST.plusDays(1);

    static final String SECOND_DS = "20130621";

    private final Path root;
    private final Path kept;
    private final TestProject project;
    private Outcome undisturbed;

    /// What a night leaves: content hashes of all tables' days, what is live, and the activations that led there.
    record Outcome(
            Map<String, String> contents,
            Map<String, BundleRef> aliases,
            List<Map<String, BundleRef>> activations) {
        static Outcome of(TestProject project) {
            try (Installation installation = project.install()) {
                return new Outcome(
                        project.contents(_ -> true),
                        project.aliases(),
                        installation.bundles().history().stream()
                                .map(Activation::moved)
                                .map(moved -> (Map<String, BundleRef>) moved)
                                .toList());
            }
        }
    }

    private PreparedNight(Path root) throws IOException {
        this.root = root;
        kept = root.resolve("kept");
        project = TestProject.make(root.resolve("project"), 2);
        makeSmall(project.folder);
        project.load(
                TestProject.until(SECOND).and(TestProject.until(FIRST.minusDays(20)).negate()));
        List<RunReport> reports = project.run("night", FIRST);
        assertThat(reports).allSatisfy(report -> assertThat(report.message()).isEmpty());
        copy(project.folder, kept);
    }

    static void makeSmall(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("pipelines"))) {
            for (Path file : files.toList()) {
                String text = Files.readString(file);
                Files.writeString(
                        file,
                        text.replaceAll("fill: (31|62|120)d", "fill: 9d")
                                .replace("fill: 30d", "fill: 8d")
                                .replace("window: 60d", "window: 10d")
                                .replaceAll(
                                        "train: \\d+d, validate: \\d+d", "train: 5d, validate: 2d")
                                .replaceAll("trees: \\d+", "trees: 8")
                                .replaceAll("depth: \\d+", "depth: 3"));
            }
        }
    }

    /// The project as the first night left it.
    TestProject fresh() throws IOException {
        remove(project.folder);
        copy(kept, project.folder);
        return project;
    }

    /// The project's folder as the first night left it, to be copied elsewhere.
    Path kept() {
        return kept;
    }

    /// What the second night leaves when nothing goes wrong.
    Outcome undisturbed() throws IOException, InterruptedException {
        if (undisturbed == null) {
            TestProject calm = fresh();
            WaxwingProcess.Ended night = second(calm);
            assertThat(night.code()).as(night.output()).isZero();
            undisturbed = Outcome.of(calm);
        }
        return undisturbed;
    }

    /// Runs the second night to its end.
    static WaxwingProcess.Ended second(TestProject project)
            throws IOException, InterruptedException {
        return WaxwingProcess.run(night(project));
    }

    /// The command line of the second night.
    static String[] night(TestProject project) {
        return new String[] {
            "run", "night", "--bizdate", SECOND_DS, "--project", project.folder.toString()
        };
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (!Files.isDirectory(target)) {
                    Files.copy(file, target);
                }
            }
        }
    }

    static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        remove(root);
    }

    /// Hands the one prepared night to the tests that ask for it.
    static final class Once implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == PreparedNight.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(PreparedNight.class, _ -> make(), PreparedNight.class);
        }

        private static PreparedNight make() {
            try {
                return new PreparedNight(Files.createTempDirectory("waxwing-night"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
