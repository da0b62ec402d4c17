package dev.waxwing.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// One entry of the activation log: a set of aliases moved at once.
///
/// @param number 1, 2, 3, … without gaps
/// @param by a person or a run
/// @param moved what each alias names from here on
/// @param replaced what it named before; an alias that named nothing is not in it
/// @param undone in a rollback, for each alias the entry whose move is undone; an alias that is here and not in `moved` names nothing from here on
/// @param gate figures that allowed the move
public record Activation(
        long number,
        Instant at,
        String by,
        String why,
        SortedMap<String, BundleRef> moved,
        SortedMap<String, BundleRef> replaced,
        SortedMap<String, Long> undone,
        SortedMap<String, String> gate) {
    private static final String PREFIX = "activations/";

    public Activation {
        if (number < 1 || number > 99_999_999) {
            throw new IllegalArgumentException(
                    "an activation's number is 1 to 99999999, found " + number);
        }
        if (by.isBlank()) {
            throw new IllegalArgumentException("activation " + number + " does not say by whom");
        }
        moved = Collections.unmodifiableSortedMap(new TreeMap<>(moved));
        replaced = Collections.unmodifiableSortedMap(new TreeMap<>(replaced));
        undone = Collections.unmodifiableSortedMap(new TreeMap<>(undone));
        gate = Collections.unmodifiableSortedMap(new TreeMap<>(gate));
        if (moved.isEmpty() && undone.isEmpty()) {
            throw new IllegalArgumentException("activation " + number + " moves no alias");
        }
    }

    /// All aliases that the entry says something of.
    public SortedSet<String> touched() {
        var all = new TreeSet<>(moved.keySet());
        all.addAll(undone.keySet());
        return all;
    }

    public boolean isRollback() {
        return !undone.isEmpty();
    }

    /// The aliases after this entry, given those before it.
    SortedMap<String, BundleRef> applyTo(Map<String, BundleRef> before) {
        var after = new TreeMap<>(before);
        after.keySet().removeAll(undone.keySet());
        after.putAll(moved);
        return Collections.unmodifiableSortedMap(after);
    }

    static String file(long number) {
        return PREFIX + String.format(Locale.ROOT, "%08d", number) + ".json";
    }

    String toJson() {
        ObjectNode root = Json.object();
        root.put("number", number).put("at", at.toString()).put("by", by).put("why", why);
        ObjectNode moves = root.putObject("moves");
        for (String alias : touched()) {
            ObjectNode move = moves.putObject(alias);
            put(move, "to", moved.get(alias));
            put(move, "from", replaced.get(alias));
            if (undone.containsKey(alias)) {
                move.put("undoes", undone.get(alias));
            }
        }
        ObjectNode figures = root.putObject("gate");
        gate.forEach(figures::put);
        return Json.pretty(root);
    }

    private static void put(ObjectNode move, String key, BundleRef ref) {
        if (ref == null) {
            move.putNull(key);
        } else {
            move.put(key, ref.toString());
        }
    }

    static Activation parse(long number, String json) {
        String where = file(number);
        ObjectNode root = Json.parse(where, json);
        if (Json.whole(where, root, "number") != number) {
            throw new CorruptFileException(where + " says it is number " + root.get("number"));
        }
        var moved = new TreeMap<String, BundleRef>();
        var replaced = new TreeMap<String, BundleRef>();
        var undone = new TreeMap<String, Long>();
        var gate = new TreeMap<String, String>();
        try {
            ObjectNode moves = Json.object(where, root, "moves");
            for (String alias : (Iterable<String>) moves::fieldNames) {
                ObjectNode move = Json.object(where, moves, alias);
                Json.optionalText(where, move, "to")
                        .ifPresent(ref -> moved.put(alias, BundleRef.parse(ref)));
                Json.optionalText(where, move, "from")
                        .ifPresent(ref -> replaced.put(alias, BundleRef.parse(ref)));
                if (move.has("undoes")) {
                    undone.put(alias, Json.whole(where, move, "undoes"));
                }
            }
            for (Map.Entry<String, JsonNode> figure :
                    Json.object(where, root, "gate").properties()) {
                gate.put(figure.getKey(), figure.getValue().asText());
            }
            return new Activation(
                    number,
                    Instant.parse(Json.text(where, root, "at")),
                    Json.text(where, root, "by"),
                    Json.text(where, root, "why"),
                    moved,
                    replaced,
                    undone,
                    gate);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new CorruptFileException(where + ": " + e.getMessage(), e);
        }
    }
}
