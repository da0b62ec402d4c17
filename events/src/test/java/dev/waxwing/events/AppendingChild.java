package dev.waxwing.events;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// A process of its own that appends events and says which of them were acknowledged, until it is killed.
final class AppendingChild {
    private AppendingChild() {}

    public static void main(String[] args) {
        EventLog log = EventLog.open(Path.of(args[0]));
        Instant arrival = Instant.parse("2026-01-31T12:00:00Z");
        for (int n = 0; n < Integer.parseInt(args[1]); n++) {
            try {
                log.append(List.of(Events.click("e" + n), Events.click("f" + n)), arrival);
            } catch (EventLogException e) {
                System.out.println("refused " + n + " " + e.getMessage());
                System.out.flush();
                return;
            }
            System.out.println("acknowledged " + n);
            System.out.flush();
        }
    }
}
