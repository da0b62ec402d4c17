/// What neighbours cost, ours and others'. Start at [NeighboursBench].
package dev.waxwing.bench.neighbours;
