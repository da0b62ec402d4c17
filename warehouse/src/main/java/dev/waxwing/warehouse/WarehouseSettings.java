package dev.waxwing.warehouse;

/// @param memoryLimit how much the SQL engine may hold before it spills to disk, like `2GB` or `800MB`
/// @param threads how many threads one query may use
public record WarehouseSettings(String memoryLimit, int threads) {
    public WarehouseSettings {
        if (!memoryLimit.matches("\\d+(\\.\\d+)?\\s*(KB|MB|GB|KiB|MiB|GiB)")) {
            throw new IllegalArgumentException(
                    "memory limit must look like 2GB or 800MB, got '" + memoryLimit + "'");
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be 1 or more, got " + threads);
        }
    }

    /// 2 GB, two threads.
    public static WarehouseSettings defaults() {
        return new WarehouseSettings("2GB", 2);
    }
}
