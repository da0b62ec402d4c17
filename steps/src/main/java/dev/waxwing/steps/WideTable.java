package dev.waxwing.steps;

import dev.waxwing.learn.ClickFolds;
import dev.waxwing.learn.FittedSpace;
import dev.waxwing.learn.FloatMatrix;
import dev.waxwing.learn.RankerModel;
import dev.waxwing.model.Derived;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureRows;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.Ranker;
import dev.waxwing.warehouse.BatchReader;
import dev.waxwing.warehouse.Warehouse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads exposures back from the wide table in the order in which its days are written, by day, user, item and all else: the order in which
/// models are trained.
final class WideTable {
    private final Warehouse warehouse;
    private final SplitStep.Part part;

    WideTable(Warehouse warehouse, SplitStep.Part part) {
        this.warehouse = warehouse;
        this.part = part;
    }

    long rows() {
        return warehouse.query(
                "SELECT count(*) FROM " + from(),
                rows -> {
                    rows.next();
                    return rows.getLong(1);
                });
    }

    long users() {
        return warehouse.query(
                "SELECT count(DISTINCT user_id) FROM " + from(),
                rows -> {
                    rows.next();
                    return rows.getLong(1);
                });
    }

    private void batches(List<String> columns, FeatureSpec spec, BatchReader reader) {
        List<String> all = new ArrayList<>(columns);
        spec.features().forEach(feature -> all.add(Entities.quoted(feature.name())));
        warehouse.batchesInOrder(part.table(), part.from(), part.to(), all, reader);
    }

    /// A column's values as text, in the order of the rows; null where there is none.
    String[] texts(String column) {
        List<String> texts = new ArrayList<>();
        warehouse.batchesInOrder(
                part.table(),
                part.from(),
                part.to(),
                List.of("CAST(" + Entities.quoted(column) + " AS VARCHAR)"),
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

    /// Raw rows in memory, in order.
    static final class Rows {
        final FeatureRows features;
        final ClickFolds clicks;
        private final List<Integer> firstOfDay;
        private final LabelList labels;

        private Rows(
                FeatureRows features,
                ClickFolds clicks,
                List<Integer> firstOfDay,
                LabelList labels) {
            this.features = features;
            this.clicks = clicks;
            this.firstOfDay = firstOfDay;
            this.labels = labels;
        }

        /// The rows of a day, counted from the newest one: 0 = that one, 1 = the one before it that has rows.
        List<FeatureRow> day(int back) {
            List<Integer> starts = new ArrayList<>(firstOfDay);
            starts.add(features.size());
            int day = starts.size() - 2 - back;
            return day < 0 ? List.of() : features.subList(starts.get(day), starts.get(day + 1));
        }

        float[] labels() {
            return labels.toArray();
        }

        long positives() {
            return labels.positives();
        }

        /// Training rows in the dense form, each by the space of its fold.
        FloatMatrix encode(FittedSpace fitted) {
            FeatureSpace space = fitted.space();
            if (fitted.folds().isEmpty()) {
                return RankerModel.encode(space, features);
            }
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
        // Folds are for rates alone, and the key that tells a row from all others costs as much as
        // its features.
        boolean rates = spec.derived().stream().anyMatch(Derived.Rate.class::isInstance);
        List<String> columns = new ArrayList<>(List.of("CAST(ds AS INTEGER)", "label"));
        if (rates) {
            columns.addAll(List.of("user_id", "item_id", "request_id"));
        }
        FeatureRows.Builder features = FeatureRows.builder(spec);
        ClickFolds clicks = new ClickFolds();
        List<Integer> firstOfDay = new ArrayList<>();
        LabelList labels = new LabelList();
        long[] last = {0};
        batches(
                columns,
                spec,
                batch -> {
                    long[] ds = batch.longs(0);
                    long[] label = batch.longs(1);
                    String[] user = rates ? batch.strings(2) : null;
                    String[] item = rates ? batch.strings(3) : null;
                    String[] request = rates ? batch.strings(4) : null;
                    for (int row = 0; row < batch.rows(); row++) {
                        if (ds[row] != last[0]) {
                            firstOfDay.add(features.size() + row);
                            last[0] = ds[row];
                        }
                        labels.add((float) label[row]);
                        if (rates) {
                            String key = ds[row] + "/" + user[row] + '/' + item[row];
                            clicks.add(
                                    request[row] == null ? key : key + '/' + request[row],
                                    label[row] > 0);
                        } else {
                            clicks.addWithoutFold(label[row] > 0);
                        }
                    }
                    features.add(batch.rows(), FeatureColumns.of(spec, batch, columns.size()));
                });
        return new Rows(features.build(), clicks, firstOfDay, labels);
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
        FeatureSpec spec = ranker.space().spec();
        int[] at = {0};
        batches(
                List.of("user_id", "label"),
                spec,
                batch -> {
                    String[] user = batch.strings(0);
                    long[] label = batch.longs(1);
                    double[] scored = ranker.score(FeatureColumns.rows(spec, batch, 2));
                    System.arraycopy(scored, 0, scores, at[0], scored.length);
                    for (int row = 0; row < scored.length; row++) {
                        labels[at[0]] = (float) label[row];
                        users[at[0]++] = numbers.computeIfAbsent(user[row], _ -> numbers.size());
                    }
                });
        return new Scored(scores, labels, users);
    }
}
