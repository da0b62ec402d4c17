package dev.waxwing.learn;

/// What a column did for the trees.
///
/// @param gain loss saved by all splits on it
/// @param cover second derivatives (about rows · p(1 − p)) that passed all splits on it
/// @param splits number of splits on it
public record FeatureImportance(String column, double gain, double cover, int splits) {}
