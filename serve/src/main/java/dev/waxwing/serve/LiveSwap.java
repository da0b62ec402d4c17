package dev.waxwing.serve;

import dev.waxwing.model.Activation;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Follows the activation log: opens a new set beside the live one, checks it, and swaps one reference. A set that does not pass is refused, logged and
/// counted, and the old one stays live.
///
/// A server that starts while the last entry is bad serves the newest earlier entry that passes.
public final class LiveSwap implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSwap.class);

    /// A refused entry is tried again after this: its files may have been put right.
    static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(30);

    /// What a look at the log came to.
    public sealed interface Look {
        /// The live set is that of the log's last entry.
        record Unchanged(long number) implements Look {}

        record Swapped(long number, Duration took) implements Look {}

        /// @param live the entry that stays live; 0 = none
        record Refused(long number, String why, long live) implements Look {}
    }

    /// An entry that could not be served.
    public record Refusal(long number, String why, Instant at) {}

    private final BundleStore store;
    private final InstantSource clock;
    private final AtomicReference<Live> live = new AtomicReference<>();
    private final AtomicReference<Refusal> refused = new AtomicReference<>();
    private final ReentrantLock looking = new ReentrantLock();
    private final Counter swaps;
    private final Counter refusals;
    private final Counter unreachable;
    private Consumer<Live> beforeTheFirst = _ -> {};
    private volatile Thread follower;
    private volatile String unreachableWhy = "";

    public LiveSwap(BundleStore store, MeterRegistry registry, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        swaps = registry.counter("waxwing.swaps");
        refusals = registry.counter("waxwing.swaps.refused");
        unreachable = registry.counter("waxwing.swaps.store.unreachable");
        registry.gauge(
                "waxwing.live.activation", live, ref -> ref.get() == null ? 0 : ref.get().number());
    }

    /// The set to answer from now; empty until the first one has passed.
    public Optional<Live> live() {
        return Optional.ofNullable(live.get());
    }

    /// What must be done before the first set answers anything: building what depends on its event types. Done at once if one is live already.
    void beforeTheFirst(Consumer<Live> preparation) {
        looking.lock();
        try {
            live().ifPresent(preparation);
            beforeTheFirst = preparation;
        } finally {
            looking.unlock();
        }
    }

    private void goLive(Live next) {
        if (live.get() == null) {
            beforeTheFirst.accept(next);
        }
        live.set(next);
    }

    /// The entry that was refused last, if the log still ends with it.
    public Optional<Refusal> refused() {
        return Optional.ofNullable(refused.get());
    }

    /// Looks at the log now, and swaps if it moved. One look at a time; requests go on meanwhile.
    public Look look() {
        looking.lock();
        try {
            BundleStore.Live wanted = store.live();
            unreachableWhy = "";
            long current = live().map(Live::number).orElse(-1L);
            if (wanted.number() == current) {
                refused.set(null);
                return new Look.Unchanged(current);
            }
            Refusal before = refused.get();
            if (before != null
                    && before.number == wanted.number()
                    && clock.instant().isBefore(before.at.plus(TRY_AGAIN_AFTER))) {
                return new Look.Refused(before.number, before.why, Math.max(0, current));
            }
            return swapTo(wanted.number(), wanted.aliases());
        } finally {
            looking.unlock();
        }
    }

    private Look swapTo(long number, SortedMap<String, BundleRef> aliases) {
        Instant start = clock.instant();
        Live next;
        try {
            next = Live.open(store, number, aliases, live());
            goLive(next);
        } catch (RuntimeException e) { // whatever is wrong with a bundle, the old set goes on
            boolean nothingToServe = live().isEmpty() && !aliases.containsKey(ServingBundle.ALIAS);
            return refuse(number, e, nothingToServe);
        }
        refused.set(null);
        swaps.increment();
        Duration took = Duration.between(start, clock.instant());
        LOG.info(
                "activation {} is live: {} (opened and checked in {} ms){}",
                number,
                next.aliases(),
                took.toMillis(),
                absent(next));
        return new Look.Swapped(number, took);
    }

    private static String absent(Live live) {
        return live.missing().isEmpty()
                ? ""
                : "; scenes also ask for "
                        + live.missing()
                        + ", which name nothing yet and are left out";
    }

    private Look refuse(long number, RuntimeException e, boolean nothingToServe) {
        String why = e.getMessage() == null ? e.toString() : e.getMessage();
        Refusal before = refused.getAndSet(new Refusal(number, why, clock.instant()));
        boolean isNews = before == null || before.number != number || !before.why.equals(why);
        if (isNews && nothingToServe) { // a new project: nobody did anything wrong
            LOG.info("nothing is served yet: {}", why);
        } else if (isNews) {
            refusals.increment();
            LOG.error(
                    "activation {} is refused: {}. {}",
                    number,
                    why,
                    live().map(l -> "Activation " + l.number() + " stays live")
                            .orElse("Nothing is live yet"));
        }
        if (live().isEmpty()) {
            fallBack(number);
        }
        return new Look.Refused(number, why, live().map(Live::number).orElse(0L));
    }

    private void fallBack(long bad) {
        List<Activation> history = store.history();
        for (int last = history.size() - 2; last >= 0; last--) {
            long number = history.get(last).number();
            try {
                goLive(
                        Live.open(
                                store,
                                number,
                                aliasesAfter(history.subList(0, last + 1)),
                                Optional.empty()));
                LOG.warn(
                        "activation {} cannot be served; activation {} before it is, until a good"
                                + " one comes",
                        bad,
                        number);
                return;
            } catch (RuntimeException e) {
                LOG.warn("activation {} cannot be served either: {}", number, e.getMessage());
            }
        }
    }

    private static SortedMap<String, BundleRef> aliasesAfter(List<Activation> entries) {
        var aliases = new TreeMap<String, BundleRef>();
        for (Activation entry : entries) {
            aliases.keySet().removeAll(entry.undone().keySet());
            aliases.putAll(entry.moved());
        }
        return aliases;
    }

    /// Why the store could not be read when it was last looked at; empty = it could.
    public String unreachable() {
        return unreachableWhy;
    }

    /// Begins to look at the log again and again, on a thread of its own.
    public void follow(Duration every) {
        follower =
                Thread.ofVirtual()
                        .name("live-swap")
                        .start(
                                () -> {
                                    while (!Thread.currentThread().isInterrupted()) {
                                        lookWithoutFailing();
                                        try {
                                            Thread.sleep(every);
                                        } catch (InterruptedException e) {
                                            return; // closed
                                        }
                                    }
                                });
    }

    private void lookWithoutFailing() {
        try {
            look();
        } catch (RuntimeException e) {
            unreachable.increment();
            if (!String.valueOf(e.getMessage()).equals(unreachableWhy)) {
                LOG.error(
                        "the activation log cannot be read: {}. What is live stays live; it is"
                                + " tried again",
                        e.getMessage());
            }
            unreachableWhy = String.valueOf(e.getMessage());
        }
    }

    @Override
    public void close() {
        Thread running = follower;
        if (running != null) {
            running.interrupt();
        }
    }
}
