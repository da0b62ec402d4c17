package dev.waxwing.learn;

/// The data or the parameters do not allow a model to be trained. Meant for the author of the pipeline: the
/// message names the column, label, epoch or parameter, what was found there, and what would do.
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param message what, where, what was found, what would do
    public TrainingException(String message) {
        super(message);
    }

    /// @param message what, where, what was found, what would do
    /// @param cause what the native library or the file system said
    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
