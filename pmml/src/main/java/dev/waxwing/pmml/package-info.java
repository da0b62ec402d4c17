/// Scores PMML models: trees, regressions, and a GBDT that feeds an LR; no dependencies.
package dev.waxwing.pmml;
