package dev.waxwing.serve;

import dev.waxwing.model.Assembler;
import dev.waxwing.model.Entity;
import dev.waxwing.model.EntityRow;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureTable;
import dev.waxwing.model.OwnEvent;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Puts together the raw features of one request's candidates: snapshots only, and what the request says.
final class Rows {
    private final UserView view;
    private final Optional<FeatureTable> items;
    private final Assembler.UserSide userSide;

    Rows(
            Live live,
            Scene scene,
            Live.Ranking ranking,
            String user,
            UserView view,
            SortedMap<String, String> said) {
        this.view = view;
        this.items =
                live.features(Live.snapshotAlias(scene, ranking.assembler().spec(), Entity.ITEM));
        this.userSide = userSide(live, scene, ranking, user, said);
    }

    /// The user's and the request's half of a ranker's rows.
    static Assembler.UserSide userSide(
            Live live,
            Scene scene,
            Live.Ranking ranking,
            String user,
            SortedMap<String, String> said) {
        EntityRow userRow =
                live.features(Live.snapshotAlias(scene, ranking.assembler().spec(), Entity.USER))
                        .flatMap(table -> table.row(user))
                        .orElseGet(() -> EntityRow.unseen(user));
        return ranking.assembler().forUser(userRow, said);
    }

    Assembler.UserSide userSide() {
        return userSide;
    }

    /// @param own what stood in for a snapshot that lacks the item
    record Made(FeatureRow row, Optional<OwnEvent> own) {}

    Made row(String item) {
        return items.flatMap(table -> table.row(item))
                .map(known -> new Made(userSide.with(known), Optional.empty()))
                .orElseGet(() -> unseen(item));
    }

    private Made unseen(String item) {
        Optional<OwnEvent> own = view.published(item).map(NewItem::own);
        if (own.isEmpty() || items.isEmpty()) {
            return new Made(userSide.with(EntityRow.unseen(item)), Optional.empty());
        }
        return new Made(userSide.with(own.get().rowBeside(items.get(), item)), own);
    }

    /// The request features that every server can tell, with what the request itself says; the latter cannot override them.
    static SortedMap<String, String> said(Scene scene, RecommendRequest request) {
        var said = new TreeMap<>(request.said());
        said.put("scene", scene.name());
        ZonedDateTime at = local(scene, request.at());
        said.put("hour", Integer.toString(at.getHour()));
        said.put("weekday", Integer.toString(at.getDayOfWeek().getValue()));
        said.put(
                "position",
                "1"); // learnt with the true place; everybody is asked as if they stood first
        return said;
    }

    private static ZonedDateTime local(Scene scene, Instant at) {
        return at.atZone(scene.zone());
    }
}
