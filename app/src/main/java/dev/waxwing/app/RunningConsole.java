package dev.waxwing.app;

import dev.waxwing.console.Console;
import dev.waxwing.serve.Listening;
import dev.waxwing.serve.Unread;

import io.helidon.webserver.WebServer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The console with its listener, beside the feed and on a port of its own: who reaches the feed need not reach this.
final class RunningConsole implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningConsole.class);

    private final Runnable stop;

    private RunningConsole(Runnable stop) {
        this.stop = stop;
    }

    static RunningConsole none() {
        return new RunningConsole(() -> {});
    }

    /// A console that cannot listen keeps the feed from nothing: it is said, and all else goes on.
    static RunningConsole start(Installation installation, int port) {
        Console console = installation.console();
        try {
            WebServer web =
                    console.listener(RunningServer.HOST, port)
                            .directHandlers(Unread.answers())
                            .build();
            Listening.start(web, RunningServer.HOST, port);
            System.out.println(
                    "The console: http://"
                            + RunningServer.HOST
                            + ":"
                            + web.port()
                            + "  (/v1/openapi.json lists the routes)");
            return new RunningConsole(
                    () -> {
                        console.close();
                        web.stop();
                    });
        } catch (RuntimeException e) {
            console.close();
            LOG.warn(
                    "there is no console: {}; console.port of waxwing.yaml or --console-port names"
                            + " another port",
                    e.getMessage());
            return none();
        }
    }

    @Override
    public void close() {
        stop.run();
    }
}
