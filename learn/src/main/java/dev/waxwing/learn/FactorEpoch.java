package dev.waxwing.learn;

import java.util.OptionalDouble;

/// How one pass over the training rows went.
///
/// @param epoch from 1
/// @param trainLoss mean over the training rows, each as it scored just before it was learnt from
/// @param validationLoss mean over the validation rows, after the epoch; empty if there are none
/// @param seconds of the whole epoch, validation included
public record FactorEpoch(
        int epoch, double trainLoss, OptionalDouble validationLoss, double seconds) {}
