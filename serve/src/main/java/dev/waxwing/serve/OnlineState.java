package dev.waxwing.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.waxwing.events.Event;
import dev.waxwing.events.EventType.Role;
import dev.waxwing.events.EventTypes;
import dev.waxwing.events.LogPosition;
import dev.waxwing.events.LogReader;
import dev.waxwing.events.Logged;
import dev.waxwing.model.CorruptFileException;
import dev.waxwing.model.OwnEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// What happened since the night, in memory: who acted on what, saw what, hid what, and which items are new.
///
/// Built at start from the event log ([#replay]) and kept up by [#apply]. An event applied twice changes nothing, and events may come in any order. It
/// holds a bounded number of users (those not heard of for longest go first), of items a user, and of new items; what was let go is counted.
public final class OnlineState {
    private static final Logger LOG = LoggerFactory.getLogger(OnlineState.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /// How much of everything is kept.
    ///
    /// @param recentHalfLifeDays an act says half as much about the user's taste after so many days
    public record Bounds(
            int users,
            int recentPerUser,
            int seenPerUser,
            int newItems,
            double recentHalfLifeDays) {
        public static final Bounds USUAL = new Bounds(200_000, 50, 2_000, 20_000, 7);

        public Bounds {
            if (users < 1
                    || recentPerUser < 1
                    || seenPerUser < 1
                    || newItems < 1
                    || !(recentHalfLifeDays > 0)) {
                throw new IllegalArgumentException("every bound must be above 0");
            }
        }
    }

    private record Act(Instant at, double weight) {}

    private static final Comparator<NewItem> NEWEST_FIRST =
            Comparator.comparing(NewItem::at).reversed().thenComparing(NewItem::item);

    private final Bounds bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong forgotten = new AtomicLong();

    // All below is guarded by the lock; nothing that takes long happens under it.
    private final LinkedHashMap<String, OneUser> users = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Told> newItems = new HashMap<>();
    private final TreeSet<NewItem> newest = new TreeSet<>(NEWEST_FIRST);

    /// A new item and the event that told it last.
    private record Told(NewItem item, String event) {
        private static final Comparator<Told> LATER =
                Comparator.<Told, Instant>comparing(t -> t.item.at()).thenComparing(Told::event);
    }

    private static final class OneUser {
        private final Map<String, Act> acts = new HashMap<>();
        private final LinkedHashMap<String, Boolean> seen = new LinkedHashMap<>();
        private final LinkedHashMap<String, Boolean> hidden = new LinkedHashMap<>();
    }

    public OnlineState(Bounds bounds) {
        this.bounds = bounds;
    }

    /// Applies a stretch of the event log. What cannot be read there is logged and left out.
    ///
    /// @return how many events were read
    public long replay(LogReader log, LogPosition from, EventTypes types) {
        var read = new AtomicLong();
        log.read(
                from.compareTo(log.start()) < 0 ? log.start() : from,
                log.end(),
                (Logged logged) -> {
                    read.incrementAndGet();
                    apply(logged.event(), types);
                },
                damage ->
                        LOG.error(
                                "the online state is built without a stretch of the event log: {}",
                                damage.what()));
        return read.get();
    }

    /// Takes one event in. Events that say nothing about taste, sight or existence pass by.
    public void apply(Event event, EventTypes types) {
        Role role = types.role(event).orElse(Role.SERVED);
        switch (role) {
            case CLICK, ACTION -> acted(event);
            case SEEN -> withUser(event.user(), user -> saw(user, event.item()));
            case HIDE -> hide(event);
            case PUBLISH -> publish(event);
            case IMPRESSION, SERVED -> {} // neither says that anybody looked
        }
    }

    private interface Change {
        void to(OneUser user);
    }

    private void withUser(String name, Change change) {
        lock.lock();
        try {
            change.to(users.computeIfAbsent(name, _ -> new OneUser()));
            if (users.size() > bounds.users) {
                users.pollFirstEntry();
                forgotten.incrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    private void acted(Event event) {
        if (event.item().isEmpty()) {
            return;
        }
        withUser(
                event.user(),
                user -> {
                    saw(user, event.item());
                    if (event.weight() <= 0) {
                        return;
                    }
                    user.acts.merge(
                            event.item(),
                            new Act(event.at(), event.weight()),
                            (a, b) ->
                                    a.at.isAfter(b.at)
                                                    || (a.at.equals(b.at) && a.weight >= b.weight)
                                            ? a
                                            : b);
                    if (user.acts.size() > bounds.recentPerUser) {
                        user.acts.entrySet().stream()
                                .min(OLDEST)
                                .ifPresent(old -> user.acts.remove(old.getKey()));
                    }
                });
    }

    private static final Comparator<Map.Entry<String, Act>> OLDEST =
            Comparator.<Map.Entry<String, Act>, Instant>comparing(e -> e.getValue().at)
                    .thenComparing(Map.Entry.comparingByKey());

    private void saw(OneUser user, String item) {
        if (!item.isEmpty()) {
            putBounded(user.seen, item, bounds.seenPerUser);
        }
    }

    private static void putBounded(SequencedMap<String, Boolean> set, String item, int most) {
        set.putLast(item, true);
        if (set.size() > most) {
            set.pollFirstEntry();
        }
    }

    private void hide(Event event) {
        if (!event.item().isEmpty()) {
            withUser(
                    event.user(),
                    user -> putBounded(user.hidden, event.item(), bounds.seenPerUser));
        }
    }

    private void publish(Event event) {
        NewItem item = newItem(event);
        lock.lock();
        try {
            var told = new Told(item, event.id());
            Told before = newItems.get(item.item());
            if (before != null) {
                if (Told.LATER.compare(before, told) >= 0) {
                    return; // the later event says what holds, whichever came first
                }
                newest.remove(before.item());
            }
            newItems.put(item.item(), told);
            newest.add(item);
            if (newest.size() > bounds.newItems) {
                newItems.remove(newest.pollLast().item());
                forgotten.incrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    private static NewItem newItem(Event event) {
        String fields = event.fieldsJson();
        try {
            String title = JSON.readTree(fields).path("title").asText("");
            OwnEvent own = OwnEvent.parse(fields, event.user());
            return new NewItem(event.item(), event.at(), title, own);
        } catch (JsonProcessingException | CorruptFileException e) {
            LOG.warn(
                    "publish event {} has fields that are not a JSON object; its title, tags and"
                            + " author are unknown",
                    event.id());
            return new NewItem(event.item(), event.at(), "", new OwnEvent(List.of(), event.user()));
        }
    }

    /// What is known of a user now; a snapshot that later events do not change.
    ///
    /// @param now what the age of acts is measured by
    public UserView user(String name, Instant now) {
        lock.lock();
        try {
            OneUser user = users.get(name);
            List<NewItem> published =
                    newest.stream()
                            .limit(MOST_PUBLISHED)
                            .filter(n -> !n.at().isAfter(now))
                            .toList();
            return new Seen(
                    user == null ? new LinkedHashMap<>() : recent(user, now),
                    user == null ? Set.of() : Set.copyOf(user.seen.keySet()),
                    user == null ? Set.of() : Set.copyOf(user.hidden.keySet()),
                    published);
        } finally {
            lock.unlock();
        }
    }

    /// No scene shows more of what is only just there.
    private static final int MOST_PUBLISHED = 1000;

    private SequencedMap<String, Double> recent(OneUser user, Instant now) {
        var recent = new LinkedHashMap<String, Double>();
        user.acts.entrySet().stream()
                .sorted(OLDEST.reversed())
                .forEach(
                        entry -> {
                            double days =
                                    Math.max(
                                                    0,
                                                    now.toEpochMilli()
                                                            - entry.getValue().at.toEpochMilli())
                                            / 86_400_000.0;
                            recent.put(
                                    entry.getKey(),
                                    entry.getValue().weight
                                            * Math.pow(0.5, days / bounds.recentHalfLifeDays));
                        });
        return recent;
    }

    /// How many users and new items were let go because there were too many.
    public long forgotten() {
        return forgotten.get();
    }

    public int users() {
        lock.lock();
        try {
            return users.size();
        } finally {
            lock.unlock();
        }
    }

    private final class Seen implements UserView {
        private final SequencedMap<String, Double> recent;
        private final Set<String> seen;
        private final Set<String> hidden;
        private final List<NewItem> published;

        Seen(
                SequencedMap<String, Double> recent,
                Set<String> seen,
                Set<String> hidden,
                List<NewItem> published) {
            this.recent = recent;
            this.seen = seen;
            this.hidden = hidden;
            this.published = published;
        }

        @Override
        public SequencedMap<String, Double> recent() {
            return recent;
        }

        @Override
        public boolean hasSeen(String item) {
            return seen.contains(item);
        }

        @Override
        public boolean isHidden(String item) {
            return hidden.contains(item);
        }

        @Override
        public boolean isHiddenBy(String author, String item) {
            lock.lock();
            try {
                OneUser user = users.get(author);
                return user != null && user.hidden.containsKey(item);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public List<NewItem> published() {
            return published;
        }

        @Override
        public Optional<NewItem> published(String item) {
            lock.lock();
            try {
                return Optional.ofNullable(newItems.get(item)).map(Told::item);
            } finally {
                lock.unlock();
            }
        }
    }
}
