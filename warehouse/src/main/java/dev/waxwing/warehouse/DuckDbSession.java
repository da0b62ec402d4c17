package dev.waxwing.warehouse;

import com.fasterxml.jackson.databind.JsonNode;

import org.duckdb.DuckDBConnection;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A connection of its own, in which tables are temporary views over the files of one snapshot each.
final class DuckDbSession implements SqlEngine.Session {
    private final DuckDBConnection connection;
    private final Map<String, SqlEngine.Relation> tables;
    private final Path none;

    DuckDbSession(DuckDBConnection root, Map<String, SqlEngine.Relation> tables, Path none)
            throws SQLException {
        this.connection = root.duplicate();
        this.none = none;
        this.tables = tables;
        try {
            define(tables);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private void define(Map<String, SqlEngine.Relation> relations) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, SqlEngine.Relation> table : relations.entrySet()) {
                statement.execute(
                        "CREATE OR REPLACE TEMP VIEW "
                                + Shape.quoted(table.getKey())
                                + " AS "
                                + select(table.getValue()));
            }
        }
    }

    private static String select(SqlEngine.Relation relation) {
        String none =
                relation.columns().stream()
                        .map(c -> "CAST(NULL AS " + c.type() + ") AS " + Shape.quoted(c.name()))
                        .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
        if (relation.files().isEmpty()) {
            return none;
        }
        // Without hive_types a folder ds=20130801 would be read as a BIGINT, whatever the file
        // says.
        String files =
                relation.files().stream()
                        .map(DuckDb::literal)
                        .collect(Collectors.joining(", ", "[", "]"));
        String read =
                " FROM read_parquet("
                        + files
                        + ", hive_partitioning = true, hive_types = {'ds': VARCHAR}";
        if (!relation.evolved()) {
            return "SELECT " + names(relation.columns()) + read + ")";
        }
        return none + " UNION ALL BY NAME (SELECT *" + read + ", union_by_name = true))";
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(c -> Shape.quoted(c.name())).collect(Collectors.joining(", "));
    }

    @Override
    public void name(String name, String select) {
        execute("CREATE OR REPLACE TEMP VIEW " + Shape.quoted(name) + " AS " + select);
    }

    @Override
    public void keep(String name, String select) {
        execute("CREATE OR REPLACE TEMP TABLE " + Shape.quoted(name) + " AS " + select);
    }

    @Override
    public List<Column> describe(String select) {
        return query(
                "DESCRIBE " + select,
                rows -> {
                    List<Column> columns = new ArrayList<>();
                    while (rows.next()) {
                        columns.add(new Column(rows.getString(1), rows.getString(2)));
                    }
                    return columns;
                });
    }

    @Override
    public <T> T query(String select, ResultSetReader<T> reader) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(select)) {
            return reader.read(rows);
        } catch (SQLException e) {
            throw problem(e);
        }
    }

    @Override
    public void batches(String select, BatchReader reader) {
        try {
            DuckDbBatches.read(connection, select, reader);
        } catch (SQLException e) {
            throw problem(e);
        }
    }

    @Override
    public void append(String name, List<Column> columns, Iterable<Object[]> rows) {
        execute(
                "CREATE OR REPLACE TEMP TABLE "
                        + Shape.quoted(name)
                        + columns.stream()
                                .map(c -> Shape.quoted(c.name()) + " " + c.type())
                                .collect(Collectors.joining(", ", " (", ")")));
        try {
            DuckDbRows.append(connection, name, columns, rows);
        } catch (SQLException e) {
            throw problem(e);
        }
    }

    @Override
    public long copy(String select, Path to, String options) {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate(
                    "COPY ("
                            + select
                            + ") TO "
                            + DuckDb.literal(to.toString())
                            + " ("
                            + options
                            + ")");
        } catch (SQLException e) {
            throw problem(e);
        }
    }

    /// The plan tells how many files a scan has, but only if it leaves some out, and not of which table. So each table
    /// gets a file that is always left out, and a number of files of its own by naming that file again: the plan is only
    /// looked at, never run.
    @Override
    public Map<String, List<String>> dayFilters(String select) {
        Map<String, List<String>> filters = new HashMap<>();
        Map<Integer, String> byCount = new HashMap<>();
        Map<String, SqlEngine.Relation> told = new LinkedHashMap<>();
        tables.forEach(
                (table, relation) -> {
                    if (!relation.files().isEmpty()) {
                        List<String> files = new ArrayList<>(relation.files());
                        do {
                            files.add(none.toString());
                        } while (byCount.putIfAbsent(files.size(), table) != null);
                        told.put(
                                table,
                                new SqlEngine.Relation(
                                        relation.columns(), files, relation.evolved()));
                    }
                });
        try {
            for (Map.Entry<String, SqlEngine.Relation> table : told.entrySet()) {
                name(
                        table.getKey(),
                        "SELECT * FROM (" + select(table.getValue()) + ") WHERE ds > '0'");
            }
            JsonNode plan =
                    query(
                            "EXPLAIN (FORMAT json) " + select,
                            rows -> {
                                rows.next();
                                return DuckDb.read(rows.getString(2));
                            });
            scans(plan, byCount, filters);
            define(tables);
        } catch (SQLException e) {
            throw problem(e);
        }
        return filters;
    }

    private static void scans(
            JsonNode node, Map<Integer, String> byCount, Map<String, List<String>> filters) {
        if (node.isArray()) {
            node.forEach(each -> scans(each, byCount, filters));
            return;
        }
        JsonNode info = node.path("extra_info");
        if (node.path("name").asText().strip().equals("READ_PARQUET")) {
            String[] scanned = info.path("Scanning Files").asText().split("/");
            String table =
                    scanned.length == 2 ? byCount.get(Integer.parseInt(scanned[1].strip())) : null;
            // several conditions stand side by side without a word between them
            String filter =
                    info.path("File Filters").asText().replaceAll("\\)(?=\\w*\\()", ") AND ");
            if (table != null && !filter.isEmpty()) {
                filters.computeIfAbsent(table, _ -> new ArrayList<>()).add(filter);
            } else { // an unfiltered scan does not say how many files it has
                byCount.values()
                        .forEach(
                                any ->
                                        filters.computeIfAbsent(any, _ -> new ArrayList<>())
                                                .add("true"));
            }
        }
        scans(node.path("children"), byCount, filters);
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw problem(e);
        }
    }

    private static WarehouseException problem(SQLException e) {
        return new WarehouseException("SQL: " + DuckDb.text(e), e);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw problem(e);
        }
    }
}
