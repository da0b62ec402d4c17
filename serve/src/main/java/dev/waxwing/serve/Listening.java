package dev.waxwing.serve;

import io.helidon.webserver.WebServer;

import java.net.BindException;

/// Starts a listener, or says why the port is not to be had.
public final class Listening {
    private Listening() {}

    /// @param host and port as they are set in the server's configuration
    /// @throws IllegalStateException if another process has the port; says which, and what would do
    public static WebServer start(WebServer server, String host, int port) {
        try {
            return server.start();
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException) {
                    throw new IllegalStateException(
                            "cannot listen on "
                                    + host
                                    + ":"
                                    + port
                                    + ": "
                                    + cause.getMessage()
                                    + ". Another process has the port, perhaps a server of this"
                                    + " project that still runs; stop it, or choose another port",
                            e);
                }
            }
            throw e;
        }
    }
}
