package dev.waxwing.events;

import java.time.Instant;

/// An event as the log holds it.
///
/// @param arrival when it was taken in; never of an earlier day than any event before it
/// @param at where it begins
/// @param next behind it: read on from here
public record Logged(Event event, Instant arrival, LogPosition at, LogPosition next) {

    /// A stretch of the log that cannot be read: bytes that were changed or lost on the disk after they had been written.
    public record Damage(LogPosition from, LogPosition to, String what) {}
}
