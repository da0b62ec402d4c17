package dev.waxwing.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Ranked items by group: what is hot or fresh, in all or for one group of people. Small, held in memory; the file is csv.
public final class ItemList {
    /// What the file is called in a bundle: `group,item_id,score,rank`, ranks from 1.
    public static final String FILE = "list.csv";

    private static final String HEADER = "group,item_id,score,rank\n";
    private final SortedMap<String, List<ScoredId>> groups = new TreeMap<>();

    /// Ranks each group's items by score, then id.
    ///
    /// @throws IllegalArgumentException if a group has an item twice
    public ItemList(Map<String, ? extends List<ScoredId>> groups) {
        groups.forEach(
                (group, items) -> {
                    var ranked = new ArrayList<>(items);
                    ranked.sort(ScoredId.RANKED);
                    if (ranked.stream().map(ScoredId::id).distinct().count() != ranked.size()) {
                        throw new IllegalArgumentException(
                                "group \"" + group + "\" has an item twice: " + ranked);
                    }
                    this.groups.put(group, List.copyOf(ranked));
                });
    }

    /// Reads a file that [#write] wrote.
    ///
    /// @throws CorruptFileException if it is something else; names the line
    public static ItemList open(Path path) {
        String text;
        try {
            text = Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e, e);
        }
        if (!text.startsWith(HEADER)) {
            throw new CorruptFileException(path + ":1 should be \"" + HEADER.strip() + "\"");
        }
        var groups = new TreeMap<String, List<ScoredId>>();
        List<List<String>> records = Csv.read(path.toString(), text, 4);
        for (List<String> record : records.subList(1, records.size())) {
            List<ScoredId> group = groups.computeIfAbsent(record.get(0), _ -> new ArrayList<>());
            try {
                group.add(new ScoredId(record.get(1), Double.parseDouble(record.get(2))));
            } catch (IllegalArgumentException e) {
                throw new CorruptFileException(path + ": " + record + ": " + e.getMessage(), e);
            }
            if (!record.get(3).equals(Integer.toString(group.size()))) {
                throw new CorruptFileException(
                        path + ": " + record + " should have rank " + group.size());
            }
        }
        try {
            return new ItemList(groups);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(path + ": " + e.getMessage(), e);
        }
    }

    /// Opens the lists of a `list` bundle.
    public static ItemList open(Bundle bundle) {
        bundle.require(BundleKind.LIST);
        return open(bundle.file(FILE));
    }

    public SortedSet<String> groups() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(groups.keySet()));
    }

    /// The items of a group, best first; none if there is no such group.
    public List<ScoredId> items(String group) {
        return groups.getOrDefault(group, List.of());
    }

    /// Writes the lists; an existing file is replaced.
    public void write(Path path) {
        var csv = new StringBuilder(HEADER);
        groups.forEach(
                (group, items) -> {
                    for (int i = 0; i < items.size(); i++) {
                        csv.append(
                                Csv.line(
                                        group,
                                        items.get(i).id(),
                                        Double.toString(items.get(i).score()),
                                        Integer.toString(i + 1)));
                    }
                });
        try {
            Files.writeString(path, csv);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path + ": " + e, e);
        }
    }
}
