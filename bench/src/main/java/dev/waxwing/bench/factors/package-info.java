/// What training a factor model costs, ours beside plain yardsticks of the same run. Start at [FactorBench].
package dev.waxwing.bench.factors;
