package dev.waxwing.model;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a [Derived.Rate] was fitted on: clicks and rows of each value. Immutable.
public final class ClickRates {
    private final Tally all;
    private final SortedMap<String, Tally> byValue;
    private final Map<String, Tally> lookup;

    /// How many rows, and how many of them were clicked.
    public record Tally(long clicks, long rows) {
        public Tally {
            if (clicks < 0 || clicks > rows) {
                throw new IllegalArgumentException(
                        clicks + " clicks of " + rows + " rows are not possible");
            }
        }
    }

    /// @param all every row, whatever its value; without rows, the base rate is 0
    public ClickRates(Tally all, Map<String, Tally> byValue) {
        this.all = all;
        this.byValue = Collections.unmodifiableSortedMap(new TreeMap<>(byValue));
        this.lookup = new HashMap<>(byValue);
    }

    Tally all() {
        return all;
    }

    SortedMap<String, Tally> byValue() {
        return byValue;
    }

    /// The smoothed rate of a value.
    double rate(String value, double smoothing) {
        double base = all.rows == 0 ? 0 : (double) all.clicks / all.rows;
        Tally own = lookup.get(value);
        return own == null ? base : (own.clicks + smoothing * base) / (own.rows + smoothing);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClickRates that
                && all.equals(that.all)
                && byValue.equals(that.byValue);
    }

    @Override
    public int hashCode() {
        return Objects.hash(all, byValue);
    }

    @Override
    public String toString() {
        return byValue.size() + " values, " + all;
    }
}
