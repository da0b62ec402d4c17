package dev.waxwing.flow;

import java.util.List;

/// Some of the runs, newest first.
/// @param next what [RunQuery#before] takes for the page after this one; empty = there is none
public record RunPage(List<RunHead> runs, String next) {
    public RunPage {
        runs = List.copyOf(runs);
    }
}
