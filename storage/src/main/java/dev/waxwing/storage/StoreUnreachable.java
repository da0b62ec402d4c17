package dev.waxwing.storage;

/// A store did not answer, or said that it cannot now: the same may work later.
public final class StoreUnreachable extends StorageException {
    StoreUnreachable(String message, Throwable cause) {
        super(message, cause);
    }
}
