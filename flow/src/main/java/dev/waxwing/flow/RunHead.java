package dev.waxwing.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;

/// A run as a list shows it.
/// @param cycle what it was planned for, in the project's zone
/// @param startedAt when it was made, while it is planned
/// @param took zero until it has ended
/// @param steps how many it has
/// @param good how many of them have ended as they should
public record RunHead(
        String run,
        String pipeline,
        LocalDate bizdate,
        LocalDateTime cycle,
        RunState state,
        boolean paused,
        Instant startedAt,
        Duration took,
        int steps,
        int good,
        String message) {}
