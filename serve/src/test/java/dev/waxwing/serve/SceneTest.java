package dev.waxwing.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.config.ConfigException;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;

class SceneTest {
    private static final TreeMap<String, String> EVENTS =
            new TreeMap<>(Map.of("events/click.yaml", "{ event: click, role: click }"));

    private static Scene read(String text) {
        ServingBundle serving =
                ServingBundle.parse(new TreeMap<>(Map.of("scenes/s.yaml", text)), EVENTS);
        return serving.scenes().values().iterator().next();
    }

    @Test
    void aShortFileMeansTheUsual() {
        Scene scene = read("scene: home\nrecall:\n  hot: { kind: list, bundle: hot, take: 100 }\n");
        assertThat(scene.usualSize()).isEqualTo(20);
        assertThat(scene.maxSize()).isEqualTo(100);
        assertThat(scene.recalls())
                .containsExactly(
                        new Recall.OfList("hot", "hot/live", "all", 100, 1),
                        new Recall.Published("published", 20, 1));
        assertThat(scene.filters()).isEqualTo(EnumSet.allOf(Scene.Filter.class));
        assertThat(scene.ranker()).isEmpty();
        assertThat(scene.history()).isEqualTo("user_history/live");
        assertThat(scene.info()).isEqualTo("item_info/live");
        assertThat(scene.deadline()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void aWholeFileSaysAll() {
        Scene scene =
                read(
                        """
                        scene: side
                        size: { default: 3, max: 6 }
                        recall:
                          cf:  { kind: neighbours, bundle: item_cf, of: recent, triggers: 9, per-trigger: 7, take: 60, weight: 2 }
                          ucf: { kind: neighbours, bundle: user_cf/trial, of: user, take: 50 }
                        published: 0
                        filter: [hidden]
                        rank: { bundle: home_rank/frozen-60d, user: u, item: i/old, candidates: 70 }
                        fallback: ucf
                        history: h
                        info: t
                        deadline: 50ms
                        time-zone: Asia/Shanghai
                        """);
        assertThat(scene.recalls())
                .containsExactly(
                        new Recall.OfRecent("cf", "item_cf/live", 9, 7, 60, 2),
                        new Recall.OfUser("ucf", "user_cf/trial", 50, 1));
        assertThat(scene.filters()).containsExactly(Scene.Filter.HIDDEN);
        assertThat(scene.aliases())
                .containsExactly(
                        "h/live",
                        "home_rank/frozen-60d",
                        "i/old",
                        "item_cf/live",
                        "t/live",
                        "u/live",
                        "user_cf/trial");
        assertThat(scene.candidates()).isEqualTo(70);
        assertThat(scene.deadline()).isEqualTo(Duration.ofMillis(50));
        assertThat(scene.zone().getId()).isEqualTo("Asia/Shanghai");
    }

    @Test
    void allProblemsOfAllFilesComeTogetherWithTheirLines() {
        var scenes = new TreeMap<String, String>();
        scenes.put(
                "scenes/a.yaml",
                """
                scene: Home Page
                size: { default: 30, max: 20 }
                recal:
                  hot: { kind: list, bundle: hot, take: 100 }
                recall:
                  hot: { kind: lst, bundle: hot, take: many }
                filter: [seen, ownn]
                fallback: warm
                time-zone: Mars
                """);
        scenes.put(
                "scenes/b.yaml",
                "scene: x\nrecall:\n  published: { kind: list, bundle: hot, take: 1 }\n");
        assertThatThrownBy(() -> ServingBundle.parse(scenes, EVENTS))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e ->
                                assertThat(String.join("\n", e.problems()))
                                        .contains(
                                                "scenes/a.yaml:1 ",
                                                "scenes/a.yaml:2 ",
                                                "scenes/a.yaml:3 ",
                                                "scenes/a.yaml:6 ",
                                                "scenes/a.yaml:7 ")
                                        .contains(
                                                "scenes/a.yaml:8 ",
                                                "scenes/a.yaml:9 ",
                                                "scenes/b.yaml:3 ")
                                        .contains("recal: not a known key", "did you mean list?")
                                        .contains("found ownn; would do: [seen, own, hidden]")
                                        .contains("found warm; would do: one of [hot, published]"));
    }

    @Test
    void theExampleProjectCanBeServed() {
        Path example = Path.of("../examples/movietweetings");
        ServingBundle serving =
                ServingBundle.ofProject(example.resolve("scenes"), example.resolve("events"));
        assertThat(serving.sceneNames()).contains("home");
        assertThat(serving.types().all()).containsKeys("click", "publish", "served");
    }

    @Test
    void aProjectWithoutAnySceneIsToldSo() {
        assertThatThrownBy(() -> ServingBundle.parse(new TreeMap<>(), EVENTS))
                .hasMessageContaining("there is no scene; put a file such as home.yaml there");
    }
}
