package dev.waxwing.learn;

/// How alike two items are (or two users: read the formulas with the roles swapped). The formulas stand in
/// [NeighbourParams].
public enum Similarity {
    /// Cosine over who acted: every act counts 1.
    COSINE,
    /// Cosine over how strongly they acted: acts count with their event weight.
    WBCOSINE,
    /// Cosine with the length of the two sides split unevenly by `alpha`.
    ASYMCOSINE,
    /// Common users over all users of either.
    JACCARD
}
