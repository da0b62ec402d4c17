package dev.waxwing.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class LineageTest {
    private final FakeSteps fake = new FakeSteps();
    private final Lineage lineage =
            Lineage.of(
                    List.of(
                            fake.pipeline(
                                    """
                                    pipeline: events
                                    steps:
                                      collect: { fake: ods }
                                      clean: { fake: dwd, uses: ods }
                                    """),
                            fake.pipeline(
                                    """
                                    pipeline: rank
                                    steps:
                                      sample: { fake: [sample, dwd_day], reads: dwd }
                                      train: { fake: model, uses: [sample, sample] }
                                      again: { fake: profile, uses: [profile, dwd] }
                                    """)));

    @Test
    void aTableIsFollowedAcrossPipelinesUpAndDownTheNearestFirst() {
        assertThat(lineage.upstream("model")).containsExactly("sample", "dwd", "ods");
        assertThat(lineage.downstream("ods"))
                .containsExactly("dwd", "sample", "dwd_day", "profile", "model");
        assertThat(lineage.upstream("ods")).isEmpty();
        assertThat(lineage.downstream("profile")).as("it reads itself").isEmpty();
        assertThat(lineage.tables())
                .containsExactly("dwd", "dwd_day", "model", "ods", "profile", "sample");
    }

    @Test
    void whoWritesAndWhoReadsIsNamedWithThePlaceAlsoIfOnlyTheKeyReadsSaysIt() {
        assertThat(lineage.writers("dwd"))
                .containsExactly(new Lineage.Use("events", "clean", "fake", "t.yaml:4"));
        assertThat(lineage.readers("dwd"))
                .extracting(use -> use.pipeline() + "." + use.step())
                .containsExactly("rank.sample", "rank.again");
        assertThat(lineage.readers("sample")).hasSize(1);
        assertThat(lineage.writers("nothing")).isEmpty();
    }
}
