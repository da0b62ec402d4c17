/// What training writes and serving reads. Features are encoded here and only here, so that the two sides cannot disagree.
///
/// Start at [BundleStore] (bundles, aliases, the activation log) and at [FeatureSpec] → [Assembler] → [FeatureSpace] → [Ranker] (raw
/// features, how they are computed from a user, an item and a request, how they become columns, how columns become a score). What bundles
/// hold: [FeatureTable], [Neighbours], [ItemList]. `docs/bundle.md` has the file formats.
package dev.waxwing.model;
