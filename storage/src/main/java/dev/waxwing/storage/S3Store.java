package dev.waxwing.storage;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An [ObjectStore] in a bucket, spoken to in the S3 protocol: AWS, Alibaba's OSS, and servers of one's own.
///
/// S3 shows an object only when all of it has arrived. Each request carries the MD5 of what it sends, so that damage on the
/// way is refused by the server and sent again. Afterwards the object is looked at: its size, and its ETag, which is the MD5
/// (for several parts: the MD5 of their MD5s). Where a server has other ETags (encryption with a key service, OSS after
/// several parts) the object is read back and its SHA-256 compared. The SHA-256 stays with the object as metadata, and
/// reading checks it.
///
/// A lost connection, a busy server and damage on the way are tried again, five times in all, with a growing random pause.
final class S3Store implements ObjectStore {
    private static final int ATTEMPTS = 5;

    /// Larger files go in parts of at least this size.
    private static final long PART = 8L << 20;

    private static final int MOST_PARTS = 10_000;
    private static final String SHA256 = "sha256";

    /// Metadata that tells one's own write from another's, when an answer got lost.
    private static final String WRITE = "write";

    private static final Pattern OSS_REGION =
            Pattern.compile("oss-([a-z0-9-]+?)(-internal)?\\.aliyuncs\\.com");
    private static final Pattern ONE_MACHINE =
            Pattern.compile("localhost|[0-9.]+|\\[.*\\]"); // has no name below which buckets are

    private final StoreUrl.Bucket url;
    private final S3Credentials credentials;
    private final S3Client client;

    private S3Store(StoreUrl.Bucket url, S3Credentials credentials, S3Client client) {
        this.url = url;
        this.credentials = credentials;
        this.client = client;
    }

    static S3Store open(StoreUrl.Bucket url, StoreSettings settings) {
        return open(url, settings, System.getenv());
    }

    static S3Store open(
            StoreUrl.Bucket url, StoreSettings settings, Map<String, String> environment) {
        S3Credentials credentials = S3Credentials.find(url.scheme(), settings, environment);
        S3ClientBuilder client =
                S3Client.builder()
                        .credentialsProvider(credentials.provider())
                        .httpClient(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(Duration.ofSeconds(10))
                                        .socketTimeout(Duration.ofSeconds(60))
                                        .build())
                        .region(Region.of(region(url, environment)))
                        // OSS knows neither of the two
                        .serviceConfiguration(
                                S3Configuration.builder().chunkedEncodingEnabled(false).build())
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .overrideConfiguration(
                                o ->
                                        o.retryStrategy(
                                                AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                                        .maxAttempts(ATTEMPTS)
                                                        .retryOnException(S3Store::damagedOnTheWay)
                                                        .build()));
        String override = settings.endpoints().get(url.endpoint());
        if (override != null || !url.endpoint().equals(StoreUrl.Bucket.AWS)) {
            URI endpoint = URI.create(override == null ? "https://" + url.endpoint() : override);
            client.endpointOverride(endpoint);
            client.forcePathStyle(ONE_MACHINE.matcher(endpoint.getHost()).matches());
        } else {
            client.crossRegionAccessEnabled(true);
        }
        return new S3Store(url, credentials, client.build());
    }

    private static String region(StoreUrl.Bucket url, Map<String, String> environment) {
        Matcher oss = OSS_REGION.matcher(url.endpoint());
        if (oss.matches()) {
            return oss.group(1);
        }
        return environment.getOrDefault(
                "AWS_REGION", environment.getOrDefault("AWS_DEFAULT_REGION", "us-east-1"));
    }

    private static boolean damagedOnTheWay(Throwable failure) {
        return failure instanceof AwsServiceException refused
                && List.of("BadDigest", "XAmzContentSHA256Mismatch").contains(code(refused));
    }

    @Override
    public void put(String name, Path file) {
        store(name, Content.File.of(file), false);
    }

    @Override
    public void put(String name, byte[] bytes) {
        store(name, new Content.Bytes(bytes), false);
    }

    @Override
    public boolean putIfAbsent(String name, Path file) {
        return store(name, Content.File.of(file), true);
    }

    @Override
    public boolean putIfAbsent(String name, byte[] bytes) {
        return store(name, new Content.Bytes(bytes), true);
    }

