package dev.waxwing.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.config.Config;
import dev.waxwing.config.DidYouMean;
import dev.waxwing.config.MapNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The sandboxes of one project: `sandboxes/<name>/` of its storage folder, each laid out like that folder, with a
/// `sandbox.json` that says what it is.
final class Sandboxes {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,59}");
    private static final String FILE = "sandbox.json";
    private static final Duration DRAFTS_KEPT = Duration.ofDays(1);

    private final Path folder;

    /// @param storage of production
    Sandboxes(Path storage) {
        this.folder = storage.resolve("sandboxes");
    }

    Path folder(String name) {
        return folder.resolve(name);
    }

    /// All of them, by name.
    List<Sandbox> list() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(each -> each.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches())
                    .sorted()
                    .map(this::named)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    /// @throws IllegalArgumentException if there is none of that name
    Sandbox named(String name) {
        if (!exists(name)) {
            List<String> others = Files.isDirectory(folder) ? names() : List.of();
            throw new IllegalArgumentException(
                    "there is no sandbox "
                            + name
                            + "; "
                            + (others.isEmpty()
                                    ? "`waxwing sandbox new " + name + "` makes it"
                                    : DidYouMean.hint(name, others)));
        }
        MapNode doc = Config.read(folder(name).resolve(FILE));
        Instant made =
                doc.parsed(
                        "made",
                        "a moment such as 2013-08-01T00:00:00Z",
                        Instant::parse,
                        Instant.EPOCH);
        String why = doc.text("why");
        SortedMap<String, String> overrides = new TreeMap<>();
        if (doc.has("set")) {
            MapNode set = doc.map("set");
            set.keys().forEach(key -> overrides.put(key, set.text(key)));
        }
        doc.done();
        return new Sandbox(name, made, why, overrides);
    }

    boolean exists(String name) {
        return NAME.matcher(name).matches() && Files.exists(folder(name).resolve(FILE));
    }

    private List<String> names() {
        return list().stream().map(Sandbox::name).toList();
    }

    /// Makes one of what production holds now, whole or not at all.
    /// @param from its aliases are as they were before anything of this day or later was live
    /// @throws IllegalArgumentException if the name is taken, or none
    Sandbox make(
            String name,
            Installation production,
            LocalDate from,
            String why,
            SortedMap<String, String> overrides) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "\""
                            + name
                            + "\" is no name for a sandbox; a-z, 0-9, _ and - will do, 60 at most");
        }
        if (exists(name)) {
            throw new IllegalArgumentException(
                    "there is a sandbox "
                            + name
                            + " already; `waxwing sandbox drop "
                            + name
                            + "` removes it");
        }
        Instant made = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Sandbox sandbox = new Sandbox(name, made, why, overrides);
        try {
            Files.createDirectories(folder);
            removeDrafts();
            Path draft = Files.createTempDirectory(folder, ".draft");
            production.warehouse().copyTo(draft.resolve(Installation.WAREHOUSE));
            production.bundles().copyTo(draft, from);
            Files.writeString(draft.resolve(FILE), json(sandbox));
            Files.move(draft, folder(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the sandbox " + folder(name), e);
        }
        return sandbox;
    }

    /// Removes one with all that was done in it.
    void drop(String name) {
        named(name);
        try {
            Path going = folder.resolve(".draft-" + name + "-" + System.nanoTime());
            Files.move(folder(name), going, StandardCopyOption.ATOMIC_MOVE);
            removeTree(going);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the sandbox " + folder(name), e);
        }
    }

    /// What a process that died while it made or removed a sandbox has left.
    private void removeDrafts() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            for (Path each : found.toList()) {
                boolean old =
                        Files.getLastModifiedTime(each)
                                .toInstant()
                                .isBefore(Instant.now().minus(DRAFTS_KEPT));
                if (each.getFileName().toString().startsWith(".draft") && old) {
                    removeTree(each);
                }
            }
        }
    }

    private static void removeTree(Path tree) throws IOException {
        try (Stream<Path> walk = Files.walk(tree)) {
            for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    private static String json(Sandbox sandbox) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("made", sandbox.made().toString()).put("why", sandbox.why());
        ObjectNode set = root.putObject("set");
        sandbox.overrides().forEach(set::put);
        return root.toPrettyString() + "\n";
    }
}
