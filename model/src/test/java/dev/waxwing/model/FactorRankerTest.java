package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.waxwing.storage.FileStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Linear models, FMs and FFMs behind the ranker's interface, by a formula of pairs that is written out here.
class FactorRankerTest {
    private static final int K = 5;

    @TempDir Path root;

    private final FeatureSpace space = EverySpec.space();
    private BundleStore store;

    @BeforeEach
    void open() {
        store = BundleStore.open(FileStore.folder(root));
    }

    private static FactorModel model(FactorModel.Kind kind, FeatureSpace space, long seed) {
        var random = new Random(seed);
        int features = space.sparseWidth() - 3; // the last were not met in training
        int fields = space.spec().fields().size();
        return switch (kind) {
            case LINEAR -> FactorModel.linear(-0.25f, floats(random, features));
            case FM ->
                    FactorModel.fm(0.5f, floats(random, features), K, floats(random, features * K));
            case FFM ->
                    FactorModel.ffm(
                            0.125f,
                            floats(random, features),
                            fields,
                            K,
                            floats(random, features * fields * K));
        };
    }

    private static float[] floats(Random random, int n) {
        var floats = new float[n];
        for (int i = 0; i < n; i++) {
            floats[i] = (float) random.nextGaussian() / 4;
        }
        return floats;
    }

    /// Every pair on its own, as Rendle and Juan write it; scaled as xLearn does if wanted.
    private static double plain(
            FactorModel model, FactorModel.Scaling scaling, FeatureSpace space, FeatureRow row) {
        record Entry(int field, int column, double value) {}
        var entries = new ArrayList<Entry>();
        double[] squares = {0};
        space.encodeSparse(
                row,
                (field, column, value) -> {
                    squares[0] += (double) value * value;
                    if (column < model.features()) {
                        entries.add(new Entry(field, column, value));
                    }
                });
        boolean scaled =
                scaling == FactorModel.Scaling.XLEARN && model.kind() != FactorModel.Kind.LINEAR;
        double n = scaled ? 1 / squares[0] : 1;
        double margin = model.bias();
        for (int i = 0; i < entries.size(); i++) {
            Entry a = entries.get(i);
            margin += model.weight(a.column) * a.value * Math.sqrt(n);
            for (Entry b : entries.subList(0, i)) {
                double dot = 0;
                for (int f = 0; f < model.k(); f++) {
                    dot +=
                            model.kind() == FactorModel.Kind.FM
                                    ? (double) model.factor(a.column, 0, f)
                                            * model.factor(b.column, 0, f)
                                            * n
                                    : (double) model.factor(a.column, b.field, f)
                                            * model.factor(b.column, a.field, f);
                }
                margin += dot * a.value * b.value * n;
            }
        }
        return margin;
    }

    private Bundle publish(FactorModel model, FactorModel.Scaling scaling, List<FeatureRow> rows) {
        try (BundleWriter writer = store.draft(BundleKind.RANKER, "home_rank", RankSpec.DAY)) {
            FactorFile.write(writer.file(FactorFile.FILE), model, scaling);
            writer.ranker(model.kind().word(), space)
                    .golden(
                            space.spec(),
                            rows.stream()
                                    .map(
                                            row -> {
                                                double m = plain(model, scaling, space, row);
                                                return new GoldenRow(
                                                        row, m, 1 / (1 + Math.exp(-m)));
                                            })
                                    .toList());
            return store.open(writer.publish());
        }
    }

    private static FeatureTable users(Random random) {
        FeatureTable.Builder users = EverySpec.users();
        for (int u = 0; u < 12; u++) {
            users.add("u" + u, EverySpec.user(random, random.nextInt(32)));
        }
        return users.build();
    }

    private static FeatureTable items(Random random, int n) {
        FeatureTable.Builder items = EverySpec.items();
        for (int i = 0; i < n; i++) {
            items.add("i" + i, EverySpec.item(random, random.nextInt(16)));
        }
        return items.build();
    }

    private List<FeatureRow> rows(FeatureTable users, FeatureTable items) {
        var assembler = new Assembler(space.spec());
        var rows = new ArrayList<FeatureRow>();
        users.forEach(
                (_, user) ->
                        items.forEach(
                                (_, item) ->
                                        rows.add(
                                                assembler.assemble(
                                                        user, item, Map.of("hour", "07")))));
        return rows;
    }

