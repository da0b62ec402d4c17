package dev.waxwing.steps;

import dev.waxwing.learn.ClickFolds;
import dev.waxwing.learn.FittedSpace;
import dev.waxwing.learn.FloatMatrix;
import dev.waxwing.model.Feature;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.Ranker;
import dev.waxwing.warehouse.Batch;
import dev.waxwing.warehouse.Warehouse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads exposures back from the wide table, in the order of day, user, item and request: the order in which models are
/// trained.
final class WideTable {
    private static final int CHUNK = 4096;

    private final Warehouse warehouse;
    private final SplitStep.Part part;

    WideTable(Warehouse warehouse, SplitStep.Part part) {
        this.warehouse = warehouse;
        this.part = part;
    }

    /// One exposure.
    /// @param key what tells it from the others: day, user, item, request
    record Exposure(String key, String user, String item, int label, FeatureRow features) {}

    /// Is given exposures one by one.
    @FunctionalInterface
    interface Reader {
        void read(Exposure exposure);
    }

    long rows() {
        return warehouse.query(
                "SELECT count(*) FROM " + from(),
                rows -> {
                    rows.next();
                    return rows.getLong(1);
                });
    }

    void forEach(FeatureSpec spec, Reader reader) {
        StringBuilder select = new StringBuilder("SELECT ds, user_id, item_id, request_id, label");
        for (Feature feature : spec.features()) {
            select.append(", ").append(Entities.quoted(feature.name()));
        }
        select.append(" FROM ").append(from()).append(" ORDER BY ds, user_id, item_id, request_id");
        warehouse.batches(select.toString(), batch -> read(batch, spec, reader));
    }

    /// A column's values as text, in the order of [#forEach]; null where there is none.
    String[] texts(String column) {
        List<String> texts = new ArrayList<>();
        warehouse.batches(
                "SELECT CAST("
                        + Entities.quoted(column)
                        + " AS VARCHAR) FROM "
                        + from()
                        + " ORDER BY ds, user_id, item_id, request_id",
                batch -> texts.addAll(Arrays.asList(batch.strings(0)).subList(0, batch.rows())));
        return texts.toArray(String[]::new);
    }

    private String from() {
        return Entities.quoted(part.table())
                + " WHERE ds BETWEEN '"
                + part.from()
                + "' AND '"
                + part.to()
                + "'";
    }

    private static void read(Batch batch, FeatureSpec spec, Reader reader) {
        int keys = 5;
        String[] ds = batch.strings(0);
        String[] user = batch.strings(1);
        String[] item = batch.strings(2);
        String[] request = batch.strings(3);
        long[] label = batch.longs(4);
        FeatureColumns features = new FeatureColumns(spec, batch, keys);
        for (int row = 0; row < batch.rows(); row++) {
            String key =
                    ds[row]
                            + '/'
                            + user[row]
                            + '/'
                            + item[row]
                            + (request[row] == null ? "" : '/' + request[row]);
            reader.read(
                    new Exposure(key, user[row], item[row], (int) label[row], features.row(row)));
        }
    }

    /// Raw rows in memory, in order.
    static final class Rows {
        final List<FeatureRow> features = new ArrayList<>();
        final ClickFolds clicks = new ClickFolds();
        private final SortedMap<String, Integer> firstOfDay = new TreeMap<>();
        private final List<Integer> labels = new ArrayList<>();
        private final Set<String> users = new HashSet<>();

        private void add(Exposure exposure) {
            String ds = exposure.key().substring(0, exposure.key().indexOf('/'));
            firstOfDay.putIfAbsent(ds, features.size());
            clicks.add(exposure.key(), exposure.label() > 0);
            features.add(exposure.features());
            labels.add(exposure.label());
            users.add(exposure.user());
        }

        int userCount() {
            return users.size();
        }

        /// The rows of a day, counted from the newest one: 0 = that one, 1 = the one before it that has rows.
        List<FeatureRow> day(int back) {
            List<Integer> starts = new ArrayList<>(firstOfDay.values());
            starts.add(features.size());
            int day = starts.size() - 2 - back;
            return day < 0 ? List.of() : features.subList(starts.get(day), starts.get(day + 1));
        }

        float[] labels() {
            float[] numbers = new float[labels.size()];
            for (int row = 0; row < numbers.length; row++) {
                numbers[row] = labels.get(row);
            }
            return numbers;
        }

        long positives() {
            return labels.stream().filter(label -> label > 0).count();
        }

        /// Training rows in the dense form, each by the space of its fold.
        FloatMatrix encode(FittedSpace fitted) {
            FeatureSpace space = fitted.space();
            int rows = features.size();
            float[] values = new float[Math.multiplyExact(rows, space.width())];
            for (int row = 0; row < rows; row++) {
                fitted.forTraining(clicks.fold(row))
                        .encode(features.get(row), values, row * space.width());
            }
            return new FloatMatrix(space.columns(), rows, values);
        }
    }

    Rows read(FeatureSpec spec) {
        Rows rows = new Rows();
        forEach(spec, rows::add);
        return rows;
    }

    /// Labels, users (numbered) and a model's scores, in the order of the rows.
    static final class Scored {
        final double[] scores;
        final float[] labels;
        final int[] users;

        Scored(double[] scores, float[] labels, int[] users) {
            this.scores = scores;
            this.labels = labels;
            this.users = users;
        }
    }

    /// Scores every row as serving would.
    Scored score(Ranker ranker) {
        int rows = Math.toIntExact(rows());
        double[] scores = new double[rows];
        float[] labels = new float[rows];
        int[] users = new int[rows];
        Map<String, Integer> numbers = new HashMap<>();
        List<FeatureRow> chunk = new ArrayList<>(CHUNK);
        int[] at = {0};
        forEach(
                ranker.space().spec(),
                exposure -> {
                    labels[at[0]] = exposure.label();
                    users[at[0]] = numbers.computeIfAbsent(exposure.user(), _ -> numbers.size());
                    at[0]++;
                    chunk.add(exposure.features());
                    if (chunk.size() == CHUNK || at[0] == rows) {
                        double[] scored = ranker.score(chunk);
                        System.arraycopy(scored, 0, scores, at[0] - scored.length, scored.length);
                        chunk.clear();
                    }
                });
        return new Scored(scores, labels, users);
    }
}
