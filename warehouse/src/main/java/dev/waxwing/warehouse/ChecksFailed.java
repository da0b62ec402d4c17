package dev.waxwing.warehouse;

import java.util.List;

/// The rows failed checks; they were put into quarantine and are not visible.
public final class ChecksFailed extends WarehouseException {
    private final transient List<String> failures;

    ChecksFailed(String message, List<String> failures) {
        super(message);
        this.failures = List.copyOf(failures);
    }

    /// One line a failed check: the expression and what was found.
    public List<String> failures() {
        return failures;
    }
}
