package dev.waxwing.serve;

/// One way in which candidates come into a scene.
sealed interface Recall {
    /// How it is called in answers and in the log.
    String name();

    /// How many candidates it brings at most.
    int take();

    /// How much its order counts when candidates of several recalls are put into one.
    double weight();

    /// The alias of its bundle; empty if it needs none.
    String alias();

    /// What goes with the items that the user acted on lately.
    ///
    /// @param triggers how many of them are asked
    /// @param perTrigger how many neighbours of each are looked at
    record OfRecent(
            String name, String alias, int triggers, int perTrigger, int take, double weight)
            implements Recall {}

    /// What a bundle holds for this user.
    record OfUser(String name, String alias, int take, double weight) implements Recall {}

    /// What is hot or fresh for everybody, or for one group.
    record OfList(String name, String alias, String group, int take, double weight)
            implements Recall {}

    /// What a linear model or FM puts first of all items that its snapshot knows, matches and crosses of user and item aside.
    ///
    /// @param alias of a ranker bundle, which need not be the one that the scene ranks with
    record OfFactors(String name, String alias, int take, double weight) implements Recall {}

    /// What publish events told since, newest first; no bundle knows it yet.
    record Published(String name, int take, double weight) implements Recall {
        @Override
        public String alias() {
            return "";
        }
    }
}
