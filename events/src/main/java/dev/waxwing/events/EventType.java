package dev.waxwing.events;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// A kind of event that a product sends.
///
/// @param role what the event means to us, whatever the product calls it
/// @param weight how strongly it counts as liking where the event itself does not say, in `[0, 1]`
/// @param item whether such an event is about an item
/// @param fields what it may say besides, by name
public record EventType(
        String name, Role role, double weight, Presence item, SequencedMap<String, Field> fields) {

    /// What an event means to us.
    public enum Role {
        /// Put before a user, as the product tells it; whether it was looked at is [#SEEN].
        IMPRESSION,
        /// Really was on a screen.
        SEEN,
        /// Opened.
        CLICK,
        /// Anything that says more than a click: a like, a rating, a comment, a purchase.
        ACTION,
        /// An item is there from now on; its fields say what it is.
        PUBLISH,
        /// Must not be shown: to this user, or to anybody if its author hides it.
        HIDE,
        /// Returned by our server, which alone writes it: [Served].
        SERVED;

        /// As files spell it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Whether such an event says that the user cares for the item.
        public boolean isLiking() {
            return this == CLICK || this == ACTION;
        }
    }

    /// Whether something has to be said.
    public enum Presence {
        REQUIRED,
        OPTIONAL,
        NONE
    }

    /// What a field holds.
    public enum FieldKind {
        TEXT,
        NUMBER,
        WHOLE,
        FLAG,
        TEXTS;

        /// As files spell it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// One field of an event.
    ///
    /// @param maxLength of a text, or of each of several texts, in characters
    /// @param min of a number; `max` likewise
    public record Field(FieldKind kind, boolean required, int maxLength, double min, double max) {
        /// Longer texts belong into a table of the product, not into every event.
        public static final int USUAL_MAX_LENGTH = 1000;

        static Field text(FieldKind kind, int maxLength) {
            return new Field(kind, false, maxLength, -Double.MAX_VALUE, Double.MAX_VALUE);
        }

        public Field {
            requireNonNull(kind, "kind is null");
            if (maxLength < 1) {
                throw new IllegalArgumentException(
                        "max-length must be at least 1, found " + maxLength);
            }
        }
    }

    /// What every publish event may say without its type declaring it: the new item itself.
    static final Map<String, Field> OF_AN_ITEM =
            Map.of(
                    "title", Field.text(FieldKind.TEXT, Field.USUAL_MAX_LENGTH),
                    "tags", Field.text(FieldKind.TEXTS, 200),
                    "author", Field.text(FieldKind.TEXT, 200));

    public EventType {
        requireNonNull(role, "role is null");
        requireNonNull(item, "item is null");
        if (name == null || !name.matches("[a-z][a-z0-9_]{0,63}")) {
            throw new IllegalArgumentException(
                    "an event type's name must be small letters, digits and _, at most 64, found \""
                            + name
                            + "\"");
        }
        if (!(weight >= 0 && weight <= 1)) {
            throw new IllegalArgumentException(
                    "weight of " + name + " must be in [0, 1], found " + weight);
        }
        var all = new LinkedHashMap<>(fields);
        if (role == Role.PUBLISH) {
            OF_AN_ITEM.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(e -> all.putIfAbsent(e.getKey(), e.getValue()));
        }
        fields = Collections.unmodifiableSequencedMap(all);
    }
}
