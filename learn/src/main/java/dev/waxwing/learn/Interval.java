package dev.waxwing.learn;

/// A difference (new minus old) and the interval that a bootstrap puts around it.
///
/// @param difference on the rows as they are
/// @param low lower end of the percentile interval
/// @param high upper end
/// @param level of the interval, such as 0.95
/// @param resamples resamples that the interval rests on
/// @param undefined resamples that were left out because the metric does not exist on them (one label only)
public record Interval(
        double difference, double low, double high, double level, int resamples, int undefined) {
    /// Whether the whole interval lies above 0.
    public boolean aboveZero() {
        return low > 0;
    }

    /// Whether the whole interval lies below 0.
    public boolean belowZero() {
        return high < 0;
    }
}
