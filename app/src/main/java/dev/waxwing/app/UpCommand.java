package dev.waxwing.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

@Command(
        name = "up",
        description =
                "Serves what the nights published, on loopback; follows new activations while it"
                        + " runs.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
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
        try (RunningServer server =
                RunningServer.start(installation, port, InstantSource.system())) {
            System.out.println(
                    "Serving http://"
                            + RunningServer.HOST
                            + ":"
                            + server.port()
                            + "  (stop with Ctrl-C; /openapi lists the routes)");
            told.await();
        } finally {
            closed.countDown();
        }
    }
}
