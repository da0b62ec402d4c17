package dev.waxwing.flow;

import java.util.ArrayList;
import java.util.StringJoiner;

/// Tells a failure with all its causes. Our own exceptions and those that only carry another are told by their text,
/// which was written for people; others by their type too, since their text alone often says nothing.
final class FailureText {
    private static final int CAUSES = 10;

    private FailureText() {}

    static String of(Throwable failure) {
        var told = new ArrayList<String>();
        Throwable cause = failure;
        while (cause != null && told.size() < CAUSES) {
            String text = text(cause);
            // A wrapper made with only a cause repeats it.
            boolean repeats =
                    cause.getCause() != null
                            && cause.getCause().toString().equals(cause.getMessage());
            if (!repeats) {
                told.add(text);
            }
            cause = cause.getCause();
        }
        var joined = new StringJoiner("\ncaused by ");
        told.forEach(joined::add);
        return joined.toString();
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        if (message == null || message.isBlank()) {
            return cause.getClass().getSimpleName();
        }
        boolean ours = cause.getClass().getPackageName().startsWith("dev.waxwing.");
        return ours ? message : cause.getClass().getSimpleName() + ": " + message;
    }
}
