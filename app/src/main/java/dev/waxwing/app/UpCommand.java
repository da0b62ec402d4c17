package dev.waxwing.app;

import dev.waxwing.events.EventLog;
import dev.waxwing.events.LogPosition;
import dev.waxwing.events.LogReader;
import dev.waxwing.serve.Listening;
import dev.waxwing.serve.LiveSwap;
import dev.waxwing.serve.OnlineState;
import dev.waxwing.serve.Routes;
import dev.waxwing.serve.Server;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

@Command(
        name = "up",
        description =
                "Serves what the nights published, on loopback; follows new activations while it"
                        + " runs.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    /// Loopback only, until there are access tokens.
    static final String HOST = "127.0.0.1";

    /// The nightly history is younger than this, so what it lacks is in the log since.
    private static final int STATE_DAYS = 4;

    @Mixin private ProjectOption project;

    @Option(
            names = "--port",
            description = "Instead of server.port of waxwing.yaml; 0 takes a free one.")
    private Integer port;

    @Override
    public Integer call() throws InterruptedException {
        try (Installation installation = project.install()) {
            serve(installation, port == null ? installation.project().port() : port);
            return 0;
        }
    }

    /// Serves until the process is told to stop.
    static void serve(Installation installation, int port) throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    told.countDown();
                                    try {
                                        closed.await();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                }));
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (EventLog log = EventLog.open(installation.eventLog());
                LiveSwap swap =
                        new LiveSwap(installation.bundles(), registry, InstantSource.system());
                Server server =
                        Server.start(
                                swap,
                                log,
                                stateFrom(log.reader()),
                                OnlineState.Bounds.USUAL,
                                registry,
                                InstantSource.system())) {
            WebServer web =
                    WebServer.builder()
                            .host(HOST)
                            .port(port)
                            .routing(
                                    HttpRouting.builder()
                                            .register(new Routes(server))
                                            .get(
                                                    "/metrics",
                                                    (_, response) ->
                                                            response.send(registry.scrape())))
                            .shutdownHook(false)
                            .build();
            Listening.start(web, HOST, port);
            swap.follow(Duration.ofSeconds(1));
            System.out.println(
                    "Serving http://"
                            + HOST
                            + ":"
                            + web.port()
                            + "  (stop with Ctrl-C; /openapi lists the routes)");
            try {
                told.await();
            } finally {
                web.stop();
            }
        } finally {
            closed.countDown();
        }
    }

    private static LogPosition stateFrom(LogReader log) {
        return log.startOf(LocalDate.now(ZoneOffset.UTC).minusDays(STATE_DAYS));
    }
}
