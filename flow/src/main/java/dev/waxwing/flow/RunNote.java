package dev.waxwing.flow;

import java.time.Instant;

/// What somebody asked of a run.
public record RunNote(Instant at, String who, String what, String why) {}
