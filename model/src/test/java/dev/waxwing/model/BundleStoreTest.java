package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.storage.FileStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class BundleStoreTest {
    private static final LocalDate DAY = RankSpec.DAY;

    @TempDir Path root;

    private BundleStore store;

    @BeforeEach
    void open() {
        store =
                BundleStore.open(
                        FileStore.folder(root), () -> Instant.parse("2013-08-02T01:30:00Z"));
    }

    private BundleRef hot(String item) {
        return hot(item, DAY);
    }

    private BundleRef hot(String item, LocalDate day) {
        try (BundleWriter writer = store.draft(BundleKind.LIST, "hot", day)) {
            return writer.list(new ItemList(Map.of("all", List.of(new ScoredId(item, 1)))))
                    .parameter("half-life", "2d")
                    .provenance("run", "r-" + item)
                    .publish();
        }
    }

    @Test
    void aPublishedBundleOpensWithWhatWasPutIn() {
        BundleRef ref = hot("m1");

        assertThat(ref.toString()).matches("hot/20130801-[0-9a-f]{8}");
        assertThat(BundleRef.parse(ref.toString())).isEqualTo(ref);
        Bundle bundle = store.open(ref);
        assertThat(bundle.kind()).isEqualTo(BundleKind.LIST);
        assertThat(bundle.hash()).startsWith(ref.hash8()).hasSize(64);
        assertThat(bundle.parameters()).containsExactly(Map.entry("half-life", "2d"));
        assertThat(bundle.files()).containsExactly("list.csv");
        assertThat(bundle.provenance()).contains("\"run\" : \"r-m1\"");
        assertThat(ItemList.open(bundle).items("all")).containsExactly(new ScoredId("m1", 1));
        assertThatThrownBy(() -> Neighbours.open(bundle))
                .isInstanceOf(BundleException.class)
                .hasMessage("bundle " + ref + " is of kind list, not neighbours");
        assertThatThrownBy(() -> bundle.file("x.csv"))
                .hasMessage("bundle " + ref + " (list) has no file x.csv; it has [list.csv]");
        assertThat(store.list()).containsExactly(ref);
        assertThat(store.list("ho")).isEmpty();
    }

    @Test
    void theSameContentPublishedAgainIsTheSameBundleAndKeepsItsFirstProvenance() {
        BundleRef first;
        try (BundleWriter writer = store.draft(BundleKind.SERVING, "scenes", DAY)) {
            first = writer.file("home.yaml", "scene: home").provenance("run", "1").publish();
        }
        BundleRef second;
        try (BundleWriter writer = store.draft(BundleKind.SERVING, "scenes", DAY)) {
            second = writer.file("home.yaml", "scene: home").provenance("run", "2").publish();
        }
        assertThat(second).isEqualTo(first);
        assertThat(store.open(first).provenance()).contains("\"1\"").doesNotContain("\"2\"");
        assertThat(store.list("scenes")).hasSize(1);
    }

    @Test
    void anythingElseIsAnotherHash() {
        BundleRef one = hot("m1");
        BundleRef otherContent = hot("m2");
        assertThat(otherContent.hash8()).isNotEqualTo(one.hash8());
        try (BundleWriter writer = store.draft(BundleKind.LIST, "hot", DAY)) {
            BundleRef otherParameter =
                    writer.list(new ItemList(Map.of("all", List.of(new ScoredId("m1", 1)))))
                            .parameter("half-life", "3d")
                            .publish();
            assertThat(otherParameter.hash8()).isNotEqualTo(one.hash8());
        }
    }

    @Test
    void aDamagedBundleIsRefusedByName() throws IOException {
        BundleRef ref = hot("m1");
        Path folder = root.resolve("bundles").resolve(ref.toString());
        Path list = folder.resolve("list.csv");
        byte[] good = Files.readAllBytes(list);

        Files.write(list, Arrays.copyOf(good, 10));
        assertThatThrownBy(() -> store.open(ref))
                .isInstanceOf(BundleException.class)
                .hasMessage(
                        "bundle "
                                + ref
                                + " has list.csv with 10 bytes, but "
                                + good.length
                                + " were published; publish it again, or copy it again from where"
                                + " it came");
        byte[] altered = good.clone();
        altered[30] ^= 1;
        Files.write(list, altered);
        assertThatThrownBy(() -> store.open(ref))
                .hasMessageStartingWith(
                        "bundle " + ref + " has an altered list.csv (its SHA-256 differs)");
        Files.delete(list);
        assertThatThrownBy(() -> store.open(ref))
                .hasMessageStartingWith("bundle " + ref + " lacks its file list.csv");
        Files.write(list, good);
        Files.writeString(folder.resolve("extra.txt"), "x");
        assertThatThrownBy(() -> store.open(ref))
                .hasMessageStartingWith(
                        "bundle " + ref + " has a file extra.txt that bundle.json does not name");
        Files.delete(folder.resolve("extra.txt"));
        assertThat(store.open(ref).files()).containsExactly("list.csv");

        Path manifest = folder.resolve("bundle.json");
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replace("2d", "9d"));
        assertThatThrownBy(() -> BundleStore.open(FileStore.folder(root)).open(ref))
                .hasMessageContaining("bundle " + ref + " is refused")
                .hasMessageContaining("it was altered");
        Files.writeString(manifest, text.substring(0, 40));
        assertThatThrownBy(() -> BundleStore.open(FileStore.folder(root)).open(ref))
                .hasMessageContaining("is not JSON");
        Files.delete(manifest);
        assertThatThrownBy(() -> BundleStore.open(FileStore.folder(root)).open(ref))
                .hasMessage("there is no bundle " + ref + " (its folder has no bundle.json)");
    }

    @Test
    void aBundleThatIsNotThereIsSaidNotToBeThere() {
        BundleRef gone = new BundleRef("hot", DAY, "00000000");
        assertThatThrownBy(() -> store.open(gone))
                .isInstanceOf(BundleException.class)
                .hasMessage("there is no bundle hot/20130801-00000000");
        assertThatThrownBy(() -> BundleRef.parse("hot/20131301-00000000"))
                .hasMessageContaining("20131301 is no day");
        assertThatThrownBy(() -> BundleRef.parse("hot"))
                .hasMessage("\"hot\" names no bundle; one looks like item_cf/20130801-1a2b3c4d");
    }

    @Test
    void aBundleThatWasPublishedButNotActivatedChangesNothing() {
        BundleRef old = hot("m1");
        store.activate(Map.of("hot/live", old), "night 1", "release", Map.of());
        hot("m2"); // and here the process dies

        BundleStore restarted = BundleStore.open(FileStore.folder(root));
        assertThat(restarted.resolve("hot/live")).contains(old);
        assertThat(restarted.live().number()).isEqualTo(1);
    }

    @Test
    void aDraftThatIsDroppedLeavesNothing() {
        try (BundleWriter writer = store.draft(BundleKind.SERVING, "scenes", DAY)) {
            writer.file("home.yaml", "scene: home");
        }
        assertThat(store.list()).isEmpty();
        try (BundleWriter writer = store.draft(BundleKind.SERVING, "scenes", DAY)) {
            assertThatThrownBy(writer::publish)
                    .hasMessage("bundle scenes has no file; write one before publishing");
            assertThatThrownBy(() -> writer.file("../x")).hasMessageContaining("found \"../x\"");
            assertThatThrownBy(() -> writer.file("bundle.json"))
                    .hasMessageContaining("is written by publish()");
            assertThatThrownBy(() -> writer.list(new ItemList(Map.of())))
                    .hasMessage("bundle scenes was drafted as serving, not list");
        }
    }

    @Test
    void aSetMovesAsOneEntryThatSaysWhoWhyAndWith() {
        BundleRef one = hot("m1");
        BundleRef two = hot("m2");
        store.activate(Map.of("hot/live", one), "run-7", "first", Map.of());
        Activation entry =
                store.activate(
                        Map.of("hot/live", two, "hot/trial", one),
                        "run-8",
                        "better",
                        Map.of("test.auc", "0.71"));

        assertThat(entry.number()).isEqualTo(2);
        assertThat(entry.at()).isEqualTo("2013-08-02T01:30:00Z");
        assertThat(entry.moved())
                .containsExactly(Map.entry("hot/live", two), Map.entry("hot/trial", one));
        assertThat(entry.replaced()).containsExactly(Map.entry("hot/live", one));
        assertThat(entry.gate()).containsExactly(Map.entry("test.auc", "0.71"));
        assertThat(entry.isRollback()).isFalse();
        assertThat(BundleStore.open(FileStore.folder(root)).history())
                .isEqualTo(store.history())
                .hasSize(2)
                .endsWith(entry);
        assertThat(store.aliases())
                .containsExactly(Map.entry("hot/live", two), Map.entry("hot/trial", one));
        assertThat(root.resolve("activations/00000002.json")).exists();
    }

    @Test
    void movingToWhereEverythingIsAlreadyWritesNothing() {
        BundleRef one = hot("m1");
        Activation first = store.activate(Map.of("hot/live", one), "run-7", "first", Map.of());
        assertThat(store.activate(Map.of("hot/live", one), "run-7", "again", Map.of()))
                .isEqualTo(first);
        assertThat(store.history()).hasSize(1);
    }

    @Test
    void anAliasMustBelongToItsBundleAndTheBundleMustOpen() throws IOException {
        BundleRef one = hot("m1");
        assertThatThrownBy(() -> store.activate(Map.of("fresh/live", one), "x", "", Map.of()))
                .isInstanceOf(BundleException.class)
                .hasMessage(
                        "alias fresh/live cannot name bundle "
                                + one
                                + "; its aliases are hot/<word>");
        assertThatThrownBy(() -> store.activate(Map.of(), "x", "", Map.of()))
                .hasMessage("no alias to move was given");
        Files.delete(root.resolve("bundles").resolve(one.toString()).resolve("list.csv"));
        assertThatThrownBy(() -> store.activate(Map.of("hot/live", one), "x", "", Map.of()))
                .hasMessageContaining("lacks its file list.csv");
        assertThat(store.history()).isEmpty();
    }

    @Test
    void rollbackRestoresWhatTheLastMoveReplacedStepByStep() {
        BundleRef one = hot("m1");
        BundleRef two = hot("m2");
        BundleRef three = hot("m3");
        store.activate(Map.of("hot/live", one), "n", "", Map.of());
        store.activate(Map.of("hot/live", two), "n", "", Map.of());
        store.activate(Map.of("hot/live", three, "hot/trial", two), "n", "", Map.of());

        Activation back = store.rollback("ann", "bad titles");
        assertThat(back.number()).isEqualTo(4);
        assertThat(back.isRollback()).isTrue();
        assertThat(back.undone())
                .containsExactly(Map.entry("hot/live", 3L), Map.entry("hot/trial", 3L));
        assertThat(store.aliases()).containsExactly(Map.entry("hot/live", two));
        store.rollback("ann", "");
        assertThat(store.aliases()).containsExactly(Map.entry("hot/live", one));
        store.activate(Map.of("hot/live", three), "n", "", Map.of());
        store.rollback("ann", "");
        assertThat(store.aliases()).containsExactly(Map.entry("hot/live", one));
        store.rollback("ann", "");
        assertThat(store.aliases()).isEmpty();
        assertThatThrownBy(() -> store.rollback("ann", ""))
                .isInstanceOf(BundleException.class)
                .hasMessage(
                        "there is nothing to roll back: every activation was undone, or none was"
                                + " made");
        assertThat(BundleStore.open(FileStore.folder(root)).history())
                .isEqualTo(store.history())
                .hasSize(8);
    }

    @Test
    void oneAliasIsRolledBackAloneAndTheRestOfItsEntryLater() {
        BundleRef one = hot("m1");
        BundleRef two = hot("m2");
        store.activate(Map.of("hot/a", one, "hot/b", one), "n", "", Map.of());
        store.activate(Map.of("hot/a", two, "hot/b", two), "n", "", Map.of());
        store.rollback("hot/a", "ann", "");
        assertThat(store.aliases())
                .containsExactly(Map.entry("hot/a", one), Map.entry("hot/b", two));
        store.rollback("ann", "");
        assertThat(store.aliases())
                .containsExactly(Map.entry("hot/a", one), Map.entry("hot/b", one));
        store.rollback("hot/a", "ann", "");
        assertThat(store.aliases()).containsExactly(Map.entry("hot/b", one));
        assertThatThrownBy(() -> store.rollback("hot/c", "ann", ""))
                .hasMessageStartingWith(
                        "there is nothing to roll back: every move of hot/c was undone");
    }

    @Test
    void writersThatRaceAllGetAnEntryAndNoneIsLost() throws Exception {
        BundleRef one = hot("m1");
        int writers = 8;
        var start = new CountDownLatch(1);
        var entries = new ArrayList<Future<Activation>>();
        try (var pool = Executors.newFixedThreadPool(writers)) {
            for (int w = 0; w < writers; w++) {
                String alias = "hot/w" + w;
                BundleStore own =
                        BundleStore.open(FileStore.folder(root)); // as another process would
                entries.add(
                        pool.submit(
                                () -> {
                                    start.await();
                                    return own.activate(Map.of(alias, one), alias, "", Map.of());
                                }));
            }
            start.countDown();
        }
        var numbers = new ArrayList<Long>();
        for (Future<Activation> entry : entries) {
            numbers.add(entry.get().number());
        }
        assertThat(numbers).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(store.aliases()).hasSize(writers);
    }

    @Test
    void aHoleInTheLogIsSaidAndNothingIsGuessed() throws IOException {
        BundleRef one = hot("m1");
        store.activate(Map.of("hot/a", one), "n", "", Map.of());
        store.activate(Map.of("hot/b", one), "n", "", Map.of());
        Files.delete(root.resolve("activations/00000001.json"));
        assertThatThrownBy(() -> BundleStore.open(FileStore.folder(root)).aliases())
                .isInstanceOf(CorruptFileException.class)
                .hasMessage(
                        "the activation log should have activations/00000001.json next, found"
                                + " activations/00000002.json; nothing is live until the log is whole");
    }

    @Test
    void onlyBundlesThatNoAliasNamesAreDeleted() {
        BundleRef one = hot("m1");
        store.activate(Map.of("hot/live", one), "n", "", Map.of());
        assertThatThrownBy(() -> store.delete(one))
                .isInstanceOf(BundleException.class)
                .hasMessage("bundle " + one + " is what hot/live names; move the alias first");
        BundleRef two = hot("m2");
        store.delete(two);
        assertThat(store.list()).containsExactly(one);
    }

    @Test
    void aCopyHoldsTheBundlesAndWhatWasLiveBeforeADayAndGoesItsOwnWay() {
        BundleRef first = hot("a");
        store.activate(Map.of("hot/live", first), "r", "first", Map.of());
        BundleRef later = hot("b", DAY.plusDays(1));
        store.activate(Map.of("hot/live", later), "r", "later", Map.of());
        store.copyTo(root.resolve("copy"), DAY.plusDays(1));
        BundleStore copy = BundleStore.open(FileStore.folder(root.resolve("copy")));
        assertThat(copy.list()).isEqualTo(store.list());
        assertThat(copy.history()).isEqualTo(store.history().subList(0, 1));
        assertThat(copy.open(later).ref()).isEqualTo(later);
        copy.rollback("r", "in the copy");
        copy.delete(later);
        assertThat(store.aliases()).containsEntry("hot/live", later);
        assertThat(store.open(later).ref()).isEqualTo(later);
        store.copyTo(root.resolve("whole"), LocalDate.MAX);
        assertThat(BundleStore.open(FileStore.folder(root.resolve("whole"))).aliases())
                .isEqualTo(store.aliases());
    }

    private BundleRef features(String name, FeatureTable.Builder table) {
        try (BundleWriter writer = store.draft(BundleKind.FEATURES, name, DAY)) {
            return writer.features(table).publish();
        }
    }

    private BundleRef ranker() {
        try (BundleWriter writer = store.draft(BundleKind.RANKER, "home_rank", DAY)) {
            return writer.ranker("gbdt", RankSpec.space()).publish();
        }
    }

    @Test
    void aSetWhoseFeaturesLackAColumnOfAnyRankerIsRefused() {
        BundleRef rank = ranker();
        BundleRef users = features("user_features", RankSpec.users());
        BundleRef items = features("item_features", RankSpec.items());
        assertThatThrownBy(
                        () -> store.activate(Map.of("home_rank/champion", rank), "n", "", Map.of()))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(
                        "home_rank/champion ("
                                + rank
                                + ") needs features bundle user_features, but no alias names one;"
                                + " activate user_features/live in the same set")
                .hasMessageContaining("needs features bundle item_features");
        assertThat(store.history()).isEmpty();

        store.activate(
                Map.of(
                        "home_rank/champion",
                        rank,
                        "user_features/live",
                        users,
                        "item_features/live",
                        items),
                "n",
                "",
                Map.of());
        store.activate(Map.of("home_rank/frozen-60d", rank), "n", "", Map.of());
        BundleRef narrow =
                features(
                        "item_features",
                        FeatureTable.builder(
                                List.of(
                                        new EntityColumn(
                                                        "item_age_days",
                                                        EntityColumn.Kind.CATEGORY),
                                                new EntityColumn("genres", EntityColumn.Kind.TAGS),
                                        new EntityColumn("genre_weights", EntityColumn.Kind.TAGS),
                                                new EntityColumn(
                                                        "author", EntityColumn.Kind.CATEGORY))));
        assertThatThrownBy(
                        () ->
                                store.activate(
                                        Map.of("item_features/live", narrow), "n", "", Map.of()))
                .hasMessageContaining(
                        "home_rank/frozen-60d ("
                                + rank
                                + ") needs column similar (tags|weights), which item_features/live"
                                + " ("
                                + narrow
                                + ") lacks; it has [item_age_days, genres, genre_weights, author]")
                .hasMessageContaining(
                        "home_rank/champion ("
                                + rank
                                + ") needs column item_age_days as number, but item_features/live ("
                                + narrow
                                + ") holds it as category");
        assertThatThrownBy(
                        () ->
                                store.activate(
                                        Map.of("item_features/trial", narrow), "n", "", Map.of()))
                .hasMessageContaining("item_features/trial (" + narrow + ") lacks");
        assertThat(store.resolve("item_features/live")).contains(items);
        assertThat(store.live().number()).isEqualTo(2);
    }

    @Test
    void publishingAgainMendsADamagedBundle() throws IOException {
        BundleRef ref = hot("m1");
        Path folder = root.resolve("bundles").resolve(ref.toString());
        Files.writeString(folder.resolve("list.csv"), "cut");
        assertThat(hot("m1")).isEqualTo(ref);
        assertThat(ItemList.open(store.open(ref)).items("all")).hasSize(1);
        Files.delete(folder.resolve("bundle.json"));
        assertThat(hot("m1")).isEqualTo(ref);
        assertThat(store.open(ref).files()).containsExactly("list.csv");
    }

    @Test
    void aSetInWhichABundleIsGoneIsRefused() {
        BundleRef one = hot("m1");
        BundleRef two = hot("m2");
        store.activate(Map.of("hot/live", one), "n", "", Map.of());
        store.activate(Map.of("hot/live", two), "n", "", Map.of());
        FileStore.folder(root).delete("bundles/" + one);
        assertThatThrownBy(() -> store.rollback("ann", ""))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("hot/live: there is no bundle " + one);
        assertThat(store.resolve("hot/live")).contains(two);
    }

    @Test
    void aManifestThatIsAlteredBetweenTwoOpeningsIsNoticed() throws IOException {
        BundleRef ref = hot("m1");
        store.open(ref);
        Path manifest = root.resolve("bundles").resolve(ref.toString()).resolve("bundle.json");
        Files.writeString(manifest, Files.readString(manifest).replace("2d", "9d"));
        assertThatThrownBy(() -> store.open(ref))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("it was altered");
    }
}
