package dev.waxwing.bench.quality;

import dev.waxwing.learn.DenseModel;
import dev.waxwing.learn.FactorParams;
import dev.waxwing.learn.FactorRows;
import dev.waxwing.learn.FactorTrainer;
import dev.waxwing.learn.FeatureSpaceFitter;
import dev.waxwing.learn.FloatMatrix;
import dev.waxwing.learn.GbdtLr;
import dev.waxwing.learn.GbdtLrParams;
import dev.waxwing.learn.GbdtParams;
import dev.waxwing.learn.LrModel;
import dev.waxwing.learn.LrParams;
import dev.waxwing.learn.LrTrainer;
import dev.waxwing.learn.Metrics;
import dev.waxwing.learn.RankerModel;
import dev.waxwing.learn.SparseRows;
import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Trains each model with each of a few settings on the training rows, keeps the setting that the validation rows like best, and scores the test rows with it.
final class Models {
    private final DataSet set;
    private final int threads;

    Models(DataSet set, int threads) {
        this.set = set;
        this.threads = threads;
    }

    /// @param chosen the setting, as words
    /// @param scores of the test rows
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Tested(String model, String chosen, double[] scores) {}

    /// A model's probabilities of validation and test rows.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Scored(double[] validation, double[] test) {}

    /// @param to is given each model as soon as it is tested; the first is what the others are held against
    void onNumbers(Consumer<Tested> to) {
        FeatureSpace space = FeatureSpaceFitter.fit(set.spec(), set.train().numbers, 0).space();
        FloatMatrix train = encode(space, set.train().numbers);
        FloatMatrix validation = encode(space, set.validation().numbers);
        FloatMatrix test = encode(space, set.test().numbers);
        List<String> bins = IntStream.of(space.lrColumns()).mapToObj(space.columns()::get).toList();
        SparseRows trainBins = SparseRows.of(train.select(bins));
        SparseRows validationBins = SparseRows.of(validation.select(bins));
        SparseRows testBins = SparseRows.of(test.select(bins));
        float[] labels = set.train().labels();
        float[] validationLabels = set.validation().labels();

        to.accept(
                best(
                        "LR on binned numbers",
                        levels(1, 10, 100, 1000),
                        named -> {
                            LrModel lr = LrTrainer.train(trainBins, labels, LrParams.of(named));
                            return new Scored(lr.predict(validationBins), lr.predict(testBins));
                        }));
        List<Map<String, Object>> trees = new ArrayList<>();
        for (int depth : new int[] {3, 4, 6}) {
            trees.add(
                    Map.of(
                            "depth",
                            depth,
                            "trees",
                            400,
                            "learning-rate",
                            0.05,
                            "early-stop-rounds",
                            30,
                            "threads",
                            threads));
        }
        to.accept(
                best(
                        "GBDT",
                        trees,
                        named ->
                                scored(
                                        GbdtLr.trainTreesOnly(
                                                space,
                                                train,
                                                labels,
                                                GbdtParams.of(named),
                                                validation,
                                                validationLabels),
                                        validation,
                                        test)));
        List<Map<String, Object>> stacks = new ArrayList<>();
        for (Map<String, Object> each : trees) {
            for (int level : new int[] {300, 3000}) {
                Map<String, Object> named = new LinkedHashMap<>(each);
                named.put("penalty-level", level);
                stacks.add(named);
            }
        }
        to.accept(
                best(
                        "GBDT+LR",
                        stacks,
                        named ->
                                scored(
                                        GbdtLr.train(
                                                space,
                                                train,
                                                labels,
                                                GbdtLrParams.of(named),
                                                validation,
                                                validationLabels),
                                        validation,
                                        test)));
    }

    private static FloatMatrix encode(FeatureSpace space, List<FeatureRow> rows) {
        return RankerModel.encode(space, rows);
    }

    private static Scored scored(DenseModel model, FloatMatrix validation, FloatMatrix test) {
        return new Scored(model.predict(validation), model.predict(test));
    }

    /// As above.
    void onCodes(Consumer<Tested> to) {
        int features =
                Math.max(
                        set.train().codesEnd(),
                        Math.max(set.validation().codesEnd(), set.test().codesEnd()));
        SparseRows train = set.train().sparseRows(features);
        SparseRows validation = set.validation().sparseRows(features);
        SparseRows test = set.test().sparseRows(features);
        float[] labels = set.train().labels();
        to.accept(
                best(
                        "LR on codes",
                        levels(0.1, 0.3, 1, 3, 10, 30),
                        named -> {
                            LrModel lr = LrTrainer.train(train, labels, LrParams.of(named));
                            return new Scored(lr.predict(validation), lr.predict(test));
                        }));
        to.accept(factors("FM", "fm", new int[] {8, 16}));
        to.accept(factors("FFM", "ffm", new int[] {4, 8}));
    }

    private Tested factors(String name, String kind, int[] ks) {
        FactorRows train = set.train().factorRows();
        FactorRows validation = set.validation().factorRows();
        List<Map<String, Object>> settings = new ArrayList<>();
        for (int k : ks) {
            for (double rate : new double[] {0.02, 0.05, 0.1, 0.2}) {
                for (double lambda : new double[] {1e-3, 1e-2, 3e-2}) {
                    settings.add(
                            Map.of(
                                    "kind",
                                    kind,
                                    "k",
                                    k,
                                    "learning-rate",
                                    rate,
                                    "lambda",
                                    lambda,
                                    "epochs",
                                    40,
                                    "stop-window",
                                    1,
                                    "threads",
                                    threads));
                }
            }
        }
        return best(
                name,
                settings,
                named -> {
                    FactorModel model =
                            new FactorTrainer(FactorParams.of(named))
                                    .train(train, validation)
                                    .model();
                    return new Scored(set.validation().score(model), set.test().score(model));
                });
    }

    private List<Map<String, Object>> levels(double... levels) {
        return Arrays.stream(levels)
                .mapToObj(
                        level -> Map.<String, Object>of("penalty-level", level, "threads", threads))
                .toList();
    }

    private Tested best(
            String model,
            List<Map<String, Object>> settings,
            Function<Map<String, Object>, Scored> train) {
        float[] labels = set.validation().labels();
        double least = Double.POSITIVE_INFINITY;
        Tested best = null;
        for (Map<String, Object> named : settings) {
            Scored scored = train.apply(named);
            double loss = Metrics.logloss(scored.validation(), labels);
            if (loss < least) {
                least = loss;
                best = new Tested(model, told(named), scored.test());
            }
        }
        return best;
    }

    private static String told(Map<String, Object> named) {
        Map<String, Object> sorted = new TreeMap<>(named);
        List.of("threads", "kind", "epochs", "stop-window", "trees", "early-stop-rounds")
                .forEach(sorted::remove);
        List<String> words = new ArrayList<>();
        sorted.forEach((name, value) -> words.add(name + " " + value));
        return String.join(", ", words);
    }
}
