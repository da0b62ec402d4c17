package dev.waxwing.serve;

import io.helidon.webserver.WebServer;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Starts a listener, or says why the port is not to be had.
public final class Listening {
    private Listening() {}

    /// @param host and port as they are set in the server's configuration
    /// @throws IllegalStateException if the port is not to be had; says which, and what would do
    public static WebServer start(WebServer server, String host, int port) {
        if (port != 0) {
            probe(host, port);
        }
        try {
            return server.start();
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException) {
                    throw inUse(host, port, cause);
                }
            }
            throw e;
        }
    }

    /// The listener itself may share a port with another process; two servers on one port would each get some of the requests.
    private static void probe(String host, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true); // a port that its last owner has left is free
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw inUse(host, port, e);
        }
    }

    private static IllegalStateException inUse(String host, int port, Throwable cause) {
        return new IllegalStateException(
                "cannot listen on "
                        + host
                        + ":"
                        + port
                        + ": "
                        + cause.getMessage()
                        + ". Another process may have the port, perhaps a server of this project"
                        + " that still runs; stop it, or choose another port",
                cause);
    }
}
