package dev.waxwing.storage;

import java.util.Map;

/// How object stores are reached.
///
/// @param endpoints URL to use for an endpoint's host (`s3.amazonaws.com` for `s3://`), where that is not `https://` and the
///     host itself: a private cloud, a test's server
/// @param credentials where keys come from: `auto`, `env`, `file:PATH`, `file:PATH#profile` or `role`; never a key itself
public record StoreSettings(Map<String, String> endpoints, String credentials) {
    public static final StoreSettings DEFAULTS = new StoreSettings(Map.of(), "auto");

    public StoreSettings {
        endpoints = Map.copyOf(endpoints);
        if (!credentials.matches("auto|env|role|file:.+")) {
            throw new IllegalArgumentException(
                    "credentials are found by auto, env, file:PATH or role, not by a text of "
                            + credentials.length()
                            + " characters; keys themselves never stand in a settings file");
        }
    }
}
