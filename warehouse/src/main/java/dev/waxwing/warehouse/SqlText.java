package dev.waxwing.warehouse;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// A SELECT that a user wrote, taken apart by the engine's own parser.
/// @param tables what it reads, in lower case
record SqlText(String sql, SortedSet<String> tables) {
    /// Functions in FROM that make rows out of nothing but their arguments. All others could reach files or settings.
    private static final Set<String> HARMLESS =
            Set.of("unnest", "range", "generate_series", "json_each", "json_tree");

    /// @param tree the statement as the engine serialises it
    static SqlText of(String sql, JsonNode tree) {
        SortedSet<String> tables = new TreeSet<>();
        new Walk(tables).visit(tree, Set.of());
        return new SqlText(sql, tables);
    }

    private record Walk(SortedSet<String> tables) {

        /// @param named the WITH parts that can be seen from here
        void visit(JsonNode node, Set<String> named) {
            if (node.isArray()) {
                node.forEach(each -> visit(each, named));
                return;
            }
            if (!node.isObject()) {
                return;
            }
            switch (node.path("type").asText()) {
                case "BASE_TABLE" -> table(node, named);
                case "TABLE_FUNCTION" -> function(node);
                case "SHOW_REF" -> {
                    if (!node.path("query").isObject()) {
                        throw new WarehouseException(
                                "SHOW is not run here; list tables with `tables`, columns with"
                                        + " DESCRIBE");
                    }
                }
                default -> {}
            }
            Set<String> inside = withParts(node, named);
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (!field.getKey().equals("cte_map")) {
                    visit(field.getValue(), inside);
                }
            }
        }

        /// A WITH part sees the parts before it; only a recursive one sees itself.
        private Set<String> withParts(JsonNode node, Set<String> named) {
            Set<String> inside = new HashSet<>(named);
            if (node.path("type").asText().equals("RECURSIVE_CTE_NODE")) {
                inside.add(node.path("cte_name").asText().toLowerCase(Locale.ROOT));
            }
            for (JsonNode part : node.path("cte_map").path("map")) {
                visit(part.path("value"), Set.copyOf(inside));
                inside.add(part.path("key").asText().toLowerCase(Locale.ROOT));
            }
            return inside;
        }

        private void table(JsonNode node, Set<String> named) {
            String schema = node.path("schema_name").asText();
            String catalog = node.path("catalog_name").asText();
            String name = node.path("table_name").asText();
            if (!schema.isEmpty() || !catalog.isEmpty()) {
                throw new WarehouseException(
                        "tables are named plainly, without a schema; found "
                                + (catalog.isEmpty() ? "" : catalog + ".")
                                + (schema.isEmpty() ? "" : schema + ".")
                                + name);
            }
            if (node.path("at_clause").isObject()) {
                throw new WarehouseException(
                        "AT is not read in SQL; ask for the time or snapshot of the whole query");
            }
            String lower = name.toLowerCase(Locale.ROOT);
            if (!named.contains(lower)) {
                tables.add(lower);
            }
        }

        private void function(JsonNode node) {
            String function =
                    node.path("function").path("function_name").asText().toLowerCase(Locale.ROOT);
            if (!HARMLESS.contains(function)) {
                throw new WarehouseException(
                        "the function "
                                + function
                                + " is not allowed in FROM: only tables of the warehouse are read;"
                                + " allowed are "
                                + String.join(", ", new TreeSet<>(HARMLESS)));
            }
        }
    }
}
