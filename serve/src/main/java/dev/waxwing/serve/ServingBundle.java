package dev.waxwing.serve;

import dev.waxwing.config.Config;
import dev.waxwing.config.ConfigException;
import dev.waxwing.config.MapNode;
import dev.waxwing.events.EventTypes;
import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleException;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.model.BundleWriter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What a server needs besides models: scenes and event types, carried in a bundle as the files that their author wrote.
public final class ServingBundle {
    /// The usual name; a server follows the alias [#ALIAS].
    public static final String NAME = "serving";

    public static final String ALIAS = NAME + "/live";

    private static final String SCENES = "scene-";
    private static final String EVENTS = "event-";

    private final SequencedMap<String, Scene> scenes;
    private final EventTypes types;

    private ServingBundle(SequencedMap<String, Scene> scenes, EventTypes types) {
        this.scenes = Collections.unmodifiableSequencedMap(scenes);
        this.types = types;
    }

    /// Reads and checks the files of a project, without a bundle around them.
    ///
    /// @throws ConfigException with all problems of all files
    public static ServingBundle ofProject(Path scenes, Path events) {
        return parse(texts(scenes), texts(events));
    }

    /// Writes the bundle after checking what goes into it.
    ///
    /// @throws ConfigException with all problems of all files; nothing is written then
    public static BundleRef publish(
            BundleStore store, Path scenes, Path events, LocalDate bizdate) {
        SortedMap<String, String> sceneTexts = texts(scenes);
        SortedMap<String, String> eventTexts = texts(events);
        parse(sceneTexts, eventTexts);
        try (BundleWriter bundle = store.draft(BundleKind.SERVING, NAME, bizdate)) {
            sceneTexts.forEach((file, text) -> bundle.file(SCENES + plain(file), text));
            eventTexts.forEach((file, text) -> bundle.file(EVENTS + plain(file), text));
            return bundle.publish();
        }
    }

    static ServingBundle open(Bundle bundle) {
        if (bundle.kind() != BundleKind.SERVING) {
            throw new BundleException(
                    "bundle "
                            + bundle.ref()
                            + " is of kind "
                            + bundle.kind().word()
                            + "; the alias "
                            + ALIAS
                            + " wants one of kind serving");
        }
        var scenes = new TreeMap<String, String>();
        var events = new TreeMap<String, String>();
        for (String file : bundle.files()) {
            if (file.startsWith(SCENES)) {
                scenes.put("scenes/" + file.substring(SCENES.length()), bundle.text(file));
            } else if (file.startsWith(EVENTS)) {
                events.put("events/" + file.substring(EVENTS.length()), bundle.text(file));
            }
        }
        return parse(scenes, events);
    }

    static ServingBundle parse(
            SortedMap<String, String> sceneTexts, SortedMap<String, String> eventTexts) {
        var problems = new ArrayList<String>();
        var scenes = new LinkedHashMap<String, Scene>();
        sceneTexts.forEach(
                (file, text) -> {
                    try {
                        MapNode doc = Config.parse(file, text);
                        Scene scene = Scene.read(doc);
                        if (scenes.containsKey(scene.name())) {
                            doc.problem(
                                    "scene",
                                    scene.name() + " is there twice; a scene has one file");
                        }
                        doc.done();
                        scenes.put(scene.name(), scene);
                    } catch (ConfigException e) {
                        problems.addAll(e.problems());
                    }
                });
        EventTypes types = EventTypes.of(List.of());
        try {
            types = EventTypes.parse(eventTexts);
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        }
        if (sceneTexts.isEmpty()) {
            problems.add("scenes: there is no scene; put a file such as home.yaml there");
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new ServingBundle(scenes, types);
    }

    private static SortedMap<String, String> texts(Path folder) {
        var texts = new TreeMap<String, String>();
        if (!Files.isDirectory(folder)) {
            return texts;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                texts.put(folder.getFileName() + "/" + file.getFileName(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder + ": " + e.getMessage(), e);
        }
        return texts;
    }

    private static String plain(String file) {
        return file.substring(file.indexOf('/') + 1);
    }

    /// The names of the scenes.
    public List<String> sceneNames() {
        return List.copyOf(scenes.keySet());
    }

    Map<String, Scene> scenes() {
        return scenes;
    }

    public EventTypes types() {
        return types;
    }
}
