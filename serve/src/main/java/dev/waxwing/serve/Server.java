package dev.waxwing.serve;

import dev.waxwing.events.Event;
import dev.waxwing.events.EventLog;
import dev.waxwing.events.LogPosition;

import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// A running recommender without its HTTP: what is live, what happened since, and the log of both.
///
/// The caller opens the event log and the store, and closes this before them.
public final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final LiveSwap swap;
    private final OnlineState online;
    private final EventLog log;
    private final ServedLog served;
    private final MeterRegistry registry;
    private final InstantSource clock;

    private Server(
            LiveSwap swap,
            OnlineState online,
            EventLog log,
            ServedLog served,
            MeterRegistry registry,
            InstantSource clock) {
        this.swap = swap;
        this.online = online;
        this.log = log;
        this.served = served;
        this.registry = registry;
        this.clock = clock;
        registry.gauge("waxwing.online.users", online, OnlineState::users);
        registry.gauge("waxwing.online.forgotten", online, OnlineState::forgotten);
    }

    /// Looks at the store once and builds the online state from the event log.
    ///
    /// @param stateFrom where in the log to begin; some days before now, so that what the nightly history does not hold yet is known
    public static Server start(
            LiveSwap swap,
            EventLog log,
            LogPosition stateFrom,
            OnlineState.Bounds bounds,
            MeterRegistry registry,
            InstantSource clock) {
        var online = new OnlineState(bounds);
        swap.beforeTheFirst(
                live ->
                        LOG.info(
                                "{} events of the log were read into the online state",
                                online.replay(log.reader(), stateFrom, live.types())));
        swap.look();
        if (swap.live().isEmpty()) {
            LOG.warn(
                    "nothing is live yet: requests are answered with 503 until a serving bundle is"
                            + " activated");
        }
        return new Server(swap, online, log, new ServedLog(log, clock, registry), registry, clock);
    }

    Live live() {
        return swap.live()
                .orElseThrow(
                        () ->
                                ServeException.notReady(
                                        swap.refused()
                                                .map(
                                                        r ->
                                                                "activation "
                                                                        + r.number()
                                                                        + " is refused: "
                                                                        + r.why())
                                                .orElse("no alias " + ServingBundle.ALIAS)));
    }

    LiveSwap swap() {
        return swap;
    }

    MeterRegistry registry() {
        return registry;
    }

    Instant now() {
        return clock.instant();
    }

    UserView user(String user, Instant now) {
        return online.user(user, now);
    }

    /// Makes events durable, then lets the next request know of them.
    LogPosition take(List<Event> events, Live live, Instant arrival) {
        LogPosition end = log.append(events, arrival);
        events.forEach(event -> online.apply(event, live.types()));
        return end;
    }

    void served(Answer answer) {
        served.add(answer);
    }

    /// Writes what is not written yet, and stops following the store.
    @Override
    public void close() {
        swap.close();
        served.close();
    }
}
