package dev.waxwing.learn;

/// AUC inside each user's rows, averaged over users and weighted by their rows (impressions).
///
/// A user whose rows all carry one label has no AUC and is left out; how much was left out is part of the answer.
///
/// @param value NaN if no user has rows of both labels
/// @param users users that count
/// @param oneClassUsers users left out because all their rows have the same label
/// @param rows rows of the users that count
/// @param oneClassRows rows of the users left out
public record Gauc(double value, int users, int oneClassUsers, long rows, long oneClassRows) {}
