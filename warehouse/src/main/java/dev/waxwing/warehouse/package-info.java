/// Iceberg tables partitioned by day, and the SQL engine over them. Start at [Warehouse].
///
/// A partition `ds=yyyymmdd` is written by one [PartitionWrite] that holds a claim on it, and becomes visible by one
/// move of the table's pointer in the catalog's SQLite file. The same transaction checks the claim, moves the pointer,
/// records rows, hash, writer and parents, and drops the claim; so there is no moment at which a crash could leave
/// them in disagreement, and a writer that lost its claim cannot commit.
///
/// Readers name tables plainly in a SELECT. All tables of one query are read as of one look at the catalog.
/// What is measured, learned or recommended is unknown here.
package dev.waxwing.warehouse;
