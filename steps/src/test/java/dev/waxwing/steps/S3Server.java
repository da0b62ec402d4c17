package dev.waxwing.steps;

import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.SortedMap;
import java.util.TreeMap;

/// A server that speaks the S3 protocol and keeps one bucket, `test`, in memory.
final class S3Server implements AutoCloseable {
    private static final String BUCKET = "test";
    private final BlobStoreContext context;
    private final S3Proxy server;
    private final BlobStore blobs;

    S3Server(String id, String secret) {
        context =
                ContextBuilder.newBuilder("transient-nio2")
                        .credentials("any", "any")
                        .build(BlobStoreContext.class);
        blobs = context.getBlobStore();
        blobs.createContainerInLocation(null, BUCKET);
        server =
                S3Proxy.builder()
                        .blobStore(blobs)
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, id, secret)
                        .build();
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the test's S3 server does not start", e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getPort();
    }

    /// Text by name.
    SortedMap<String, String> files() {
        SortedMap<String, String> files = new TreeMap<>();
        blobs.list(BUCKET, org.jclouds.blobstore.options.ListContainerOptions.Builder.recursive())
                .forEach(
                        blob -> {
                            try (InputStream in =
                                    blobs.getBlob(BUCKET, blob.getName())
                                            .getPayload()
                                            .openStream()) {
                                files.put(
                                        blob.getName(),
                                        new String(
                                                in.readAllBytes(),
                                                java.nio.charset.StandardCharsets.UTF_8));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        return files;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the test's S3 server does not stop", e);
        } finally {
            context.close();
        }
    }
}
