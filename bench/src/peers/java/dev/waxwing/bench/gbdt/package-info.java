/// What training trees costs, beside LightGBM and from the table on. Start at [GbdtBench].
package dev.waxwing.bench.gbdt;