    /// @return whether the object is this content; false only if it must be absent and was not
    private boolean store(String name, Content content, boolean absent) {
        String key = key(name);
        return attempt(
                "store",
                name,
                () -> {
                    if (absent && head(key).isPresent()) {
                        return false;
                    }
                    Map<String, String> metadata =
                            Map.of(SHA256, content.sha256(), WRITE, UUID.randomUUID().toString());
                    String etag;
                    try {
                        etag =
                                content.size() <= 2 * PART
                                        ? whole(key, content, metadata, absent)
                                        : inParts(key, content, metadata, absent);
                    } catch (S3Exception e) {
                        if (absent && e.statusCode() == 412) {
                            // our own write, when its answer was lost and it was sent again
                            return head(key).filter(there -> isMine(there, metadata)).isPresent();
                        }
                        throw e;
                    }
                    return verify(name, key, content, metadata, etag) || !absent;
                });
    }

    private String whole(
            String key, Content content, Map<String, String> metadata, boolean absent) {
        byte[] md5 = content.md5(0, content.size());
        client.putObject(
                request -> {
                    request.bucket(url.bucket()).key(key).metadata(metadata).contentMD5(text(md5));
                    if (absent) {
                        request.ifNoneMatch("*");
                    }
                },
                body(content, 0, content.size()));
        return HexFormat.of().formatHex(md5);
    }

    private String inParts(
            String key, Content content, Map<String, String> metadata, boolean absent) {
        long size = Math.max(PART, (content.size() + MOST_PARTS - 1) / MOST_PARTS);
        String upload =
                client.createMultipartUpload(
                                r -> r.bucket(url.bucket()).key(key).metadata(metadata))
                        .uploadId();
        boolean complete = false;
        try {
            List<CompletedPart> parts = new ArrayList<>();
            MessageDigest all = Content.md5();
            for (long at = 0; at < content.size(); at += size) {
                long offset = at;
                long length = Math.min(size, content.size() - at);
                int number = parts.size() + 1;
                byte[] md5 = content.md5(offset, length);
                all.update(md5);
                String etag =
                        client.uploadPart(
                                        r ->
                                                r.bucket(url.bucket())
                                                        .key(key)
                                                        .uploadId(upload)
                                                        .partNumber(number)
                                                        .contentMD5(text(md5)),
                                        body(content, offset, length))
                                .eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
            }
            client.completeMultipartUpload(
                    r -> {
                        r.bucket(url.bucket()).key(key).uploadId(upload);
                        r.multipartUpload(m -> m.parts(parts));
                        if (absent) {
                            r.ifNoneMatch("*");
                        }
                    });
            complete = true;
            return HexFormat.of().formatHex(all.digest()) + "-" + parts.size();
        } finally {
            if (!complete) {
                abandon(key, upload);
            }
        }
    }

    /// Parts that were sent are kept, unseen, until somebody says that they are not wanted.
    private void abandon(String key, String upload) {
        try {
            client.abortMultipartUpload(r -> r.bucket(url.bucket()).key(key).uploadId(upload));
        } catch (SdkException e) {
            org.slf4j.LoggerFactory.getLogger(S3Store.class)
                    .warn(
                            "parts of the upload {} of {} stay in {}, unseen, until the bucket's"
                                    + " lifecycle removes them: {}",
                            upload,
                            key,
                            url,
                            e.getMessage());
        }
    }

    private static RequestBody body(Content content, long offset, long length) {
        return RequestBody.fromContentProvider(
                () -> content.open(offset, length), length, "application/octet-stream");
    }

    private static String text(byte[] md5) {
        return Base64.getEncoder().encodeToString(md5);
    }

    /// @param etag what the server's ETag is, if it makes them of MD5
    /// @return false if another writer was later; that one looks after its own
    private boolean verify(
            String name, String key, Content content, Map<String, String> metadata, String etag) {
        Optional<HeadObjectResponse> found = head(key);
        if (found.isPresent() && !isMine(found.get(), metadata)) {
            return false;
        }
        String why;
        if (found.isEmpty()) {
            why = "is not there";
        } else if (found.get().contentLength() != content.size()) {
            why = "has " + found.get().contentLength() + " bytes of " + content.size();
        } else if (found.get().eTag().replace("\"", "").equalsIgnoreCase(etag)
                || sha256(key).equals(metadata.get(SHA256))) {
            return true;
        } else {
            why = "has another SHA-256";
        }
        client.deleteObject(r -> r.bucket(url.bucket()).key(key));
        throw new StorageException(
                name
                        + " was sent to "
                        + url
                        + " and accepted, but what is stored there "
                        + why
                        + "; it was removed. Nothing between here and the bucket may change"
                        + " requests");
    }

