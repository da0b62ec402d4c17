package dev.waxwing.bench.neighbours;

import dev.waxwing.bench.neighbours.OneSubject.Found;
import dev.waxwing.learn.Interactions;

import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// Item-CF as one statement, in DuckDB. Loading the acts is a part of the round; it is about 1 % of it.
final class SelfJoin {
    private static final String COSINE =
            """
            WITH n AS (SELECT item, count(*) AS users FROM act GROUP BY item),
            pairs AS (
                SELECT a.item AS one, b.item AS other, count(*) AS common
                FROM   act a JOIN act b ON b.usr = a.usr AND b.item <> a.item
                GROUP  BY a.item, b.item
            ), best AS (
                SELECT p.one, p.other, p.common / sqrt(x.users * y.users) AS score
                FROM   pairs p JOIN n x ON x.item = p.one JOIN n y ON y.item = p.other
                QUALIFY row_number() OVER (PARTITION BY p.one ORDER BY score DESC, p.other) <= ?
            )
            SELECT count(*), sum(score) FROM best
            """;

    private SelfJoin() {}

    static Found itemCosine(Interactions acts, int top, int threads) throws SQLException {
        try (DuckDBConnection db = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = db.createStatement()) {
            statement.execute("SET threads = " + threads);
            statement.execute("CREATE TABLE act (usr INTEGER, item INTEGER)");
            try (DuckDBAppender rows = db.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "act")) {
                for (int k = 0; k < acts.size(); k++) {
                    rows.beginRow();
                    rows.append(acts.user(k));
                    rows.append(acts.item(k));
                    rows.endRow();
                }
            }
            try (PreparedStatement cosine = db.prepareStatement(COSINE)) {
                cosine.setInt(1, top);
                try (ResultSet answer = cosine.executeQuery()) {
                    answer.next();
                    return new Found(answer.getLong(1), answer.getDouble(2));
                }
            }
        }
    }
}
