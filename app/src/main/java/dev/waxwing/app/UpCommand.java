package dev.waxwing.app;

import dev.waxwing.flow.RunListener;
import dev.waxwing.flow.Shift;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.InstantSource;
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

    @Mixin private ProjectOption project;

    @Option(
            names = "--port",
            description = "Instead of server.port of waxwing.yaml; 0 takes a free one.")
    private Integer port;

    @Option(names = "--serve-only", description = "Run nothing that is scheduled.")
    private boolean serveOnly;

    @Override
    public Integer call() throws InterruptedException {
        try (Installation installation = project.install()) {
            int at = port == null ? installation.project().port() : port;
            serve(installation, at, !serveOnly);
            return 0;
        }
    }

    static void serve(Installation installation, int port) throws InterruptedException {
        serve(installation, port, true);
    }

    /// Serves until the process is told to stop.
    /// @param shift whether it is also on shift
    private static void serve(Installation installation, int port, boolean shift)
            throws InterruptedException {
        try (var end = new ToldToEnd();
                RunningServer server =
                        RunningServer.start(installation, port, InstantSource.system())) {
            System.out.println(
                    "Serving http://"
                            + RunningServer.HOST
                            + ":"
                            + server.port()
                            + "  (stop with Ctrl-C; /openapi lists the routes)");
            Optional<Shift> onShift = shift ? onShift(installation) : Optional.empty();
            end.await();
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
