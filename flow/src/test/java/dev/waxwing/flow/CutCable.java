package dev.waxwing.flow;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A way to a server of this machine that can be cut as a cable is: nobody is told, nothing arrives any more.
final class CutCable implements AutoCloseable {
    private final int to;
    private final ServerSocket here;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    /// Connections that were there when it was cut never work again.
    private final AtomicInteger cuts = new AtomicInteger();

    private volatile boolean isCut;

    CutCable(int to) throws IOException {
        this.to = to;
        this.here = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /// The same URL over this way.
    String through(String url) {
        return url.replace(":" + to + "/", ":" + here.getLocalPort() + "/");
    }

    void cut() {
        isCut = true;
        cuts.incrementAndGet();
    }

    void mend() {
        isCut = false;
    }

    private void accept() {
        try {
            while (true) {
                Socket from = here.accept();
                var there = new Socket(InetAddress.getLoopbackAddress(), to);
                open.add(from);
                open.add(there);
                int made = cuts.get();
                Thread.ofVirtual().start(() -> pass(from, there, made));
                Thread.ofVirtual().start(() -> pass(there, from, made));
            }
        } catch (IOException e) { // it was closed
            return;
        }
    }

    private void pass(Socket from, Socket there, int made) {
        try (InputStream in = from.getInputStream();
                OutputStream out = there.getOutputStream()) {
            byte[] some = new byte[8192];
            int count = in.read(some);
            while (count >= 0) {
                if (!isCut && made == cuts.get()) {
                    out.write(some, 0, count);
                    out.flush();
                }
                count = in.read(some);
            }
        } catch (IOException e) { // one end hung up
            return;
        }
    }

    @Override
    public void close() throws IOException {
        here.close();
        for (Socket each : open) {
            each.close();
        }
    }
}
