package dev.waxwing.bench.score;

/// Something that scores the forest. It was given the model when it was made, in its own way.
abstract class Peer {
    /// Turns the rows into what this peer takes, apart from the time of scoring.
    abstract void take(Rows rows) throws Exception;

    /// The probability of a click of one row.
    abstract double one(int row) throws Exception;

    /// The probabilities of the first [Rows#BATCH] rows.
    abstract void batch(double[] out) throws Exception;
}
