package dev.waxwing.warehouse;

/// Is given a query's rows batch by batch, in order.
@FunctionalInterface
public interface BatchReader {
    void read(Batch batch);
}
