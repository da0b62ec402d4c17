package dev.waxwing.steps;

import dev.waxwing.model.Assembler;
import dev.waxwing.model.BundleRef;
import dev.waxwing.model.ColumnNeed;
import dev.waxwing.model.Entity;
import dev.waxwing.model.EntityRow;
import dev.waxwing.model.Feature;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.FeatureTable;
import dev.waxwing.model.FeatureType;
import dev.waxwing.model.OwnEvent;
import dev.waxwing.model.Weights;
import dev.waxwing.warehouse.Batch;
import dev.waxwing.warehouse.Column;

import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Makes the rows of the wide table: exposures with the raw values of all features, day after day.
///
/// Match features come from [Assembler], the class that serving uses; snapshots are the bundles that a served row names,
/// or the tables of the day before.
final class WideRows {
    /// The columns before the features.
    static final List<Column> KEYS =
            List.of(
                    new Column("user_id", "VARCHAR"),
                    new Column("item_id", "VARCHAR"),
                    new Column("label", "INTEGER"),
                    new Column("source", "VARCHAR"),
                    new Column("request_id", "VARCHAR"));

    private final Workplace workplace;
    private final String sample;
    private final FeatureSpec spec;
    private final Map<Entity, String> snapshots;
    private final Assembler assembler;
    private final Map<String, FeatureTable> bundles = new ConcurrentHashMap<>();

    WideRows(Workplace workplace, String sample, FeatureSpec spec, Map<Entity, String> snapshots) {
        this.workplace = workplace;
        this.sample = sample;
        this.spec = spec;
        this.snapshots = snapshots;
        this.assembler = new Assembler(spec);
    }

    static List<Column> columns(FeatureSpec spec) {
        List<Column> columns = new ArrayList<>(KEYS);
        for (Feature feature : spec.features()) {
            columns.add(new Column(feature.name(), type(feature.type())));
        }
        columns.add(new Column("ds", "VARCHAR"));
        return columns;
    }

    private static String type(FeatureType type) {
        return switch (type) {
            case NUMBER -> "DOUBLE";
            case CATEGORY -> "VARCHAR";
            case TAGS -> "VARCHAR[]";
            case WEIGHTS -> "MAP(VARCHAR, DOUBLE)";
        };
    }

    /// Day after day. The workers make the next days while one is written; no more than a few are in memory at a time.
    Iterable<Object[]> of(Days.Range range, ExecutorService workers) {
        return () ->
                new Iterator<>() {
                    private final Iterator<String> days = range.ds().iterator();
                    private final Deque<Future<List<Object[]>>> ahead = new ArrayDeque<>();
                    private Iterator<Object[]> rows = Collections.emptyIterator();

                    @Override
                    public boolean hasNext() {
                        while (!rows.hasNext()) {
                            while (days.hasNext() && ahead.size() <= workplace.threads()) {
                                LocalDate day = Days.day(days.next());
                                ahead.add(workers.submit(() -> rowsOf(day)));
                            }
                            if (ahead.isEmpty()) {
                                return false;
                            }
                            rows = made(ahead.remove()).iterator();
                        }
                        return true;
                    }

                    @Override
                    public Object[] next() {
                        if (!hasNext()) {
                            throw new NoSuchElementException();
                        }
                        return rows.next();
                    }
                };
    }

    private static List<Object[]> made(Future<List<Object[]>> day) {
        try {
            return day.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while the wide table was made");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private List<Object[]> rowsOf(LocalDate day) {
        String ds = Days.ds(day);
        String eve = Days.ds(day.minusDays(1));
        FeatureTable users = table(Entity.USER, "user_id", "user_snapshot", ds, eve);
        FeatureTable items = table(Entity.ITEM, "item_id", "item_snapshot", ds, eve);
        List<Object[]> rows = new ArrayList<>();
        workplace
                .warehouse()
                .batches(
                        "SELECT user_id, item_id, label, source, request_id, user_snapshot,"
                                + " item_snapshot, request, own FROM "
                                + Entities.quoted(sample)
                                + " WHERE ds = '"
                                + ds
                                + "' ORDER BY user_id, item_id, request_id",
                        batch -> add(batch, ds, users, items, rows));
        return rows;
    }

    private void add(
            Batch batch, String ds, FeatureTable users, FeatureTable items, List<Object[]> rows) {
        String[] user = batch.strings(0);
        String[] item = batch.strings(1);
        long[] label = batch.longs(2);
        String[] source = batch.strings(3);
        String[] request = batch.strings(4);
        String[] userSnapshot = batch.strings(5);
        String[] itemSnapshot = batch.strings(6);
        Map<String, String>[] said = batch.texts(7);
        String[] own = batch.strings(8);
        String preparedFor = null;
        Assembler.UserSide side = null;
        for (int i = 0; i < batch.rows(); i++) {
            Map<String, String> requestValues = said[i] == null ? Map.of() : said[i];
            String preparing = user[i] + '\n' + userSnapshot[i] + '\n' + requestValues;
            if (!preparing.equals(preparedFor)) {
                FeatureTable from = userSnapshot[i] == null ? users : bundle(userSnapshot[i]);
                side = assembler.forUser(row(from, user[i], null), requestValues);
                preparedFor = preparing;
            }
            FeatureTable from = itemSnapshot[i] == null ? items : bundle(itemSnapshot[i]);
            FeatureRow features = side.with(row(from, item[i], own[i]));
            Object[] out = new Object[KEYS.size() + spec.size() + 1];
            out[0] = user[i];
            out[1] = item[i];
            out[2] = (int) label[i];
            out[3] = source[i];
            out[4] = request[i];
            for (int f = 0; f < spec.size(); f++) {
                out[KEYS.size() + f] = value(features, f);
            }
            out[out.length - 1] = ds;
            rows.add(out);
        }
    }

    private Object value(FeatureRow features, int feature) {
        return switch (spec.features().get(feature).type()) {
            case NUMBER -> {
                double number = features.number(feature);
                yield Double.isNaN(number) ? null : (Object) number;
            }
            case CATEGORY -> features.terms(feature).map(List::getFirst).orElse(null);
            case TAGS -> features.terms(feature).orElse(null);
            case WEIGHTS -> features.weights(feature).map(Weights::asMap).orElse(null);
        };
    }

    /// @param own what the served event says the item's own event had said; null = nothing
    private static EntityRow row(FeatureTable table, String key, String own) {
        return table.row(key)
                .orElseGet(
                        () ->
                                own == null
                                        ? EntityRow.unseen(key)
                                        : OwnEvent.parse(own, "").rowBeside(table, key));
    }

    private FeatureTable bundle(String ref) {
        return bundles.computeIfAbsent(
                ref, text -> FeatureTable.open(workplace.bundles().open(BundleRef.parse(text))));
    }

    /// The entities of the day's exposures that name no snapshot, as the evening before knew them.
    private FeatureTable table(Entity entity, String key, String named, String ds, String eve) {
        List<String> columns =
                spec.needs().stream()
                        .filter(need -> need.snapshot().equals(spec.snapshots().get(entity)))
                        .map(ColumnNeed::column)
                        .map(column -> "t." + Entities.quoted(column))
                        .toList();
        String select =
                Entities.select(snapshots.get(entity), key, columns, eve)
                        + " AND t."
                        + Entities.quoted(key)
                        + " IN (SELECT s."
                        + Entities.quoted(key)
                        + " FROM "
                        + Entities.quoted(sample)
                        + " s WHERE s.ds = '"
                        + ds
                        + "' AND s."
                        + named
                        + " IS NULL)";
        return Entities.load(workplace.warehouse(), select).build();
    }
}
