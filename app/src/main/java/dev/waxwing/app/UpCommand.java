package dev.waxwing.app;

import dev.waxwing.flow.RunListener;
import dev.waxwing.flow.Shift;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Optional;
import java.util.concurrent.Callable;

@Command(
        name = "up",
        description =
                "Serves what the nights published, on loopback, runs what is scheduled, and follows"
                        + " new activations while it runs.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);

    private static final int NO_CONSOLE = -1;

    @Mixin private ProjectOption project;

    @Option(
            names = "--port",
            description = "Instead of server.port of waxwing.yaml; 0 takes a free one.")
    private Integer port;

    @Option(
            names = "--console-port",
            description =
                    "Instead of console.port of waxwing.yaml; 0 takes a free one, as it does with"
                            + " --port 0.")
    private Integer consolePort;

    @Option(
            names = "--serve-only",
            description = "Run nothing that is scheduled, and serve no console.")
    private boolean serveOnly;

    @Override
    public Integer call() throws InterruptedException {
        try (Installation installation = project.install()) {
            int at = port == null ? installation.project().port() : port;
            serve(installation, at, serveOnly ? NO_CONSOLE : consoleAt(installation));
            return 0;
        }
    }

    private int consoleAt(Installation installation) {
        if (consolePort != null) {
            return consolePort;
        }
        return port != null && port == 0 ? 0 : installation.project().consolePort();
    }

    static void serve(Installation installation, int port) throws InterruptedException {
        serve(installation, port, port == 0 ? 0 : installation.project().consolePort());
    }

    /// Serves until the process is told to stop.
    /// @param console where the console is served while it is on shift; [#NO_CONSOLE] = it does neither
    private static void serve(Installation installation, int port, int console)
            throws InterruptedException {
        try (var end = new ToldToEnd();
                RunningServer server =
                        RunningServer.start(installation, port, installation.clock())) {
            System.out.println(
                    "Serving http://"
                            + RunningServer.HOST
                            + ":"
                            + server.port()
                            + "  (stop with Ctrl-C; /openapi lists the routes)");
            boolean shift = console != NO_CONSOLE;
            Optional<Shift> onShift = shift ? onShift(installation) : Optional.empty();
            try (RunningConsole _ =
                    onShift.isPresent()
                            ? RunningConsole.start(installation, console)
                            : RunningConsole.none()) {
                end.await();
            }
            onShift.ifPresent(Shift::close);
        }
    }

    /// A project whose runs cannot be opened is served all the same: serving needs bundles alone.
    private static Optional<Shift> onShift(Installation installation) {
        try {
            return Optional.of(installation.shift(true, RunListener.none()));
        } catch (RuntimeException e) {
            LOG.warn("nothing that is scheduled will run: {}", e.toString());
            return Optional.empty();
        }
    }
}
