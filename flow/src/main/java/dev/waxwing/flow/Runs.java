package dev.waxwing.flow;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// The record of all runs, in SQLite.
public final class Runs implements AutoCloseable {
    private Runs() {}

    /// Opens the record, making it first where there is none. Several processes may have it open.
    public static Runs open(Path sqliteFile) {
        throw new UnsupportedOperationException(sqliteFile.toString());
    }

    /// The newest runs of all pipelines, newest first.
    public List<RunReport> recent(int limit) {
        throw new UnsupportedOperationException(Integer.toString(limit));
    }

    public Optional<RunReport> find(String run) {
        throw new UnsupportedOperationException(run);
    }

    /// The newest run of a pipeline for a date.
    public Optional<RunReport> latest(String pipeline, LocalDate bizdate) {
        throw new UnsupportedOperationException(pipeline + bizdate);
    }

    @Override
    public void close() {}
}
