package dev.waxwing.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/// A TCP connection to a server on this machine that does harm: it is cut after some bytes, or one byte in so many of what
/// is sent arrives changed.
final class BadWire implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final long after;
    private final boolean cut;
    private final AtomicInteger harmLeft;
    private final AtomicInteger harmed = new AtomicInteger();

    private BadWire(int target, long after, boolean cut, int times) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        this.after = after;
        this.cut = cut;
        this.harmLeft = new AtomicInteger(times);
        Thread.ofVirtual().start(this::accept);
    }

    /// @param after bytes of a connection, from client to server
    /// @param times how often it is cut; later connections are left alone
    static BadWire cutting(int target, long after, int times) throws IOException {
        return new BadWire(target, after, true, times);
    }

    static BadWire changing(int target, long after, int times) throws IOException {
        return new BadWire(target, after, false, times);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// How many connections it has harmed.
    int harmed() {
        return harmed.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread.ofVirtual().start(() -> pump(client, server, true));
                Thread.ofVirtual().start(() -> pump(server, client, false));
            }
        } catch (IOException e) {
            // closed: no more connections
        }
    }

    private void pump(Socket from, Socket to, boolean upward) {
        byte[] buffer = new byte[8192];
        long seen = 0;
        try (to;
                from) { // closed first, so that no answer to half a request comes back
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                long next = (seen / after + 1) * after; // a kept connection is harmed again
                boolean due = upward && seen + n > next;
                if (due && harmLeft.getAndDecrement() > 0) {
                    harmed.incrementAndGet();
                    if (cut) {
                        return;
                    }
                    buffer[(int) (next - seen)] ^= 1;
                }
                seen += n;
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // the other side is gone; so is this connection
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
