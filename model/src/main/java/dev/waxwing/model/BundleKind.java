package dev.waxwing.model;

import java.util.Locale;

/// What a bundle is for.
public enum BundleKind {
    /// A model that scores candidates.
    RANKER,
    /// Id → ids that go with it.
    NEIGHBOURS,
    /// Group → ranked items.
    LIST,
    /// Entity → columns.
    FEATURES,
    /// Scenes, experiments, event types: what a server needs besides models.
    SERVING,
    /// What a step keeps for itself from one night to the next; nothing that serving reads.
    KEPT;

    /// The word that files use.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
