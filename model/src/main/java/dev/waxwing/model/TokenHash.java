package dev.waxwing.model;

import java.nio.charset.StandardCharsets;

/// The 64-bit hash of a text that bundle files are ordered and matched by: FNV-1a over its UTF-8 bytes, then the finishing mix of MurmurHash3.
///
/// Part of the file format: it never changes. 0 is kept for "no token", a text that would hash to 0 gets 1.
final class TokenHash {
    private TokenHash() {}

    static long of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    static long of(byte[] utf8) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : utf8) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        hash ^= hash >>> 33;
        return hash == 0 ? 1 : hash;
    }
}
