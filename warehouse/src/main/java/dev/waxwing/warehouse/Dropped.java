package dev.waxwing.warehouse;

/// Files that were removed from quarantine.
public record Dropped(int files, long bytes) {}
