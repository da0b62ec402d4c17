package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.model.EntityColumn.Kind;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What an item's own publish event says of it: all that is known of an item that no snapshot has yet.
///
/// The server reads it from the publish event and writes it into the served event; the night reads it from there. Both make the item's row here,
/// so that an item of a minute ago has the same features when it is served and when it is learnt from.
///
/// @param tags empty if the event has none
/// @param author empty if nobody is named
public record OwnEvent(List<String> tags, String author) {
    private static final EntityColumn TAGS = new EntityColumn("tags", Kind.TAGS);
    private static final EntityColumn AUTHOR = new EntityColumn("author", Kind.CATEGORY);

    public OwnEvent {
        tags = List.copyOf(tags);
        requireNonNull(author, "author is null");
    }

    /// Reads `tags` and `author` of a JSON object, other members aside.
    ///
    /// @param publisher who counts as the author if the object names none
    /// @throws CorruptFileException if the text is no JSON object
    public static OwnEvent parse(String json, String publisher) {
        ObjectNode fields = Json.parse("an item's own event", json);
        var tags = new ArrayList<String>();
        fields.path("tags").forEach(tag -> tags.add(tag.asText()));
        return new OwnEvent(tags, fields.path("author").asText(publisher));
    }

    /// What [#parse] reads back: `tags` and `author`, as far as they are known.
    public SequencedMap<String, Object> values() {
        var values = new LinkedHashMap<String, Object>();
        if (!tags.isEmpty()) {
            values.put("tags", tags);
        }
        if (!author.isEmpty()) {
            values.put("author", author);
        }
        return values;
    }

    /// The unseen item's row: what is known, where the snapshot that lacks the item has a column `tags` or `author` for it.
    public EntityRow rowBeside(FeatureTable snapshot, String item) {
        EntityRow.Builder row = EntityRow.builder().id(item).unseen();
        if (!tags.isEmpty() && snapshot.columns().contains(TAGS)) {
            row.tags(TAGS.name(), tags);
        }
        if (!author.isEmpty() && snapshot.columns().contains(AUTHOR)) {
            row.category(AUTHOR.name(), author);
        }
        return row.build();
    }
}
