package dev.waxwing.events;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/// One thing that happened: somebody was shown, opened, liked or published something.
///
/// What an event does not say is an empty text (`position`: 0), never null.
///
/// @param id names the event for ever; the same event posted twice carries the same id, and the night keeps one
/// @param type a name of [EventTypes]
/// @param user who acted
/// @param item on what; empty where the type takes none
/// @param at when it happened, to the millisecond; not when we heard of it
/// @param weight how strongly the act counts as liking, in `[0, 1]`
/// @param requestId the answer that put the item on the screen
/// @param scene where it happened
/// @param position the item's place in the answer, from 1; 0 = none
/// @param fieldsJson whatever else it says: one JSON object on one line
public record Event(
        String id,
        String type,
        String user,
        String item,
        Instant at,
        double weight,
        String requestId,
        String scene,
        int position,
        String fieldsJson) {
    public Event {
        requireNonNull(user, "user is null");
        requireNonNull(item, "item is null");
        requireNonNull(at, "at is null");
        requireNonNull(requestId, "requestId is null");
        requireNonNull(scene, "scene is null");
        if (id == null || id.isEmpty()) {
            throw new IllegalArgumentException(
                    "an event needs an id, found " + (id == null ? "none" : "an empty one"));
        }
        if (type == null || type.isEmpty()) {
            throw new IllegalArgumentException("event " + id + " needs a type");
        }
        if (!(weight >= 0 && weight <= 1)) { // this way round, so that NaN is refused too
            throw new IllegalArgumentException(
                    "event " + id + ": weight must be in [0, 1], found " + weight);
        }
        if (position < 0) {
            throw new IllegalArgumentException(
                    "event " + id + ": position counts from 1 (0 = none), found " + position);
        }
        if (fieldsJson == null || !fieldsJson.startsWith("{") || !fieldsJson.endsWith("}")) {
            throw new IllegalArgumentException(
                    "event " + id + ": fields must be a JSON object, found " + fieldsJson);
        }
    }
}
