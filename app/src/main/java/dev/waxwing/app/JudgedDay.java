package dev.waxwing.app;

import dev.waxwing.flow.TimeVariables;
import dev.waxwing.warehouse.Warehouse;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a day brought, and what could be known on its morning.
/// @param pairs the items that a user took for the first time, by user
/// @param known the catalogue of the morning
record JudgedDay(Map<String, Set<String>> pairs, Set<String> known) {
    static JudgedDay of(Warehouse warehouse, LocalDate day) {
        String ds = TimeVariables.ds(day);
        Map<String, Set<String>> pairs = new TreeMap<>();
        warehouse.batches(
                """
                SELECT DISTINCT user_id, item_id
                FROM   ods_event e
                WHERE  ds = '%1$s' AND type IN ('rate', 'click', 'action')
                AND    NOT EXISTS (SELECT 1 FROM ods_event p
                                   WHERE p.user_id = e.user_id AND p.item_id = e.item_id AND p.ds < '%1$s')
                ORDER  BY user_id, item_id
                """
                        .formatted(ds),
                batch -> {
                    String[] users = batch.strings(0);
                    String[] items = batch.strings(1);
                    for (int row = 0; row < users.length; row++) {
                        pairs.computeIfAbsent(users[row], _ -> new TreeSet<>()).add(items[row]);
                    }
                });
        Set<String> known = new TreeSet<>();
        warehouse.batches(
                "SELECT item_id FROM ods_item WHERE ds < '" + ds + "'",
                batch -> known.addAll(List.of(batch.strings(0))));
        return new JudgedDay(pairs, known);
    }
}
