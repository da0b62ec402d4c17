package dev.waxwing.model;

/// A stored file is not what was written: cut off, altered, or of another format. The text names the file and what is wrong with it.
public final class CorruptFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CorruptFileException(String message) {
        super(message);
    }

    public CorruptFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
