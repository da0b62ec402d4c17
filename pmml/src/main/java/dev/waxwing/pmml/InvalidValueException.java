package dev.waxwing.pmml;

/// A row that the document refuses: a value outside of what a field admits, or a result that is undefined.
public final class InvalidValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidValueException(String message) {
        super(PmmlException.clip(message));
    }

    InvalidValueException(String message, Throwable cause) {
        super(message, cause);
    }
}
