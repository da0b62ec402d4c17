package dev.waxwing.storage;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The keys for a bucket and where they were found: in the environment, in a file, or as the role of the machine.
record S3Credentials(AwsCredentialsProvider provider, String source) {
    private static final List<Names> OSS =
            List.of(
                    new Names("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN"),
                    new Names(
                            "ALIBABA_CLOUD_ACCESS_KEY_ID",
                            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                            "ALIBABA_CLOUD_SECURITY_TOKEN"));
    private static final Names AWS =
            new Names("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");

    private record Names(String id, String secret, String token) {}

    /// @param scheme `s3` or `oss`; the latter's own variables are looked at first
    /// @throws StorageException naming every place that was looked at
    static S3Credentials find(
            String scheme, StoreSettings settings, Map<String, String> environment) {
        List<String> lookedAt = new ArrayList<>();
        String wanted = settings.credentials();
        boolean auto = wanted.equals("auto");
        Optional<S3Credentials> found = Optional.empty();
        if (auto || wanted.equals("env")) {
            found = fromEnvironment(scheme, environment, lookedAt);
        }
        if (found.isEmpty() && (auto || wanted.startsWith("file:"))) {
            found = fromFile(wanted, environment, lookedAt);
        }
        if (found.isEmpty() && (auto || wanted.equals("role"))) {
            found = fromRole(auto, environment, lookedAt);
        }
        return found.orElseThrow(
                () ->
                        new StorageException(
                                "no credentials for "
                                        + scheme
                                        + ":// stores; looked at: "
                                        + String.join("; ", lookedAt)
                                        + ". Set the variables, or name a file with stores:"
                                        + " { credentials: file:PATH } in waxwing.yaml"));
    }

    private static Optional<S3Credentials> fromEnvironment(
            String scheme, Map<String, String> environment, List<String> lookedAt) {
        List<Names> all = new ArrayList<>(scheme.equals("oss") ? OSS : List.of());
        all.add(AWS);
        for (Names names : all) {
            String id = environment.getOrDefault(names.id, "");
            String secret = environment.getOrDefault(names.secret, "");
            if (!id.isBlank() && !secret.isBlank()) {
                return Optional.of(
                        fixed(
                                id,
                                secret,
                                environment.getOrDefault(names.token, ""),
                                "the environment (" + names.id + ")"));
            }
            lookedAt.add(
                    "environment "
                            + names.id
                            + (id.isBlank() ? " (not set)" : " (set)")
                            + ", "
                            + names.secret
                            + (secret.isBlank() ? " (not set)" : " (set)"));
        }
        return Optional.empty();
    }

    private static Optional<S3Credentials> fromFile(
            String wanted, Map<String, String> environment, List<String> lookedAt) {
        String name = environment.getOrDefault("AWS_SHARED_CREDENTIALS_FILE", "");
        String profileName = environment.getOrDefault("AWS_PROFILE", "default");
        if (wanted.startsWith("file:")) {
            int hash = wanted.lastIndexOf('#');
            name = wanted.substring("file:".length(), hash < 0 ? wanted.length() : hash);
            profileName = hash < 0 ? "default" : wanted.substring(hash + 1);
        } else if (name.isBlank()) {
            name = environment.getOrDefault("HOME", "") + "/.aws/credentials";
        }
        Path file = Path.of(name);
        if (!Files.isReadable(file)) {
            lookedAt.add("file " + file + " (not there, or not readable)");
            return Optional.empty();
        }
        Optional<Profile> profile =
                ProfileFile.builder()
                        .content(file)
                        .type(ProfileFile.Type.CREDENTIALS)
                        .build()
                        .profile(profileName);
        String id = profile.flatMap(p -> p.property("aws_access_key_id")).orElse("");
        String secret = profile.flatMap(p -> p.property("aws_secret_access_key")).orElse("");
        if (id.isBlank() || secret.isBlank()) {
            lookedAt.add(
                    "file "
                            + file
                            + (profile.isEmpty()
                                    ? " (has no [" + profileName + "])"
                                    : " (["
                                            + profileName
                                            + "] lacks aws_access_key_id or"
                                            + " aws_secret_access_key)"));
            return Optional.empty();
        }
        String token = profile.flatMap(p -> p.property("aws_session_token")).orElse("");
        return Optional.of(fixed(id, secret, token, "file " + file + " [" + profileName + "]"));
    }

    /// The machine's own metadata service is asked only when `role` was said: where there is none, asking takes seconds.
    private static Optional<S3Credentials> fromRole(
            boolean auto, Map<String, String> environment, List<String> lookedAt) {
        if (environment.containsKey("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
                || environment.containsKey("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
            return Optional.of(
                    new S3Credentials(
                            ContainerCredentialsProvider.builder().build(),
                            "the container's role"));
        }
        if (auto) {
            lookedAt.add(
                    "role (no AWS_CONTAINER_CREDENTIALS_…_URI; a machine's role is used with"
                            + " credentials: role)");
            return Optional.empty();
        }
        return Optional.of(
                new S3Credentials(
                        InstanceProfileCredentialsProvider.create(), "the machine's role"));
    }

    private static S3Credentials fixed(String id, String secret, String token, String source) {
        AwsCredentials keys =
                token.isBlank()
                        ? AwsBasicCredentials.create(id, secret)
                        : AwsSessionCredentials.create(id, secret, token);
        return new S3Credentials(StaticCredentialsProvider.create(keys), source);
    }

    @Override
    public String toString() {
        return "keys from " + source;
    }
}
