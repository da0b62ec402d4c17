package dev.waxwing.events;

/// A place in an [EventLog], between two records. Orders as the log does, also as text.
///
/// @param segment the number of the segment, from 1
/// @param offset bytes from the segment's beginning
public record LogPosition(long segment, long offset) implements Comparable<LogPosition> {
    /// Before everything.
    public static final LogPosition START = new LogPosition(0, 0);

    public LogPosition {
        if (segment < 0 || segment > 9_999_999_999L || offset < 0 || offset > 99_999_999_999L) {
            throw new IllegalArgumentException(
                    "no such log position: segment " + segment + ", offset " + offset);
        }
    }

    /// Reads what [#toString] wrote.
    public static LogPosition parse(String text) {
        if (!text.matches("\\d{10}:\\d{11}")) {
            throw new IllegalArgumentException(
                    "a log position looks like "
                            + START
                            + " (segment:offset), found \""
                            + text
                            + "\"");
        }
        return new LogPosition(
                Long.parseLong(text.substring(0, 10)), Long.parseLong(text.substring(11)));
    }

    @Override
    public int compareTo(LogPosition that) {
        int bySegment = Long.compare(segment, that.segment);
        return bySegment != 0 ? bySegment : Long.compare(offset, that.offset);
    }

    /// `segment:offset` of fixed width.
    @Override
    public String toString() {
        return "%010d:%011d".formatted(segment, offset);
    }
}
