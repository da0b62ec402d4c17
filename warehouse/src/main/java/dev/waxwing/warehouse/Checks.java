package dev.waxwing.warehouse;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

/// Conditions over the rows of one write, evaluated before anybody can see them.
final class Checks {
    private Checks() {}

    /// @param rows the name of the rows in the session
    /// @return one line for each that is not true, with what was found
    static List<String> failures(
            SqlEngine engine, SqlEngine.Session session, String rows, List<String> checks) {
        List<String> failures = new ArrayList<>();
        for (String check : checks) {
            String select = "SELECT (\n" + check + "\n) FROM rows";
            if (!engine.parse(select).tables().equals(java.util.Set.of("rows"))) {
                throw new WarehouseException(
                        "the check '" + check + "' must be one condition over the written rows");
            }
            session.name("rows", "SELECT * FROM " + Shape.quoted(rows));
            Object value =
                    session.query(
                            select,
                            result -> {
                                Object first = result.next() ? result.getObject(1) : null;
                                if (result.next()) {
                                    throw new WarehouseException(
                                            "the check '"
                                                    + check
                                                    + "' must be about all rows together, like"
                                                    + " count(*) > 0 or min(weight) > 0");
                                }
                                return first;
                            });
            if (!Boolean.TRUE.equals(value)) {
                failures.add(
                        check + " is " + (value == null ? "NULL" : value) + found(session, check));
            }
        }
        return failures;
    }

    /// The value that was compared, where the check is a plain comparison.
    private static String found(SqlEngine.Session session, String check) {
        String select = "SELECT (\n" + check + "\n) FROM rows";
        try {
            String json =
                    session.query(
                            "SELECT json_serialize_sql(" + DuckDb.literal(select) + ")",
                            r -> r.next() ? r.getString(1) : "{}");
            JsonNode tree = DuckDb.read(json);
            JsonNode node = tree.path("statements").path(0).path("node");
            JsonNode expression = node.path("select_list").path(0);
            String operand =
                    switch (expression.path("class").asText()) {
                        case "COMPARISON" -> "left";
                        case "BETWEEN" -> "input";
                        default -> "";
                    };
            if (operand.isEmpty()) {
                return "";
            }
            ((com.fasterxml.jackson.databind.node.ArrayNode) node.path("select_list"))
                    .set(0, expression.path(operand));
            String left =
                    session.query(
                            "SELECT json_deserialize_sql("
                                    + DuckDb.literal(tree.toString())
                                    + "::JSON)",
                            r -> r.next() ? r.getString(1) : "");
            return session.query(left, r -> r.next() ? ": found " + r.getString(1) : "");
        } catch (WarehouseException _) {
            return ""; // only the explanation is missing
        }
    }
}
