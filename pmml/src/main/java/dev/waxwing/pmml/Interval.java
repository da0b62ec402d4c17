package dev.waxwing.pmml;

import java.util.List;

/// A stretch of numbers, open or closed at its ends.
record Interval(double from, boolean withFrom, double to, boolean withTo) {
    static Interval read(Element element) {
        String closure =
                element.word(
                        "closure",
                        "",
                        List.of("openOpen", "openClosed", "closedOpen", "closedClosed"));
        return new Interval(
                element.number("leftMargin", Double.NEGATIVE_INFINITY),
                closure.startsWith("closed") || !element.has("leftMargin"),
                element.number("rightMargin", Double.POSITIVE_INFINITY),
                closure.endsWith("Closed") || !element.has("rightMargin"));
    }

    boolean holds(double x) {
        return (x > from || (withFrom && x == from)) && (x < to || (withTo && x == to));
    }
}
