package dev.waxwing.model;

/// Is given the entries of a row as linear, FM and FFM models take it.
@FunctionalInterface
public interface SparseSink {
    /// @param field which feature it comes from: its place in the spec, derived ones behind the others
    /// @param column from 0 to [FeatureSpace#sparseWidth()]` - 1`; once a row at most
    /// @param value never 0
    void add(int field, int column, float value);
}
