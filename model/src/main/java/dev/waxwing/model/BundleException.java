package dev.waxwing.model;

/// A bundle is refused or cannot be found; the text names it, says what is wrong and what would do.
public final class BundleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BundleException(String message) {
        super(message);
    }

    public BundleException(String message, Throwable cause) {
        super(message, cause);
    }
}
