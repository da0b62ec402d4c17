package dev.waxwing.warehouse;

import static dev.waxwing.warehouse.Catalog.query;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Days of an intake's table to which events may still come: marks of the table, set with the commit that says so.
final class OpenDays {
    private static final String OPEN = "open";
    private static final String COMPLETE = "complete";

    private OpenDays() {}

    static String key(String ds) {
        return "day/" + ds;
    }

    static String value(boolean open) {
        return open ? OPEN : COMPLETE;
    }

    static SortedSet<String> in(Connection c, String table) throws SQLException {
        return new TreeSet<>(
                query(
                        c,
                        "SELECT substr(key, 5) FROM mark WHERE table_name = ? AND key LIKE 'day/%'"
                                + " AND value = ?",
                        List.of(table, OPEN),
                        r -> r.getString(1)));
    }
}
