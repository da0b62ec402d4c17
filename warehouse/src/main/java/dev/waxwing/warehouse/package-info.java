/// Iceberg tables and the SQL engine.
package dev.waxwing.warehouse;
