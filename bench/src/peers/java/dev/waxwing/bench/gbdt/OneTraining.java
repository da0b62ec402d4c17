package dev.waxwing.bench.gbdt;

import com.microsoft.ml.lightgbm.PredictionType;

import dev.waxwing.bench.score.Rows;
import dev.waxwing.learn.Binning;
import dev.waxwing.learn.FeatureSpaceFitter;
import dev.waxwing.learn.FittedSpace;
import dev.waxwing.learn.FloatMatrix;
import dev.waxwing.learn.GbdtLr;
import dev.waxwing.learn.GbdtModel;
import dev.waxwing.learn.GbdtOnlyModel;
import dev.waxwing.learn.GbdtParams;
import dev.waxwing.learn.GbdtTrainer;
import dev.waxwing.learn.Metrics;
import dev.waxwing.learn.RankerModel;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.steps.TablePath;

import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One subject in a process of its own: some rounds, each told in a line.
final class OneTraining {
    private static final int ROWS = 200_000;
    private static final int TEST = 50_000;
    private static final int TREES = 100;

    private OneTraining() {}

    /// Subject, rounds, folder for tables.
    public static void main(String[] arguments) throws Exception {
        String subject = arguments[0];
        int rounds = Integer.parseInt(arguments[1]);
        if (subject.startsWith("table")) {
            boolean big = subject.equals("table-big");
            int rows = big ? 10_000_000 : ROWS;
            int columns = big ? 60 : Rows.WIDTH;
            GbdtParams params = ours(256, big ? 10 : TREES);
            try (TablePath path = new TablePath(Path.of(arguments[2]), rows, columns)) {
                for (int round = 0; round < rounds; round++) {
                    tell(path.run(params));
                }
            }
        } else if (subject.equals("one-hot") || subject.equals("by-code")) {
            CategoryRows train = new CategoryRows(1, ROWS);
            CategoryRows test = new CategoryRows(2, TEST);
            for (int round = 0; round < rounds; round++) {
                categories(train, test, subject.equals("by-code"));
            }
        } else {
            Rows train = new Rows(1, ROWS);
            Rows test = new Rows(2, TEST);
            for (int round = 0; round < rounds; round++) {
                if (subject.equals("lightgbm")) {
                    lightGbm(train, test);
                } else {
                    ours(train, test, Integer.parseInt(subject.substring("ours-".length())));
                }
            }
        }
        System.out.println("peak " + Cpu.peak());
    }

    private static void categories(CategoryRows train, CategoryRows test, boolean byCode)
            throws Exception {
        FittedSpace[] fitted = new FittedSpace[1];
        GbdtOnlyModel[] model = new GbdtOnlyModel[1];
        List<String> names = List.of(CategoryRows.categories().split(","));
        double fit =
                Cpu.seconds(
                        () ->
                                fitted[0] =
                                        FeatureSpaceFitter.fit(
                                                CategoryRows.SPEC, train.features, 0));
        FeatureSpace space = byCode ? fitted[0].space().withCodes(names) : fitted[0].space();
        Map<String, Object> params = new HashMap<>(named(256, TREES));
        params.put("categorical", byCode ? CategoryRows.categories() : "");
        double training =
                Cpu.seconds(
                        () ->
                                model[0] =
                                        GbdtLr.trainTreesOnly(
                                                space,
                                                RankerModel.encode(space, train.features),
                                                train.clicked,
                                                GbdtParams.of(params)));
        double[] scores = model[0].predict(RankerModel.encode(space, test.features));
        tell(fit, fit + training, scores, test.clicked);
    }

    private static GbdtParams ours(int bins, int trees) {
        return GbdtParams.of(named(bins, trees));
    }

    private static Map<String, Object> named(int bins, int trees) {
        return Map.of(
                "trees",
                trees,
                "depth",
                6,
                "learning-rate",
                0.1,
                "bins",
                bins,
                "min-leaf-rows",
                20,
                "threads",
                1);
    }

    private static void ours(Rows train, Rows test, int bins) throws Exception {
        FloatMatrix rows = FloatMatrix.unnamed(train.clicked.length, Rows.WIDTH, train.values);
        double data = Cpu.seconds(() -> Binning.once(rows, train.clicked, bins));
        GbdtModel[] model = new GbdtModel[1];
        double whole =
                Cpu.seconds(
                        () -> model[0] = GbdtTrainer.train(rows, train.clicked, ours(bins, TREES)));
        tell(
                data,
                whole,
                model[0].predict(FloatMatrix.unnamed(test.clicked.length, Rows.WIDTH, test.values)),
                test.clicked);
    }

    private static void lightGbm(Rows train, Rows test) throws Exception {
        LGBMBooster.loadNative();
        String params =
                "objective=binary num_threads=1 max_bin=255 max_depth=6 num_leaves=63"
                        + " learning_rate=0.1 min_data_in_leaf=20 lambda_l2=1 verbosity=-1"
                        + " deterministic=true";
        LGBMDataset[] rows = new LGBMDataset[1];
        double data =
                Cpu.seconds(
                        () -> {
                            rows[0] =
                                    LGBMDataset.createFromMat(
                                            train.values,
                                            train.clicked.length,
                                            Rows.WIDTH,
                                            true,
                                            params,
                                            null);
                            rows[0].setField("label", train.clicked);
                        });
        LGBMBooster[] booster = new LGBMBooster[1];
        double training =
                Cpu.seconds(
                        () -> {
                            booster[0] = LGBMBooster.create(rows[0], params);
                            for (int tree = 0; tree < TREES; tree++) {
                                booster[0].updateOneIter();
                            }
                        });
        tell(
                data,
                data + training,
                booster[0].predictForMat(
                        test.values,
                        test.clicked.length,
                        Rows.WIDTH,
                        true,
                        PredictionType.C_API_PREDICT_NORMAL,
                        "num_threads=1"),
                test.clicked);
        booster[0].close();
        rows[0].close();
    }

    private static void tell(double data, double whole, double[] scores, float[] clicked) {
        System.out.printf(
                Locale.ROOT,
                "round %.3f %.3f %.5f %.5f%n",
                data,
                whole,
                Metrics.auc(scores, clicked),
                Metrics.logloss(scores, clicked));
    }

    private static void tell(TablePath.Cost cost) {
        System.out.printf(
                Locale.ROOT,
                "table %.3f %.3f %.3f %.3f %.3f%n",
                cost.read(),
                cost.fit(),
                cost.encode(),
                cost.bin(),
                cost.whole() - cost.bin());
    }
}
