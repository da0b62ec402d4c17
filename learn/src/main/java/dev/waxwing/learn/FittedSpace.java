package dev.waxwing.learn;

import dev.waxwing.model.FeatureSpace;

/// A fitted feature space and how it came about.
public record FittedSpace(FeatureSpace space, FitReport report) {}
