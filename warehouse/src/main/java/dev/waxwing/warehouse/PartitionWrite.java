package dev.waxwing.warehouse;

import java.nio.file.Path;
import java.util.List;

/// A write of one or several days of one table, which holds their claims from the start to [#commit] or [#close].
///
/// Give it its rows once ([#select], [#rows] or [#file]), then commit. The rows must have a column `ds` whose values
/// are among the claimed days; a claimed day without rows becomes a committed partition with 0 rows.
public interface PartitionWrite extends AutoCloseable {

    /// Writes the result of a SELECT; the tables it reads become the parents.
    PartitionWrite select(String sql);

    /// Writes rows made in Java. Values are `String`, `Integer`, `Long`, `Double`, `Float`, `Boolean`, `BigDecimal`,
    /// `LocalDate`, `LocalDateTime` or `Instant` (UTC), `Collection` or array for a list, `Map`, or null.
    PartitionWrite rows(List<Column> columns, Iterable<Object[]> rows);

    /// Writes the rows of a file. Its columns must be those of the table, if the table exists; in a CSV file they are
    /// read as the table's types, or all as VARCHAR if there is no table yet. A file without a column `ds` is taken
    /// for the one day that is claimed.
    PartitionWrite file(Path file, FileFormat format);

    /// Adds the rows to what the days hold instead of replacing it.
    PartitionWrite adding();

    /// Names a table that the rows were made from, where that is not seen from a SELECT.
    PartitionWrite madeFrom(String table, String fromDs, String toDs);

    /// A condition over all written rows, like `count(*) > 1000` or `avg(label) between 0.001 and 0.9`.
    PartitionWrite check(String expression);

    /// Sets a mark of the table, like the position up to which a log was read, in the same transaction.
    PartitionWrite mark(String key, String value);

    /// Says that a day is [PartitionState#OPEN] from this commit on, until a write of it says [#complete].
    PartitionWrite open(String ds);

    /// Says that a day is no longer open.
    PartitionWrite complete(String ds);

    /// How many rows are ready to be committed.
    long rowCount();

    /// Makes the rows visible, all days at once; or nothing, if their content is what is there already.
    ///
    /// @throws ChecksFailed if a check is not true; the rows are then in quarantine
    /// @throws PartitionClaimed if the claim was taken over by a later attempt
    Committed commit();

    /// Gives the claims back; drops the rows unless they were committed. Never throws for a second call.
    @Override
    void close();
}
