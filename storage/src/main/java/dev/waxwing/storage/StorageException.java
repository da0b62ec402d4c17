package dev.waxwing.storage;

/// A store could not do what was asked; the text names the store, the file and what was found.
public class StorageException extends RuntimeException {
    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
