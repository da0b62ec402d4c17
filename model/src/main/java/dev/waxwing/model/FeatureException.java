package dev.waxwing.model;

/// A feature cannot be computed or encoded from what was given; the text names the feature and the value.
public final class FeatureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FeatureException(String message) {
        super(message);
    }
}