    @Test
    void scoresAndExplainsEveryKindByTheWrittenFormula() {
        long seed = 41;
        var random = new Random(seed);
        List<FeatureRow> rows = rows(users(random), items(random, 20));
        for (FactorModel.Kind kind : FactorModel.Kind.values()) {
            for (FactorModel.Scaling scaling : FactorModel.Scaling.values()) {
                FactorModel model = model(kind, space, seed);
                Ranker ranker = Ranker.open(publish(model, scaling, rows.subList(0, 50)));
                assertThat(ranker.algorithm()).isEqualTo(kind.word());
                assertThat(ranker.verifyGolden()).isEqualTo(50);
                double[] scores = ranker.score(rows);
                for (int i = 0; i < rows.size(); i++) {
                    String what = kind + " " + scaling + " " + rows.get(i);
                    double margin = plain(model, scaling, space, rows.get(i));
                    assertThat(ranker.margin(rows.get(i))).as(what).isCloseTo(margin, within(1e-9));
                    assertThat(scores[i]).isEqualTo(ranker.score(rows.get(i)));
                    RankExplanation why = ranker.explain(rows.get(i));
                    assertThat(why.parts()).hasSize(space.spec().fields().size());
                    assertThat(
                                    why.base()
                                            + why.parts().stream()
                                                    .mapToDouble(RankExplanation.Part::contribution)
                                                    .sum())
                            .as(what)
                            .isCloseTo(margin, within(1e-9));
                }
            }
        }
    }

    /// Two columns of two features with one factor each, so that everything can be seen.
    @Test
    void aProductOfTwoFeaturesGoesToEachByHalf() {
        FeatureSpec spec =
                FeatureSpec.parse(
                        "x.yaml",
                        """
                        features: x
                        snapshots: { user: u, item: i }
                        columns:
                          a: { from: user, type: number }
                          b: { from: item, type: number }
                        """);
        FeatureSpace two = new FeatureSpace(spec, Map.of(), Map.of());
        FactorModel model =
                FactorModel.fm(1f, new float[] {0.5f, 0, -0.25f, 0}, 1, new float[] {2, 0, 3, 0});
        try (BundleWriter writer = store.draft(BundleKind.RANKER, "home_rank", RankSpec.DAY)) {
            FactorFile.write(writer.file(FactorFile.FILE), model, FactorModel.Scaling.NONE);
            writer.ranker("fm", two).golden(spec, List.of());
            Ranker ranker = Ranker.open(store.open(writer.publish()));
            RankExplanation why = ranker.explain(FeatureRow.of(spec, Map.of("a", 2, "b", 4)));
            assertThat(why.base()).isEqualTo(1);
            // 1 + ½·2 − ¼·4 + (2·3)·(2·4)
            assertThat(why.margin()).isEqualTo(49);
            assertThat(why.parts())
                    .containsExactly(
                            new RankExplanation.Part("a", "2.0", 1 + 24.0),
                            new RankExplanation.Part("b", "4.0", -1 + 24.0));
        }
    }

    @Test
    void theHalvesOfARowMadeOnceScoreAsTheWholeRowDoes() {
        long seed = 20261126;
        var random = new Random(seed);
        for (int round = 0; round < 6; round++) {
            FeatureTable users = users(random);
            FeatureTable items = items(random, 40);
            for (FactorModel.Kind kind : List.of(FactorModel.Kind.LINEAR, FactorModel.Kind.FM)) {
                for (FactorModel.Scaling scaling : FactorModel.Scaling.values()) {
                    FactorModel model = model(kind, space, seed + round);
                    Ranker ranker = Ranker.open(publish(model, scaling, List.of()));
                    ItemSums sums = ranker.itemSums(items).orElseThrow();
                    var assembler = new Assembler(space.spec());
                    for (int u = -1; u < 12; u++) {
                        EntityRow user = users.row("u" + u).orElse(EntityRow.unseen("u" + u));
                        Map<String, String> said =
                                u % 2 == 0 ? Map.of("hour", "20", "city", "drama") : Map.of();
                        ItemSums.ForUser mine = sums.forUser(assembler.forUser(user, said));
                        items.forEach(
                                (id, item) -> {
                                    FeatureRow row = assembler.assemble(user, item, said);
                                    double plain = plain(model, scaling, space, row);
                                    assertThat(mine.score(id).orElseThrow())
                                            .as("seed %d, %s %s", seed, kind, row)
                                            .isCloseTo(1 / (1 + Math.exp(-plain)), within(1e-9));
                                });
                        assertThat(mine.score("nobody")).isEmpty();
                    }
                }
            }
        }
    }

    @Test
    void anFfmHasNoHalves() {
        Ranker ranker =
                Ranker.open(
                        publish(
                                model(FactorModel.Kind.FFM, space, 1),
                                FactorModel.Scaling.NONE,
                                List.of()));
        assertThat(ranker.itemSums(items(new Random(1), 3))).isEmpty();
    }

