/// What it costs to read text files of rows.
package dev.waxwing.bench.rows;
