package dev.waxwing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class NeighboursTest {
    @TempDir Path folder;

    @Test
    void keepsListsRankedByScoreThenId() {
        Path file = folder.resolve("n");
        Neighbours.Builder builder =
                Neighbours.builder()
                        .add(
                                "m1",
                                List.of(
                                        new ScoredId("b", 0.5),
                                        new ScoredId("a", 0.5),
                                        new ScoredId("c", 0.9)))
                        .add("m0", List.of());
        builder.write(file);
        for (Neighbours neighbours : List.of(builder.build(), Neighbours.open(file))) {
            assertThat(neighbours.size()).isEqualTo(2);
            assertThat(neighbours.of("m1"))
                    .containsExactly(
                            new ScoredId("c", 0.9), new ScoredId("a", 0.5), new ScoredId("b", 0.5));
            assertThat(neighbours.of("m1", 1)).containsExactly(new ScoredId("c", 0.9));
            assertThat(neighbours.of("m0")).isEmpty();
            assertThat(neighbours.of("m9")).isEmpty();
        }
    }

    @Test
    void theSameListsInAnyOrderGiveTheSameBytes() throws IOException {
        List<ScoredId> one = List.of(new ScoredId("x", 1), new ScoredId("y", 2));
        List<ScoredId> two = List.of(new ScoredId("y", 1), new ScoredId("z", 2));
        Neighbours.builder().add("a", one).add("b", two).write(folder.resolve("1"));
        Neighbours.builder()
                .add("b", two.reversed())
                .add("a", one.reversed())
                .write(folder.resolve("2"));
        assertThat(folder.resolve("1")).hasSameBinaryContentAs(folder.resolve("2"));
    }

    @Test
    void refusesListsThatContradictThemselves() {
        assertThatThrownBy(
                        () ->
                                Neighbours.builder()
                                        .add(
                                                "a",
                                                List.of(
                                                        new ScoredId("x", 1),
                                                        new ScoredId("x", 2))))
                .isInstanceOf(FeatureException.class)
                .hasMessageStartingWith("\"a\" has a neighbour twice");
        assertThatThrownBy(() -> Neighbours.builder().add("a", List.of()).add("a", List.of()))
                .hasMessage("\"a\" is there twice; an id has one list");
        assertThatThrownBy(() -> new ScoredId("x", Double.NaN))
                .hasMessage("score of \"x\" must be a finite number, found NaN");
    }

    @Test
    void itemListsAreCsvThatAPersonCanRead() throws IOException {
        Path file = folder.resolve("list.csv");
        var list =
                new ItemList(
                        Map.of(
                                "all",
                                List.of(new ScoredId("m2", 0.1), new ScoredId("m,1", 7)),
                                "Drama",
                                List.of(new ScoredId("m2", 3))));
        list.write(file);
        assertThat(file)
                .hasContent(
                        """
                        group,item_id,score,rank
                        Drama,m2,3.0,1
                        all,"m,1",7.0,1
                        all,m2,0.1,2
                        """);
        ItemList back = ItemList.open(file);
        assertThat(back.groups()).containsExactly("Drama", "all");
        assertThat(back.items("all"))
                .containsExactly(new ScoredId("m,1", 7), new ScoredId("m2", 0.1));
        assertThat(back.items("War")).isEmpty();

        Files.writeString(file, "group,item_id,score,rank\nall,m2,0.1,2\n");
        assertThatThrownBy(() -> ItemList.open(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("should have rank 1");
        Files.writeString(file, "group,item_id,score,rank\nall,m2,much,1\n");
        assertThatThrownBy(() -> ItemList.open(file))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("much");
        Files.writeString(file, "group,item_id,score,rank\nall,m2,0.1,1");
        assertThatThrownBy(() -> ItemList.open(file))
                .hasMessage(file + ":2 is cut off: the last line has no end");
        Files.writeString(file, "a,b\n");
        assertThatThrownBy(() -> ItemList.open(file))
                .hasMessage(file + ":1 should be \"group,item_id,score,rank\"");
    }

    @Test
    void leafCodesRunThroughTheTreesInOrder() {
        var map = new LeafMap(4, 1, 3);
        assertThat(map.index(0, 3)).isEqualTo(3);
        assertThat(map.index(1, 0)).isEqualTo(4);
        assertThat(map.index(2, 2)).isEqualTo(7);
        assertThat(map.size()).isEqualTo(8);
        assertThat(map.toCsv().lines())
                .startsWith("tree,leaf,index", "0,0,0", "0,1,1")
                .endsWith("1,0,4", "2,0,5", "2,1,6", "2,2,7");
        LeafMap back = LeafMap.fromCsv(map.toCsv());
        assertThat(back.toCsv()).isEqualTo(map.toCsv());
        assertThat(back.leaves(0)).isEqualTo(4);
        assertThatThrownBy(() -> map.index(1, 1)).hasMessage("tree 1 has leaves 0 to 0, not 1");
        assertThatThrownBy(() -> LeafMap.fromCsv("tree,leaf,index\n0,0,0\n0,2,1\n"))
                .isInstanceOf(CorruptFileException.class)
                .hasMessage(
                        "leaf_map.csv:3 should be the next leaf of tree 0 or leaf 0 of tree 1 with"
                                + " index 1, found 0,2,1");
    }
}
