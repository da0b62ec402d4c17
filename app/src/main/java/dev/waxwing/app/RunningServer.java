package dev.waxwing.app;

import dev.waxwing.events.EventLog;
import dev.waxwing.events.LogPosition;
import dev.waxwing.events.LogReader;
import dev.waxwing.serve.Listening;
import dev.waxwing.serve.LiveSwap;
import dev.waxwing.serve.OnlineState;
import dev.waxwing.serve.Routes;
import dev.waxwing.serve.Server;
import dev.waxwing.serve.Unread;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;

/// A project's server with its listener: the event log, what is live, and the routes. It has no other state, so a second one
/// over the same folder goes on where a first one stopped.
final class RunningServer implements AutoCloseable {
    /// Loopback only, until there are access tokens.
    static final String HOST = "127.0.0.1";

    /// The nightly history is younger than this, so what it lacks is in the log since.
    private static final int STATE_DAYS = 4;

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Deque<AutoCloseable> open;
    private final WebServer web;

    private RunningServer(Deque<AutoCloseable> open, WebServer web) {
        this.open = open;
        this.web = web;
    }

    /// Returns when requests are answered, and follows new activations from then on.
    ///
    /// @param port 0 takes a free one
    /// @param clock what "now" is to every part of the server
    static RunningServer start(Installation installation, int port, InstantSource clock) {
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try {
            PrometheusMeterRegistry registry =
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            EventLog log = EventLog.open(installation.eventLog());
            open.push(log);
            LiveSwap swap = new LiveSwap(installation.bundles(), registry, clock);
            open.push(swap);
            Server server =
                    Server.start(
                            swap,
                            log,
                            stateFrom(log.reader(), clock.instant()),
                            OnlineState.Bounds.USUAL,
                            registry,
                            clock);
            open.push(server);
            WebServer web =
                    WebServer.builder()
                            .host(HOST)
                            .port(port)
                            .directHandlers(Unread.answers())
                            .routing(
                                    HttpRouting.builder()
                                            .get(
                                                    "/metrics",
                                                    (_, response) ->
                                                            response.send(registry.scrape()))
                                            .register(new Routes(server)))
                            .shutdownHook(false)
                            .build();
            Listening.start(web, HOST, port);
            open.push(web::stop);
            swap.follow(LOOK_EVERY);
            return new RunningServer(open, web);
        } catch (RuntimeException e) {
            closeAll(open, e);
            throw e;
        }
    }

    private static LogPosition stateFrom(LogReader log, Instant now) {
        return log.startOf(LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(STATE_DAYS));
    }

    int port() {
        return web.port();
    }

    /// Stops answering, then writes what is not written yet.
    @Override
    public void close() {
        IllegalStateException failure = new IllegalStateException("the server did not stop well");
        closeAll(open, failure);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    /// The last opened goes first; one that fails keeps no other open.
    private static void closeAll(Deque<AutoCloseable> open, RuntimeException failure) {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }
}
