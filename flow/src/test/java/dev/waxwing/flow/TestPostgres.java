package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A PostgreSQL server of this JVM's own, started when a test first asks for a database and stopped with the JVM. Its programs
/// come with the build's dependencies; where there are none for the machine, those that are installed are taken. Without either such
/// tests are skipped, and fail if `CI=true`.
public final class TestPostgres {
    /// What tests hold of which others may run beside them, if they end the server.
    public static final String SERVER = "the PostgreSQL of the tests";

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static TestPostgres server;

    private final Path programs;
    private final String user;
    private final Path data;
    private final int port;

    private TestPostgres(Path root, Path programs) throws IOException, InterruptedException {
        this.programs = programs;
        data = Files.createDirectories(root.resolve("server"));
        user = isRoot() ? "nobody" : ""; // PostgreSQL refuses to run as root
        if (isRoot()) {
            call(List.of("chown", user, data.toString()));
        }
        port = freePort();
        call(as("initdb", "-A", "trust", "-U", "waxwing", "-D", data.resolve("db").toString()));
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        control("start", "-o", "-p " + port + " -h 127.0.0.1 -k " + data + " -c fsync=off");
    }

    /// A port that nobody has. Another JVM of the tests may look at the same moment, so they look in different places.
    private static int freePort() throws IOException {
        int first = 20_000 + (int) (ProcessHandle.current().pid() * 31 % 10_000);
        for (int port = first; port < first + 100; port++) {
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("no port is free from " + first + " on");
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (BindException e) {
            return false;
        }
    }

    /// The URL of an empty database.
    public static synchronized String freshDatabase() throws Exception {
        if (server == null) {
            Path root = Files.createTempDirectory("waxwing-postgres");
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
            Optional<Path> programs = programs(root);
            if (programs.isEmpty() && "true".equals(System.getenv("CI"))) {
                fail(
                        "no PostgreSQL for this machine, neither as a dependency nor below "
                                + INSTALLED);
            }
            assumeTrue(
                    programs.isPresent(),
                    "no PostgreSQL for this machine, neither as a dependency nor below "
                            + INSTALLED);
            server = new TestPostgres(root, programs.get());
        }
        String name = "t" + COUNT.incrementAndGet();
        server.sql("CREATE DATABASE " + name);
        return server.url(name);
    }

    /// Ends the server as if the power went, and starts it again.
    public static synchronized void crashAndComeBack(Runnable meanwhile) throws Exception {
        server.control("stop", "-m", "immediate");
        meanwhile.run();
        server.control(
                "start",
                "-o",
                "-p " + server.port + " -h 127.0.0.1 -k " + server.data + " -c fsync=off");
    }

    /// Where the server listens, once a test has asked for a database.
    static synchronized int port() {
        return server.port;
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=waxwing";
    }

    private void sql(String text) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private void control(String what, String... more) throws IOException, InterruptedException {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "-D",
                                data.resolve("db").toString(),
                                "-w",
                                "-l",
                                data.resolve("log").toString()));
        arguments.addAll(List.of(more));
        arguments.add(what);
        call(as("pg_ctl", arguments.toArray(String[]::new)));
    }

    private void stop() {
        try {
            control("stop", "-m", "immediate");
            call(List.of("rm", "-r", data.getParent().toString()));
        } catch (IOException | InterruptedException e) {
            System.err.println("a PostgreSQL of the tests may be left in " + data + ": " + e);
        }
    }

    private List<String> as(String program, String... arguments) {
        var command = new ArrayList<String>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", user, "--"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static Optional<Path> programs(Path root) throws IOException {
        Optional<Path> unpacked = unpack(root.resolve("postgres"));
        if (unpacked.isPresent() || !Files.isDirectory(INSTALLED)) {
            return unpacked;
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .findFirst();
        }
    }

    private static Optional<Path> unpack(Path to) throws IOException {
        String archive = "/postgres-linux-x86_64.txz";
        boolean ours =
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64");
        InputStream packed = ours ? TestPostgres.class.getResourceAsStream(archive) : null;
        if (packed == null) {
            return Optional.empty();
        }
        try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
            TarArchiveEntry entry = tar.getNextEntry();
            while (entry != null) {
                Path target = to.resolve(entry.getName()).normalize();
                Files.createDirectories(entry.isDirectory() ? target : target.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (entry.isFile()) {
                    Files.copy(tar, target);
                    boolean runs = (entry.getMode() & 0111) != 0;
                    Files.setPosixFilePermissions(
                            target,
                            PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
                }
                entry = tar.getNextEntry();
            }
        }
        return Optional.of(to.resolve("bin"));
    }

    private static void call(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("waxwing-postgres", ".out");
        Process process =
                new ProcessBuilder(command)
                        .directory(Path.of("/tmp").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        int code = process.waitFor();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        if (code != 0) {
            throw new IOException(command + " ended with " + code + ": " + said);
        }
    }
}
