package dev.waxwing.app;

import dev.waxwing.config.Config;
import dev.waxwing.config.ConfigException;
import dev.waxwing.config.MapNode;
import dev.waxwing.flow.Shift;
import dev.waxwing.storage.StoreSettings;
import dev.waxwing.warehouse.EventRule;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A project folder and what its `waxwing.yaml` says: where things live, and how much of the machine they may take.
///
/// @param storage where tables, bundles, events and metadata are kept; ignored by git
/// @param memory what the SQL engine may hold before it spills, such as `600MB`
/// @param stores how object stores are reached; credentials are named, never held
/// @param zone in which schedules are meant
/// @param pools how many steps each named pool lets work at once
/// @param metadata where the record of runs is kept: a PostgreSQL URL; empty = an SQLite file in the storage folder
/// @param consolePort where `up` serves the console
/// @param keepRuns how long ended runs and their logs are kept
/// @param imports how events of imported files become ours
/// @param sandbox in which storage lies, if it is one's
record Project(
        Path folder,
        String name,
        Path storage,
        String memory,
        int threads,
        int port,
        int consolePort,
        StoreSettings stores,
        ZoneId zone,
        Map<String, Integer> pools,
        String metadata,
        Duration keepRuns,
        EventRule imports,
        Sandbox sandbox) {

    static final String FILE = "waxwing.yaml";

    /// @throws ConfigException with every problem of the file
    static Project open(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            throw new ConfigException(
                    List.of(
                            folder.toAbsolutePath().normalize()
                                    + " is not a project: it has no waxwing.yaml. Go to a project"
                                    + " folder, name one with --project, or make one with `waxwing"
                                    + " new NAME`."));
        }
        MapNode doc = Config.read(file);
        String name = doc.text("project");
        Path storage = folder.resolve(doc.text("storage", ".waxwing"));
        MapNode engine = doc.has("engine") ? doc.map("engine") : empty();
        String memory = engine.text("memory", "600MB");
        int threads =
                engine.whole(
                        "threads", 1, 256, Math.min(2, Runtime.getRuntime().availableProcessors()));
        MapNode server = doc.has("server") ? doc.map("server") : empty();
        int port = server.whole("port", 0, 65535, 8080);
        MapNode console = doc.has("console") ? doc.map("console") : empty();
        int consolePort = console.whole("port", 0, 65535, 8081);
        MapNode runs = doc.has("runs") ? doc.map("runs") : empty();
        Duration keepRuns = runs.duration("keep", Shift.Settings.KEEP);
        if (keepRuns.compareTo(Duration.ofDays(1)) < 0) {
            runs.problem("keep", "must be at least 1d");
        }
        ZoneId zone =
                doc.has("zone")
                        ? doc.parsed(
                                "zone",
                                "a time zone such as Europe/Berlin",
                                Project::zone,
                                ZoneOffset.UTC)
                        : ZoneOffset.UTC;
        Map<String, Integer> pools = pools(doc.has("pools") ? doc.map("pools") : empty());
        String metadata = doc.text("metadata", "");
        if (!metadata.isEmpty() && !metadata.startsWith("jdbc:postgresql:")) {
            doc.problem(
                    "metadata",
                    "must be a URL that begins with jdbc:postgresql:; without it runs are kept in an SQLite file");
        }
        StoreSettings stores = stores(doc.has("stores") ? doc.map("stores") : empty(), folder);
        EventRule imports = imports(doc.has("imports") ? doc.map("imports") : empty());
        doc.done();
        return new Project(
                folder,
                name,
                storage,
                memory,
                threads,
                port,
                consolePort,
                stores,
                zone,
                pools,
                metadata,
                keepRuns,
                imports,
                Sandbox.PRODUCTION);
    }

    /// `stores: { endpoints: { oss-cn-shanghai-internal.aliyuncs.com: "http://127.0.0.1:9000" }, credentials: "file:oss.ini" }`
    ///
    /// A credentials file is named from the project folder.
    private static StoreSettings stores(MapNode node, Path folder) {
        Map<String, String> endpoints = new LinkedHashMap<>();
        if (node.has("endpoints")) {
            MapNode named = node.map("endpoints");
            for (String host : named.keys()) {
                String url = named.text(host);
                if (!url.matches("https?://[^/]+/?")) {
                    named.problem(host, "wanted a URL such as http://127.0.0.1:9000");
                }
                endpoints.put(host, url);
            }
        }
        StoreSettings found = StoreSettings.DEFAULTS;
        try {
            found = new StoreSettings(Map.of(), node.text("credentials", found.credentials()));
        } catch (IllegalArgumentException e) { // its text does not show what may be a key
            node.problem("credentials", e.getMessage());
        }
        String credentials = found.credentials();
        if (credentials.startsWith("file:")) {
            Path file = folder.resolve(credentials.substring("file:".length()));
            credentials = "file:" + file.toAbsolutePath().normalize();
        }
        return new StoreSettings(endpoints, credentials);
    }

    /// `imports: { events: { rate: rate }, weight: { low: 0, high: 10 } }`; every event is an `action` otherwise.
    private static EventRule imports(MapNode node) {
        Map<String, String> types = new LinkedHashMap<>();
        if (node.has("events")) {
            MapNode events = node.map("events");
            events.keys().forEach(event -> types.put(event, events.text(event)));
        }
        if (types.isEmpty()) {
            types.put("*", "action");
        }
        MapNode weight = node.has("weight") ? node.map("weight") : empty();
        double low = weight.number("low", 0);
        double high = weight.number("high", 1);
        if (high <= low) {
            weight.problem("high", "must be above low (" + low + "), found " + high);
            high = low + 1;
        }
        return new EventRule(types, low, high);
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// `pools: { training: 1 }`
    private static Map<String, Integer> pools(MapNode node) {
        Map<String, Integer> pools = new LinkedHashMap<>();
        node.keys().forEach(pool -> pools.put(pool, node.whole(pool, 1, 1000)));
        return pools;
    }

    private static MapNode empty() {
        return Config.parse(FILE, "{}");
    }

    /// The same project with the storage of a sandbox. Its runs are kept there too.
    Project in(Sandbox inside) {
        return new Project(
                folder,
                name,
                new Sandboxes(storage).folder(inside.name()),
                memory,
                threads,
                port,
                consolePort,
                stores,
                zone,
                pools,
                "",
                keepRuns,
                imports,
                inside);
    }

    Path pipelines() {
        return folder.resolve("pipelines");
    }

    Path baselines() {
        return folder.resolve("baselines");
    }

    Path pipeline(String name) {
        return pipelines().resolve(name + ".yaml");
    }
}
