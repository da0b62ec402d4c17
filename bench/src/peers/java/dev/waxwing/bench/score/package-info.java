/// Scores one forest with our scorer and with its peers, each in a JVM of its own. Start at [ScoreBench].
package dev.waxwing.bench.score;
