package dev.waxwing.app;

import dev.waxwing.config.ConfigException;
import dev.waxwing.events.LogReader;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.BundleStore;
import dev.waxwing.model.EntityRow;
import dev.waxwing.model.FeatureTable;
import dev.waxwing.model.ScoredId;
import dev.waxwing.model.Weights;
import dev.waxwing.serve.Answer;
import dev.waxwing.serve.Explanation;
import dev.waxwing.serve.Live;
import dev.waxwing.serve.LiveSwap;
import dev.waxwing.serve.OnlineState;
import dev.waxwing.serve.RecommendRequest;
import dev.waxwing.serve.Recommender;
import dev.waxwing.serve.UserView;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What the live bundles would offer a user, for the terminal: the same recommender as the server's, without one.
final class Feed {
    private final BundleStore bundles;
    private final Live live;
    private final OnlineState online;

    /// Why the last activation is not what is shown; empty = it is.
    private final String refused;

    /// @throws ConfigException if nothing is live
    Feed(BundleStore bundles, Path eventLog) {
        this.bundles = bundles;
        try (LiveSwap swap =
                new LiveSwap(bundles, new SimpleMeterRegistry(), InstantSource.system())) {
            swap.look();
            live =
                    swap.live()
                            .orElseThrow(
                                    () ->
                                            new ConfigException(
                                                    List.of(
                                                            swap.refused()
                                                                    .map(LiveSwap.Refusal::why)
                                                                    .orElse(
                                                                            "nothing is live yet;"
                                                                                    + " run a night"
                                                                                    + " first: waxwing"
                                                                                    + " run night"
                                                                                    + " --bizdate"
                                                                                    + " yyyymmdd"))));
            refused =
                    swap.refused()
                            .map(
                                    refusal ->
                                            "activation "
                                                    + refusal.number()
                                                    + " is refused: "
                                                    + refusal.why()
                                                    + "; shown is activation "
                                                    + live.number()
                                                    + ", which goes on serving")
                            .orElse("");
        }
        online = new OnlineState(OnlineState.Bounds.USUAL);
        LogReader log = LogReader.of(eventLog);
        online.replay(log, log.start(), live.types());
    }

    Answer ask(String scene, String user, int size) {
        Instant now = Instant.now();
        return Recommender.patient()
                .recommend(
                        live,
                        online.user(user, now),
                        RecommendRequest.of("terminal", scene, user, size, now));
    }

    void print(String scene, String user, int size, PrintStream out) {
        if (!refused.isEmpty()) {
            out.println(refused);
        }
        List<String> before = history(user, size);
        out.println(before.isEmpty() ? user + " is new here." : "What " + user + " did lately:");
        before.forEach(line -> out.println("  " + line));
        Answer answer = ask(scene, user, size);
        out.println(
                "What "
                        + user
                        + " is offered"
                        + (answer.isRanked() ? ", ordered by " + answer.ranker() : "")
                        + ":");
        for (Answer.Item item : answer.items()) {
            out.printf(
                    Locale.ROOT,
                    "  %2d. %-52s %.4f  from %s%n",
                    item.position(),
                    item.title().isEmpty() ? item.item() : item.title() + "  [" + item.item() + "]",
                    item.score(),
                    String.join(", ", item.sources()));
        }
        if (!answer.note().isEmpty()) {
            out.println("  " + answer.note());
        }
    }

    Explanation explain(String scene, String user, String item) {
        Instant now = Instant.now();
        return Explanation.of(
                live,
                online.user(user, now),
                RecommendRequest.of("terminal", scene, user, 0, now),
                item);
    }

    /// A user who did several things lately: somebody to look at.
    String someone() {
        FeatureTable users = table("user_history/live").orElseThrow();
        String[] best = {""};
        int[] most = {0};
        users.forEach(
                (user, row) -> {
                    int recent = recent(row).size();
                    if (recent > most[0] && recent <= 12) {
                        most[0] = recent;
                        best[0] = user;
                    }
                });
        return best[0];
    }

    /// What the user did, the latest first, with titles where they are known.
    private List<String> history(String user, int most) {
        UserView view = online.user(user, Instant.now());
        Optional<EntityRow> row = table("user_history/live").flatMap(table -> table.row(user));
        List<String> items =
                row.map(Feed::recent).orElse(List.of()).stream()
                        .map(ScoredId::id)
                        .collect(Collectors.toCollection(java.util.ArrayList::new));
        items.removeAll(view.recent().keySet());
        items.addAll(0, view.recent().keySet());
        Optional<FeatureTable> info = table("item_info/live");
        return items.stream().limit(most).map(item -> title(info, item)).toList();
    }

    private static List<ScoredId> recent(EntityRow row) {
        return row.weights("recent").map(Weights::ranked).orElse(List.of());
    }

    private static String title(Optional<FeatureTable> info, String item) {
        return info.flatMap(table -> table.row(item))
                .map(
                        row ->
                                row.category("title").orElse("")
                                        + "  ["
                                        + item
                                        + "]  "
                                        + String.join(", ", row.tags("tags").orElse(List.of())))
                .orElse(item);
    }

    private Optional<FeatureTable> table(String alias) {
        Optional<BundleRef> ref = bundles.resolve(alias);
        return ref.map(found -> FeatureTable.open(bundles.open(found)));
    }
}
