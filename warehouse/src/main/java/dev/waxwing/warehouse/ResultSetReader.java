package dev.waxwing.warehouse;

import java.sql.ResultSet;
import java.sql.SQLException;

/// Makes a value of a query's rows. The rows stream: they are gone when this returns.
@FunctionalInterface
public interface ResultSetReader<T> {
    T read(ResultSet rows) throws SQLException;
}
