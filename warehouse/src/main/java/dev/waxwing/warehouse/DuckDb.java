package dev.waxwing.warehouse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.duckdb.DuckDBConnection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/// DuckDB in this process.
///
/// The engine is locked when it starts: it reads and writes below the folders it is given and nowhere else, loads no
/// extension, attaches no database, and its settings can no longer be changed, by us either. Users' text is moreover
/// parsed before it is run ([#parse]), so that it cannot name a file inside those folders.
final class DuckDb implements SqlEngine {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DuckDBConnection root;
    private final Path own;
    private final Path none;

    /// @param folders all that the engine may touch
    /// @param own a folder below them that only this engine uses, removed when it is closed
    DuckDb(WarehouseSettings settings, List<Path> folders, Path own) {
        this.own = own;
        this.none = own.resolve("ds=0").resolve("none.parquet");
        try {
            Files.createDirectories(none.getParent());
            Properties properties = new Properties();
            properties.setProperty("jdbc_stream_results", "true");
            root = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
            try (Statement statement = root.createStatement()) {
                String allowed =
                        folders.stream()
                                .map(f -> literal(f + "/"))
                                .collect(Collectors.joining(", ", "[", "]"));
                for (String setting :
                        List.of(
                                "memory_limit = " + literal(settings.memoryLimit()),
                                "threads = " + settings.threads(),
                                "TimeZone = 'UTC'",
                                "temp_directory = " + literal(own.resolve("spill").toString()),
                                "preserve_insertion_order = true",
                                "autoinstall_known_extensions = false",
                                "autoload_known_extensions = false",
                                "allowed_directories = " + allowed,
                                "enable_external_access = false",
                                "lock_configuration = true")) {
                    statement.execute("SET GLOBAL " + setting);
                }
                statement.execute(
                        "COPY (SELECT '0' AS ds WHERE false) TO "
                                + literal(none.toString())
                                + " (FORMAT parquet)");
            }
        } catch (IOException e) {
            throw new WarehouseException("cannot make " + own + ": " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new WarehouseException("cannot start the SQL engine: " + text(e), e);
        }
    }

    @Override
    public SqlText parse(String sql) {
        if (sql.contains("${")) { // inside a quoted text it would match nothing, in silence
            throw new WarehouseException(
                    "SQL: ${…} is left at line "
                            + sql.substring(0, sql.indexOf("${")).split("\n", -1).length
                            + "; it is filled in in pipelines only. Write the day itself, such as ds"
                            + " = '20130801'");
        }
        String json;
        try (Connection connection = root.duplicate();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT json_serialize_sql(" + literal(sql) + ")")) {
            rows.next();
            json = rows.getString(1);
        } catch (SQLException e) {
            throw new WarehouseException("cannot read the SQL: " + text(e), e);
        }
        JsonNode tree = read(json);
        if (tree.path("error").asBoolean()) {
            throw new WarehouseException(problem(sql, tree));
        }
        if (tree.path("statements").size() != 1) {
            throw new WarehouseException(
                    "one SELECT is run at a time; found "
                            + tree.path("statements").size()
                            + " statements");
        }
        return SqlText.of(sql, tree);
    }

    private static String problem(String sql, JsonNode tree) {
        if (tree.path("error_type").asText().equals("not implemented")) {
            return "only a SELECT (or WITH … SELECT) is run here, and nothing that changes"
                    + " anything; found '"
                    + sql.strip().lines().findFirst().orElse("")
                    + "'";
        }
        String message = "SQL: " + tree.path("error_message").asText();
        int position = tree.path("position").asInt(-1);
        if (position < 0) {
            return message;
        }
        String before = sql.substring(0, Math.min(position, sql.length()));
        return message
                + " (line "
                + (before.lines().count() + (before.isEmpty() || before.endsWith("\n") ? 1 : 0))
                + ", column "
                + (before.length() - before.lastIndexOf('\n'))
                + ")"
                + SqlHint.at(sql, before.length());
    }

    @Override
    public Session session(Map<String, Relation> tables) {
        try {
            return new DuckDbSession(root, tables, none);
        } catch (SQLException e) {
            throw new WarehouseException(
                    "cannot open the tables " + tables.keySet() + ": " + text(e), e);
        }
    }

    @Override
    public void close() {
        try {
            root.close();
            Staging.removeTree(own);
        } catch (SQLException e) {
            throw new WarehouseException("cannot stop the SQL engine: " + text(e), e);
        }
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the SQL engine answered no JSON: " + json, e);
        }
    }

    /// The engine's own words, without the driver's words around them.
    static String text(SQLException e) {
        String message = String.valueOf(e.getMessage());
        int inner = message.indexOf("\nError: ");
        return (inner < 0 ? message : message.substring(inner + "\nError: ".length())).strip();
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
