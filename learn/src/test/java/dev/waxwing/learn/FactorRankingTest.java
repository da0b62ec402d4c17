package dev.waxwing.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.model.Bundle;
import dev.waxwing.model.BundleKind;
import dev.waxwing.model.BundleStore;
import dev.waxwing.model.BundleWriter;
import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.Ranker;
import dev.waxwing.storage.FileStore;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// From raw rows through a fitted space and a trainer to a bundle that scores as the trainer does.
class FactorRankingTest {
    private static final FeatureSpec SPEC =
            FeatureSpec.parse(
                    "x.yaml",
                    """
                    features: x
                    snapshots: { user: u, item: i }
                    columns:
                      user:  { from: user, type: id }
                      item:  { from: item, type: id, hash: 64, seed: 9 }
                      age:   { from: item, type: number, bins: 4 }
                      acts:  { from: user, type: number, transform: log }
                      taste: { from: user, type: weights, transform: unit }
                    cross:
                      pair:  { of: [user, item], hash: 128 }
                    rate:
                      item_rate: { of: item }
                    """);

    @TempDir Path root;

    /// Users like items of their own parity: nothing that a linear model could say.
    private static void draw(int n, List<FeatureRow> rows, ClickFolds clicks, float[] labels) {
        var random = new Random(7);
        for (int i = 0; i < n; i++) {
            int user = random.nextInt(30);
            int item = random.nextInt(40);
            boolean click = random.nextInt(10) < (user % 2 == item % 2 ? 8 : 2);
            rows.add(
                    FeatureRow.of(
                            SPEC,
                            Map.of(
                                    "user",
                                    "u" + user,
                                    "item",
                                    "i" + item,
                                    "age",
                                    item * 1.5,
                                    "acts",
                                    user,
                                    "taste",
                                    Map.of("a", user + 1, "b", 3))));
            labels[i] = click ? 1 : 0;
            clicks.add("row " + i, click);
        }
    }

    private FactorRanking train(FactorModel.Kind kind, boolean norm, List<FeatureRow> rows) {
        float[] labels = new float[3000];
        var clicks = new ClickFolds();
        draw(labels.length, rows, clicks, labels);
        FittedSpace fitted = FeatureSpaceFitter.fit(SPEC, rows, clicks, 0.8);
        FactorParams params =
                FactorParams.of(Map.of("kind", kind.word(), "k", 4, "epochs", 8, "norm", norm));
        FactorRows encoded =
                FactorRanking.encode(rows, labels, fitted, clicks, kind == FactorModel.Kind.FFM);
        FactorModel model = new FactorTrainer(params).train(encoded).model();
        return new FactorRanking(fitted.space(), model, params.scaling(), encoded);
    }

    private Bundle publish(FactorRanking model, List<FeatureRow> rows) throws IOException {
        BundleStore store = BundleStore.open(FileStore.folder(root));
        try (BundleWriter writer =
                store.draft(BundleKind.RANKER, "home_rank", LocalDate.of(2013, 8, 1))) {
            model.write(writer.file(Ranker.FEATURES).getParent());
            writer.ranker(model.algorithm(), model.space());
            writer.golden(model.space().spec(), model.golden(rows.subList(0, 300)));
            return store.open(writer.publish());
        }
    }

    @Test
    void theServingScorerAgreesWithTheTrainerForEveryKindAndTwoTrainingsAreTheSameBundle()
            throws IOException {
        for (FactorModel.Kind kind : FactorModel.Kind.values()) {
            for (boolean norm : List.of(false, true)) {
                List<FeatureRow> rows = new ArrayList<>();
                Bundle bundle = publish(train(kind, norm, rows), rows);
                Ranker ranker = Ranker.open(bundle);
                assertThat(ranker.verifyGolden()).isEqualTo(300);
                assertThat(ranker.tolerance()).isEqualTo(1e-9);
                Bundle again = publish(train(kind, norm, new ArrayList<>()), rows);
                assertThat(again.ref()).isEqualTo(bundle.ref());
            }
        }
    }

    @Test
    void anFmLearnsWhatOnlyPairsTellAndItsImportanceNamesTheColumns() {
        List<FeatureRow> rows = new ArrayList<>();
        FactorRanking fm = train(FactorModel.Kind.FM, false, rows);
        float[] labels = new float[3000];
        draw(3000, new ArrayList<>(), new ClickFolds(), labels);
        double[] scores = fm.golden(rows).stream().mapToDouble(g -> g.score()).toArray();
        assertThat(Metrics.auc(scores, labels)).isGreaterThan(0.7);
        List<ColumnImportance> importance = fm.importance();
        assertThat(importance).extracting(ColumnImportance::column).contains("user=u3", "acts");
        assertThat(importance).allMatch(each -> each.cover() > 0 && each.gain() >= 0);
        ColumnImportance acts =
                importance.stream()
                        .filter(i -> i.column().equals("acts"))
                        .findFirst()
                        .orElseThrow();
        long withActs = rows.stream().filter(row -> row.number(SPEC.indexOf("acts")) > 0).count();
        assertThat(acts.cover()).isEqualTo((double) withActs);
    }

    @Test
    void theImportanceOfALinearModelIsTheMeanSizeOfItsTerms() {
        List<FeatureRow> rows = new ArrayList<>();
        FactorRanking linear = train(FactorModel.Kind.LINEAR, false, rows);
        for (ColumnImportance each : linear.importance()) {
            if (each.column().startsWith("user=")) {
                assertThat(each.gain())
                        .isCloseTo(
                                Math.abs(each.coefficient()) * each.cover() / rows.size(),
                                within(1e-9));
            }
        }
    }
}
