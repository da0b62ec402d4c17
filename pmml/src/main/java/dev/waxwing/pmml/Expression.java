package dev.waxwing.pmml;

/// Computes a value from a row; null is missing.
interface Expression {
    Object value(Row row);
}
