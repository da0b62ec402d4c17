package dev.waxwing.warehouse;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What the warehouse asks of an engine that runs SQL over Parquet files.
interface SqlEngine extends AutoCloseable {

    /// A table as the engine sees it.
    /// @param files Parquet, below folders `ds=yyyymmdd`; none: the table has columns and no rows
    /// @param evolved whether some files may lack columns
    record Relation(List<Column> columns, List<String> files, boolean evolved) {
        public Relation {
            columns = List.copyOf(columns);
            files = List.copyOf(files);
        }
    }

    /// Reads a text that a user wrote.
    ///
    /// @throws WarehouseException if it is anything but one SELECT over plainly named tables
    SqlText parse(String sql);

    /// A place in which these tables can be read by name, and which keeps what is put into it until it is closed.
    Session session(Map<String, Relation> tables);

    @Override
    void close();

    /// One user of the engine at a time. The texts given here were parsed, or are ours.
    interface Session extends AutoCloseable {
        /// Gives a SELECT a name in this session.
        void name(String name, String select);

        /// Runs a SELECT once and keeps its rows under a name in this session.
        void keep(String name, String select);

        List<Column> describe(String select);

        <T> T query(String select, ResultSetReader<T> reader);

        void batches(String select, BatchReader reader);

        /// Makes a table of this session out of rows made in Java.
        void append(String name, List<Column> columns, Iterable<Object[]> rows);

        /// @param options of the engine's COPY
        /// @return how many rows were written
        long copy(String select, Path to, String options);

        /// For every named table the condition on `ds` by which the engine will leave files out when it runs the
        /// SELECT; `true` where it reads all, no entry where it reads none.
        Map<String, List<String>> dayFilters(String select);

        @Override
        void close();
    }
}
