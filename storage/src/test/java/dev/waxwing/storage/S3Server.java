package dev.waxwing.storage;

import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;

import java.net.URI;
import java.util.Map;

/// A server that speaks the S3 protocol and keeps its buckets in memory.
final class S3Server implements AutoCloseable {
    static final String BUCKET = "test";
    static final Map<String, String> KEYS =
            Map.of("OSS_ACCESS_KEY_ID", "reader", "OSS_ACCESS_KEY_SECRET", "of the wood");

    private final BlobStoreContext context;
    private final S3Proxy server;
    final BlobStore blobs;

    S3Server() {
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
                        .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "reader", "of the wood")
                        .build();
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the test's S3 server does not start", e);
        }
    }

    int port() {
        return server.getPort();
    }

    /// A store as PAI names it, with its endpoint pointed at a port of this machine.
    static ObjectStore store(String url, int port, Map<String, String> environment) {
        var bucket = (StoreUrl.Bucket) StoreUrl.parse(url);
        var settings =
                new StoreSettings(Map.of(bucket.endpoint(), "http://127.0.0.1:" + port), "auto");
        return S3Store.open(bucket, settings, environment);
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
