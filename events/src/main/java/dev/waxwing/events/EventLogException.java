package dev.waxwing.events;

/// The log cannot do what it was asked; the text is for whoever runs the server.
public final class EventLogException extends RuntimeException {
    private static final long serialVersionUID = 1;

    EventLogException(String message) {
        super(message);
    }

    EventLogException(String message, Throwable cause) {
        super(message, cause);
    }
}
