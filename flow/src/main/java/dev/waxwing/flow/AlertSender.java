package dev.waxwing.flow;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Sends what is to be told, beside the work of the shift. An alert is in the database until somebody has taken it in: one that
/// cannot be delivered is tried again, after 10 s and then twice as long each time up to an hour, for a day. A process that dies
/// while it sends leaves the alert to the next, so the same may come twice; it never is lost unsaid.
final class AlertSender implements AutoCloseable {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    static final Duration GIVE_UP = Duration.ofDays(1);
    private static final Logger LOG = LoggerFactory.getLogger(AlertSender.class);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration COMMAND = Duration.ofSeconds(60);

    /// Longer than any try may take.
    private static final Duration LEASE = Duration.ofMinutes(2);

    private static final int AT_ONCE = 20;
    private static final int MOST_SAID = 500;

    private final Runs runs;
    private final Path folder;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(ANSWER)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();

    /// @param folder in which commands run
    AlertSender(Runs runs, Path folder) {
        this.runs = runs;
        this.folder = folder;
    }

    /// Begins to send what is due.
    void tick(Instant now) {
        List<Alert> due = runs.database().read(handle -> BaselineRecord.due(handle, now, AT_ONCE));
        for (Alert alert : due) {
            boolean taken =
                    runs.database().turn(handle -> BaselineRecord.take(handle, alert, now, LEASE));
            if (taken) {
                threads.execute(() -> send(alert, now));
            }
        }
    }

    private void send(Alert alert, Instant now) {
        try {
            String trouble = alert.channel().equals(Alert.WEBHOOK) ? post(alert) : command(alert);
            runs.database()
                    .turn(
                            handle -> {
                                settle(handle, alert, trouble, now);
                                return alert;
                            });
        } catch (InterruptedException e) { // the shift ends; the lease runs out and another tries
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("alert {} is tried again: {}", alert.id(), FailureText.of(e));
        }
    }

    private static void settle(
            org.jdbi.v3.core.Handle handle, Alert alert, String trouble, Instant now) {
        String what = alert.channel() + " of baseline " + alert.baseline();
        if (trouble.isEmpty()) {
            BaselineRecord.sent(handle, alert.id());
        } else if (!now.isBefore(alert.madeAt().plus(GIVE_UP))) {
            LOG.error("{} is given up after a day; nobody was told: {}", what, alert.body());
            BaselineRecord.givenUp(handle, alert.id(), trouble);
        } else {
            Duration pause = pause(alert.tries());
            LOG.warn("{} failed, again in {} s: {}", what, pause.toSeconds(), trouble);
            BaselineRecord.failed(handle, alert.id(), trouble, now.plus(pause));
        }
    }

    /// @param tries before this one
    static Duration pause(int tries) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 20));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /// @return why it failed; empty if it was taken in
    private String post(Alert alert) throws InterruptedException {
        try {
            HttpResponse<Void> answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(alert.target()))
                                    .timeout(ANSWER)
                                    .header("Content-Type", "application/json")
                                    .header("Idempotency-Key", alert.id())
                                    .POST(HttpRequest.BodyPublishers.ofString(alert.body()))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            return answer.statusCode() / 100 == 2 ? "" : "answered " + answer.statusCode();
        } catch (IOException | IllegalArgumentException e) {
            return FailureText.of(e);
        }
    }

    private String command(Alert alert) throws InterruptedException {
        Path said = null;
        Process process = null;
        try {
            said = Files.createTempFile("waxwing-alert", ".log");
            process =
                    new ProcessBuilder(alert.target().split("\n"))
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(said.toFile())
                            .start();
            try (var in = process.getOutputStream()) {
                in.write(alert.body().getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                LOG.debug("the command does not read what it is told: {}", e.toString());
            }
            if (!process.waitFor(COMMAND.toMillis(), TimeUnit.MILLISECONDS)) {
                return "took longer than " + COMMAND.toSeconds() + " s";
            }
            return process.exitValue() == 0
                    ? ""
                    : "ended with " + process.exitValue() + ": " + end(said);
        } catch (IOException e) {
            return FailureText.of(e);
        } finally {
            stop(process);
            delete(said);
        }
    }

    private static void stop(Process process) {
        if (process != null && process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }

    private static void delete(Path said) {
        try {
            if (said != null) {
                Files.deleteIfExists(said);
            }
        } catch (IOException e) {
            LOG.debug("{} stays: {}", said, e.toString());
        }
    }

    private static String end(Path said) throws IOException {
        String text = new String(Files.readAllBytes(said), StandardCharsets.UTF_8).strip();
        return text.length() > MOST_SAID ? text.substring(text.length() - MOST_SAID) : text;
    }

    /// Ends what is being sent; when this returns nothing is at work any more, in the database or elsewhere.
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
        http.close();
    }
}
