package dev.waxwing.model;

/// A golden row got another score here than from the trainer, so the bundle must not be served.
public final class GoldenMismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int row;
    private final double expected;
    private final double got;

    GoldenMismatch(
            BundleRef bundle,
            int row,
            String what,
            double expected,
            double got,
            double tolerance,
            String raw) {
        super(
                "golden row "
                        + row
                        + " of bundle "
                        + bundle
                        + ": the trainer's "
                        + what
                        + " is "
                        + expected
                        + ", the scorer's "
                        + got
                        + " (they may differ by "
                        + tolerance
                        + "); the row is "
                        + raw);
        this.row = row;
        this.expected = expected;
        this.got = got;
    }

    /// The row's number in the file, from 1.
    public int row() {
        return row;
    }

    /// The trainer's score or margin.
    public double expected() {
        return expected;
    }

    /// The scorer's.
    public double got() {
        return got;
    }
}
