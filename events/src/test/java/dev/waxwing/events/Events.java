package dev.waxwing.events;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Events that the tests write, and what a log holds.
final class Events {
    static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    private Events() {}

    static Event click(String id) {
        return new Event(id, "click", "u1", "i1", NOON, 1, "", "home", 0, "{}");
    }

    static List<String> ids(Path folder) {
        return ids(folder, LogPosition.START);
    }

    static List<String> ids(Path folder, LogPosition from) {
        var ids = new ArrayList<String>();
        LogReader reader = LogReader.of(folder);
        reader.read(from, reader.end(), logged -> ids.add(logged.event().id()));
        return ids;
    }
}