    /// Recall: what brute force says, over all items, however far one reads.
    @Test
    void ranksAllItemsByTheirMarginWithoutWhatNeedsBothSides() {
        var random = new Random(8);
        FeatureTable users = users(random);
        FeatureTable items = items(random, 2500);
        FeatureSpec spec = space.spec();
        FactorModel model = model(FactorModel.Kind.FM, space, 8);
        Ranker ranker = Ranker.open(publish(model, FactorModel.Scaling.NONE, List.of()));
        ItemSums sums = ranker.itemSums(items).orElseThrow();
        var assembler = new Assembler(spec);
        for (String id : List.of("u0", "u7", "nobody")) {
            EntityRow user = users.row(id).orElse(EntityRow.unseen(id));
            Assembler.UserSide side = assembler.forUser(user, Map.of("hour", "07"));
            List<ScoredId> brute = new ArrayList<>();
            items.forEach(
                    (item, row) ->
                            brute.add(new ScoredId(item, withoutPairs(model, side.with(row)))));
            brute.sort(
                    Comparator.comparingDouble((ScoredId s) -> -s.score())
                            .thenComparing(ScoredId::id));
            List<ScoredId> found = new ArrayList<>();
            sums.forUser(side).ranked().forEach(found::add);
            assertThat(found).hasSize(2500);
            for (int place = 0; place < 2500; place++) {
                assertThat(found.get(place).score())
                        .isCloseTo(brute.get(place).score(), within(1e-9));
            }
            assertThat(found.subList(0, 200).stream().map(ScoredId::id))
                    .isEqualTo(brute.subList(0, 200).stream().map(ScoredId::id).toList());
            assertThat(found.stream().map(ScoredId::id)).doesNotHaveDuplicates();
        }
    }

    private double withoutPairs(FactorModel model, FeatureRow row) {
        List<String> pairs = List.of("liked", "near", "city_genre", "days_author", "recent_item");
        var columns = new ArrayList<Integer>();
        var values = new ArrayList<Float>();
        space.encodeSparse(
                row,
                (field, column, value) -> {
                    if (!pairs.contains(space.spec().fields().get(field))) {
                        columns.add(column);
                        values.add(value);
                    }
                });
        double margin = model.bias();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i) >= model.features()) {
                continue;
            }
            margin += model.weight(columns.get(i)) * (double) values.get(i);
            for (int j = 0; j < i; j++) {
                for (int f = 0; f < K && columns.get(j) < model.features(); f++) {
                    margin +=
                            (double) model.factor(columns.get(i), 0, f)
                                    * model.factor(columns.get(j), 0, f)
                                    * values.get(i)
                                    * values.get(j);
                }
            }
        }
        return margin;
    }

    @Test
    void aModelComesBackFromItsFileToTheBitAndADamagedFileIsRefused() throws IOException {
        Path file = root.resolve("factors.bin");
        for (FactorModel.Kind kind : FactorModel.Kind.values()) {
            FactorModel model = model(kind, space, 3);
            FactorFile.write(file, model, FactorModel.Scaling.XLEARN);
            byte[] good = Files.readAllBytes(file);
            FactorFile.Held held = FactorFile.read(file);
            assertThat(held.scaling()).isEqualTo(FactorModel.Scaling.XLEARN);
            FactorFile.write(file, held.model(), held.scaling());
            assertThat(Files.readAllBytes(file)).isEqualTo(good);
            var random = new Random(4);
            for (int at = 0; at < good.length; at += at < 40 ? 1 : random.nextInt(999) + 1) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bad);
                assertThatThrownBy(() -> FactorFile.read(file))
                        .as("byte %d", at)
                        .isInstanceOf(CorruptFileException.class);
            }
            for (int length : List.of(0, 7, 39, 40, good.length - 1)) {
                Files.write(file, java.util.Arrays.copyOf(good, length));
                assertThatThrownBy(() -> FactorFile.read(file))
                        .isInstanceOf(CorruptFileException.class);
            }
            Files.write(file, java.util.Arrays.copyOf(good, good.length + 4));
            assertThatThrownBy(() -> FactorFile.read(file))
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("not the length that its header tells");
        }
    }

    @Test
    void aModelThatDoesNotFitItsFeaturesIsRefused() {
        FactorModel wide = FactorModel.linear(0, new float[space.sparseWidth() + 1]);
        assertThatThrownBy(() -> Ranker.open(publish(wide, FactorModel.Scaling.NONE, List.of())))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("with 338 features in 1 fields")
                .hasMessageContaining("features.json has 337 columns");
    }
}
