package dev.waxwing.warehouse;

/// Another live writer holds the partition, or took it over; the text names it. Worth trying again later.
public final class PartitionClaimed extends WarehouseException {
    PartitionClaimed(String message) {
        super(message);
    }
}
