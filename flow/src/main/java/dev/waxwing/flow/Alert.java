package dev.waxwing.flow;

import java.time.Instant;

/// What somebody is to be told of a baseline, through one channel.
/// @param channel `webhook` or `command`
/// @param target a URL, or a program with its arguments, each on a line of its own
/// @param body JSON
/// @param state `OPEN` while it is tried, `SENT`, or `GIVEN_UP` after a day
/// @param message why the last try failed; empty if none did
public record Alert(
        String id,
        String baseline,
        String channel,
        String target,
        String body,
        String state,
        int tries,
        Instant madeAt,
        String message) {
    static final String WEBHOOK = "webhook";
    static final String COMMAND = "command";

    /// What a change of state says.
    /// @param was the state before
    static String body(BaselineStatus status, BaselineState was) {
        Baseline baseline = status.baseline();
        var path = new StringBuilder();
        for (BaselineStatus.Leg leg : status.path()) {
            path.append(path.isEmpty() ? "" : ",")
                    .append("{\"pipeline\":")
                    .append(quoted(leg.pipeline()))
                    .append(",\"step\":")
                    .append(quoted(leg.step()))
                    .append(",\"run\":")
                    .append(quoted(leg.run()))
                    .append(",\"finish\":")
                    .append(quoted(leg.finish().toString()))
                    .append(",\"done\":")
                    .append(leg.done())
                    .append('}');
        }
        return """
        {"baseline":%s,"pipeline":%s,"step":%s,"priority":%d,"bizdate":%s,"cycle":%s,"state":"%s","was":"%s",\
        "deadline":"%s","estimate":"%s","finished":%s,"message":%s,"path":[%s]}"""
                .formatted(
                        quoted(baseline.name()),
                        quoted(baseline.pipeline()),
                        quoted(baseline.step()),
                        baseline.priority(),
                        quoted(TimeVariables.ds(status.bizdate())),
                        quoted(status.cycle().toString()),
                        status.state(),
                        was,
                        status.deadline(),
                        status.estimate(),
                        status.finished(),
                        quoted(status.message()),
                        path);
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                default -> quoted.append(c < 32 ? "\\u%04x".formatted((int) c) : String.valueOf(c));
            }
        }
        return quoted.append('"').toString();
    }
}
