package dev.waxwing.flow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;

/// Which step comes after which, and why.
final class StepGraph {
    private final SequencedMap<String, SequencedMap<String, String>> after;

    /// @param after for each step the steps before it, each with the reason; only steps that are keys too
    StepGraph(SequencedMap<String, SequencedMap<String, String>> after) {
        this.after = after;
    }

    /// Each step after all that it depends on; among those that could be next, the file's order. Steps that run in a
    /// circle, and those after them, are left out.
    SequencedSet<String> order() {
        var order = new LinkedHashSet<String>();
        boolean grew = true;
        while (grew) {
            grew = false;
            for (String step : after.keySet()) {
                if (!order.contains(step) && order.containsAll(after.get(step).keySet())) {
                    order.add(step);
                    grew = true;
                }
            }
        }
        return order;
    }

    /// Circles that share no step, the shortest through each step, beginning with the one that the file has first.
    /// Mending them may lay open others.
    List<List<String>> circles() {
        var circles = new ArrayList<List<String>>();
        Set<String> told = new HashSet<>();
        for (String step : after.keySet()) {
            List<String> circle = shortestCircle(step);
            if (!circle.isEmpty() && circle.stream().noneMatch(told::contains)) {
                circles.add(circle);
                told.addAll(circle);
            }
        }
        return circles;
    }

    /// `a comes after b (reads t), b comes after a (after)`
    String told(List<String> circle) {
        var parts = new ArrayList<String>();
        for (int i = 0; i < circle.size(); i++) {
            String step = circle.get(i);
            String before = circle.get((i + 1) % circle.size());
            parts.add(step + " comes after " + before + " (" + after.get(step).get(before) + ")");
        }
        return String.join(", ", parts);
    }

    /// The steps of the shortest way from a step back to itself, each followed by one it comes after; or none.
    private List<String> shortestCircle(String start) {
        Map<String, String> cameFrom = new HashMap<>();
        var queue = new ArrayDeque<String>(List.of(start));
        while (!queue.isEmpty()) {
            String step = queue.remove();
            for (String before : after.get(step).keySet()) {
                if (before.equals(start)) {
                    return way(start, step, cameFrom);
                }
                if (cameFrom.putIfAbsent(before, step) == null) {
                    queue.add(before);
                }
            }
        }
        return List.of();
    }

    private static List<String> way(String start, String end, Map<String, String> cameFrom) {
        var way = new ArrayList<String>(List.of(end));
        while (!way.getFirst().equals(start)) {
            way.addFirst(cameFrom.get(way.getFirst()));
        }
        return way;
    }
}