    private static boolean isMine(HeadObjectResponse there, Map<String, String> metadata) {
        return metadata.get(WRITE).equals(there.metadata().get(WRITE));
    }

    private String sha256(String key) {
        MessageDigest digest = Sha256.digest();
        try (InputStream in = client.getObject(r -> r.bucket(url.bucket()).key(key))) {
            new DigestInputStream(in, digest).transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw SdkClientException.create("reading " + key + " back ended early", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private Optional<HeadObjectResponse> head(String key) {
        try {
            return Optional.of(client.headObject(r -> r.bucket(url.bucket()).key(key)));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        }
    }

    @Override
    public byte[] read(String name) {
        String key = key(name);
        return attempt(
                "read",
                name,
                () -> {
                    var found = client.getObjectAsBytes(r -> r.bucket(url.bucket()).key(key));
                    byte[] bytes = found.asByteArrayUnsafe();
                    check(name, found.response(), Sha256.of(bytes));
                    return bytes;
                });
    }

    @Override
    public void get(String name, Path target) {
        String key = key(name);
        Path draft = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID());
        attempt(
                "get",
                name,
                () -> {
                    try {
                        GetObjectResponse found =
                                client.getObject(r -> r.bucket(url.bucket()).key(key), draft);
                        check(name, found, Sha256.of(draft));
                        Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
                        return true;
                    } catch (IOException e) {
                        throw new StorageException("cannot write " + target + ": " + e, e);
                    } finally {
                        deleteQuietly(draft);
                    }
                });
    }

    private static void deleteQuietly(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            throw new StorageException("cannot remove " + draft + ": " + e, e);
        }
    }

    private void check(String name, GetObjectResponse response, String sha256) {
        String stored = response.metadata().get(SHA256);
        if (stored != null && !stored.equals(sha256)) {
            throw new StorageException(
                    name
                            + " in "
                            + url
                            + " has the SHA-256 "
                            + sha256
                            + ", but "
                            + stored
                            + " was stored; put it there again");
        }
    }

    @Override
    public boolean exists(String name) {
        String key = key(name);
        return attempt("look for", name, () -> head(key).isPresent());
    }

    @Override
    public List<String> list(String prefix) {
        return attempt(
                "list",
                prefix,
                () ->
                        client
                                .listObjectsV2Paginator(
                                        r -> r.bucket(url.bucket()).prefix(url.prefix() + prefix))
                                .contents()
                                .stream()
                                .map(S3Object::key)
                                .filter(key -> !key.endsWith("/")) // consoles make such "folders"
                                .map(key -> key.substring(url.prefix().length()))
                                .sorted()
                                .toList());
    }

    @Override
    public void delete(String name) {
        String key = key(name);
        attempt("delete", name, () -> client.deleteObject(r -> r.bucket(url.bucket()).key(key)));
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "ObjectStore at " + url;
    }

    private String key(String name) {
        return url.prefix() + ObjectName.checked(name);
    }

    private <T> T attempt(String what, String name, Supplier<T> work) {
        String sentence = "cannot " + what + " " + name + " in " + url + ": ";
        try {
            return work.get();
        } catch (AwsServiceException e) {
            String text = sentence + explained(e);
            throw e.statusCode() >= 500 || e.isThrottlingException()
                    ? new StoreUnreachable(text, e)
                    : new StorageException(text, e);
        } catch (SdkClientException e) {
            throw new StoreUnreachable(
                    sentence + e.getMessage() + " (tried " + ATTEMPTS + " times)", e);
        }
    }

    private String explained(AwsServiceException e) {
        String code = code(e);
        return switch (code) {
            case "NoSuchBucket" ->
                    "there is no bucket "
                            + url.bucket()
                            + "; make it, or correct the URL (endpoint "
                            + url.endpoint()
                            + ")";
            case "NoSuchKey" -> "there is no such file";
            case "InvalidAccessKeyId", "SignatureDoesNotMatch" ->
                    "the server knows no such key (" + code + "); used were " + credentials;
            case "AccessDenied" ->
                    "the server forbids it (AccessDenied) to the owner of " + credentials;
            default ->
                    e.statusCode() == 403
                            ? "the server forbids it (403); used were " + credentials
                            : e.getMessage();
        };
    }

    private static String code(AwsServiceException e) {
        String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
        return code == null ? "" : code;
    }
}
