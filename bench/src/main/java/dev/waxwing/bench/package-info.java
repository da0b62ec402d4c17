/// Benchmarks; not shipped.
package dev.waxwing.bench;
