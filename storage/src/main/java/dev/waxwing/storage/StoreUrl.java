package dev.waxwing.storage;

import java.net.URI;
import java.nio.file.Path;

/// Where a store is, as people write it: `file:///folder`, `s3://bucket/prefix/`, `oss://bucket.endpoint/prefix/`.
///
/// In `oss://test.oss-cn-shanghai-internal.aliyuncs.com/model/` the bucket is `test` and the rest of the host the endpoint,
/// as PAI writes it.
public sealed interface StoreUrl {

    /// A local folder.
    record Folder(Path root) implements StoreUrl {
        @Override
        public String toString() {
            return root.toUri().toString();
        }
    }

    /// Part of a bucket.
    ///
    /// @param endpoint host, perhaps with a port; [#AWS] means the bucket's region is found by the SDK
    /// @param prefix empty, or ends in `/`
    record Bucket(String scheme, String bucket, String endpoint, String prefix)
            implements StoreUrl {
        static final String AWS = "s3.amazonaws.com";

        @Override
        public String toString() {
            return scheme
                    + "://"
                    + bucket
                    + (scheme.equals("oss") ? "." + endpoint : "")
                    + "/"
                    + prefix;
        }
    }

    /// The store's part below a folder of it.
    /// @param folder one or more names with `/` between them, and `/` at the end
    default StoreUrl below(String folder) {
        return switch (this) {
            case Folder(Path root) -> new Folder(root.resolve(folder));
            case Bucket(String scheme, String bucket, String endpoint, String prefix) ->
                    new Bucket(scheme, bucket, endpoint, prefix + folder);
        };
    }

    /// @throws IllegalArgumentException if it is none of the three forms; says what was found
    static StoreUrl parse(String text) {
        URI uri;
        try {
            uri = URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            throw wrong(text, "is not a URL: " + e.getMessage());
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme();
        return switch (scheme) {
            case "file" -> folder(text, uri);
            case "s3", "oss" -> bucket(text, scheme, uri);
            default -> throw wrong(text, "begins with none of file://, s3://, oss://");
        };
    }

    private static StoreUrl folder(String text, URI uri) {
        if (uri.getPath() == null || uri.getPath().isEmpty() || uri.getAuthority() != null) {
            throw wrong(text, "names no folder; three slashes begin it: file:///data/models/");
        }
        return new Folder(Path.of(uri.getPath()));
    }

    private static StoreUrl bucket(String text, String scheme, URI uri) {
        String host = uri.getAuthority();
        if (host == null) {
            throw wrong(text, "names no bucket");
        }
        if (host.indexOf('@') >= 0 || uri.getQuery() != null || uri.getFragment() != null) {
            throw wrong(
                    text,
                    "holds more than bucket and path; credentials come from the environment or a"
                            + " file, see docs/object-store.md");
        }
        String bucket = host;
        String endpoint = Bucket.AWS;
        if (scheme.equals("oss")) {
            int dot = host.indexOf('.');
            if (dot < 1 || dot == host.length() - 1) {
                throw wrong(text, "has no endpoint; write oss://bucket.endpoint/prefix/");
            }
            bucket = host.substring(0, dot);
            endpoint = host.substring(dot + 1);
        }
        if (!bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,62}")) {
            throw wrong(text, "names the bucket " + bucket + ", which is no bucket's name");
        }
        String prefix = uri.getPath().replaceAll("^/+|/+$", "");
        return new Bucket(scheme, bucket, endpoint, prefix.isEmpty() ? "" : prefix + "/");
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("'" + text + "' " + why);
    }
}
