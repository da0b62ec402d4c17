package dev.waxwing.warehouse;

/// The warehouse refused or failed; the text says what, where, what was found and what would do.
public class WarehouseException extends RuntimeException {
    public WarehouseException(String message) {
        super(message);
    }

    public WarehouseException(String message, Throwable cause) {
        super(message, cause);
    }
}
