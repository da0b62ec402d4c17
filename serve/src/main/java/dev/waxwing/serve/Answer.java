package dev.waxwing.serve;

import dev.waxwing.events.Served;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.OwnEvent;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a scene offers a user, best first.
///
/// @param ranker the bundle that put the items in order, as text; `none` = no ranker did
/// @param note why something is not as usual, in a sentence; empty = all is
/// @param bundles alias → bundle of what the answer rests on
/// @param said what the request features were taken from
public record Answer(
        String requestId,
        String scene,
        String user,
        Instant at,
        List<Item> items,
        String ranker,
        String note,
        SortedMap<String, BundleRef> bundles,
        SortedMap<String, String> said) {
    /// What [#ranker] says when no ranker was live or in time.
    public static final String NO_RANKER = "none";

    /// One item of the answer.
    ///
    /// @param position from 1
    /// @param score what it is ordered by: the ranker's probability, or without one what all recalls together say
    /// @param sources the recalls that brought it, in the order of the scene
    /// @param title empty if none is known; so for `author`
    /// @param own what the features rest on where no snapshot has the item
    public record Item(
            int position,
            String item,
            double score,
            List<String> sources,
            String title,
            List<String> tags,
            String author,
            Optional<FeatureRow> features,
            Optional<OwnEvent> own) {
        public Item {
            sources = List.copyOf(sources);
            tags = List.copyOf(tags);
        }
    }

    public Answer {
        items = List.copyOf(items);
        bundles = Collections.unmodifiableSortedMap(new TreeMap<>(bundles));
        said = Collections.unmodifiableSortedMap(new TreeMap<>(said));
    }

    public boolean isRanked() {
        return !ranker.equals(NO_RANKER);
    }

    /// The events that tell the night of this answer, one an item.
    public List<Served> served() {
        SequencedMap<String, String> refs = new LinkedHashMap<>();
        bundles.forEach((alias, ref) -> refs.put(alias, ref.toString()));
        var served = new ArrayList<Served>(items.size());
        for (Item item : items) {
            served.add(
                    new Served(
                            requestId,
                            scene,
                            user,
                            item.item(),
                            item.position(),
                            at,
                            item.sources(),
                            isRanked() ? item.score() : Double.NaN,
                            refs,
                            item.features().map(FeatureRow::values).orElseGet(LinkedHashMap::new),
                            new LinkedHashMap<>(said),
                            item.own().map(OwnEvent::values).orElseGet(LinkedHashMap::new),
                            ""));
        }
        return served;
    }
}
