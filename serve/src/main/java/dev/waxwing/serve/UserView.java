package dev.waxwing.serve;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// What is known of one user, and of the newest items, at the moment of a request. [OnlineState] gives one; a replay makes its own.
public interface UserView {
    /// Nobody has done anything.
    static UserView nobody() {
        return of(new LinkedHashMap<>(), Set.of());
    }

    /// A user of whom these things are known and nothing else.
    ///
    /// @param recent item → weight, the latest first
    static UserView of(SequencedMap<String, Double> recent, Set<String> seen) {
        SequencedMap<String, Double> acted =
                Collections.unmodifiableSequencedMap(new LinkedHashMap<>(recent));
        Set<String> looked = Set.copyOf(seen);
        return new UserView() {
            @Override
            public SequencedMap<String, Double> recent() {
                return acted;
            }

            @Override
            public boolean hasSeen(String item) {
                return looked.contains(item);
            }

            @Override
            public boolean isHidden(String item) {
                return false;
            }

            @Override
            public boolean isHiddenBy(String author, String item) {
                return false;
            }

            @Override
            public List<NewItem> published() {
                return List.of();
            }

            @Override
            public Optional<NewItem> published(String item) {
                return Optional.empty();
            }
        };
    }

    /// Item → how much it says about the user's taste, in `(0, 1]`; the latest first.
    SequencedMap<String, Double> recent();

    boolean hasSeen(String item);

    /// Whether the user hid it.
    boolean isHidden(String item);

    /// Whether its author hid it, which hides it from everybody.
    boolean isHiddenBy(String author, String item);

    /// Items that publish events told of, the newest first.
    List<NewItem> published();

    Optional<NewItem> published(String item);

    /// The same with what the nightly bundle knows of the user; what happened since comes first.
    ///
    /// @param older item → weight, in any order
    default UserView over(Map<String, Double> older, Set<String> olderSeen) {
        var all = new LinkedHashMap<>(recent());
        older.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Double>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> all.putIfAbsent(entry.getKey(), entry.getValue()));
        UserView newer = this;
        return new UserView() {
            @Override
            public SequencedMap<String, Double> recent() {
                return all;
            }

            @Override
            public boolean hasSeen(String item) {
                return newer.hasSeen(item) || olderSeen.contains(item);
            }

            @Override
            public boolean isHidden(String item) {
                return newer.isHidden(item);
            }

            @Override
            public boolean isHiddenBy(String author, String item) {
                return newer.isHiddenBy(author, item);
            }

            @Override
            public List<NewItem> published() {
                return newer.published();
            }

            @Override
            public Optional<NewItem> published(String item) {
                return newer.published(item);
            }
        };
    }
}
