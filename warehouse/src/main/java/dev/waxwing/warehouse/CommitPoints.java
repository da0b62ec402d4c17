package dev.waxwing.warehouse;

/// Is told how far a write has come, so that a test can stop or kill it there.
@FunctionalInterface
interface CommitPoints {
    CommitPoints NONE = _ -> {};

    enum Point {
        /// The claims are taken, nothing is written.
        CLAIMED,
        /// The rows are in the staging folder.
        STAGED,
        /// The rows are in the table's folder, and no snapshot names them.
        FILES_PLACED,
        /// About to write a file of metadata.
        METADATA_WRITE,
        /// The new metadata is written; the catalog's transaction begins.
        METADATA_WRITTEN,
        /// The pointer is moved inside the transaction, which is not committed.
        POINTER_MOVED,
        /// The transaction is committed.
        COMMITTED
    }

    void reached(Point point);
}
