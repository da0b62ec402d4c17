package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/// Models of XGBoost and LightGBM from strangers are scored or refused by place, whatever has been done to them.
class OtherFormatsTest {
    private static final String XGBOOST =
            """
            {"learner":{"feature_names":["x","c"],"feature_types":["float","c"],
            "gradient_booster":{"model":{"trees":[{
            "categories":[0,2],"categories_nodes":[2],"categories_segments":[0],"categories_sizes":[2],
            "default_left":[1,0,0,0,0],"left_children":[1,-1,3,-1,-1],"right_children":[2,-1,4,-1,-1],
            "split_conditions":[0.5,1.5,0,2.5,-3.5],"split_indices":[0,0,1,0,0],"split_type":[0,0,1,0,0],
            "sum_hessian":[9,4,5,2,3],"tree_param":{"num_nodes":"5","size_leaf_vector":"1"}}]},"name":"gbtree"},
            "learner_model_param":{"base_score":"0","num_class":"0","num_feature":"2","num_target":"1"},
            "objective":{"name":"reg:squarederror"}},"version":[3,1,1]}
            """;
    private static final String LIGHTGBM =
            """
            tree
            version=v4
            num_class=1
            num_tree_per_iteration=1
            max_feature_idx=1
            objective=regression
            feature_names=x c
            tree_sizes=300

            Tree=0
            num_leaves=3
            num_cat=1
            split_feature=0 1
            threshold=0.5 0
            decision_type=10 1
            left_child=-1 -2
            right_child=1 -3
            leaf_value=1.5 2.5 -3.5
            leaf_count=4 2 3
            internal_count=9 5
            cat_boundaries=0 1
            cat_threshold=5

            end of trees
            """;

    @TempDir Path folder;

    private Scorer load(String text) throws IOException {
        return Scorer.load(Files.writeString(folder.resolve("m.txt"), text));
    }

    @Test
    void readsTheModelsThatTheOthersSpoil() throws IOException {
        assertThat(load(XGBOOST).score(new float[] {0.25f, 0})).isEqualTo(1.5);
        assertThat(load(XGBOOST).score(new float[] {0.75f, 2})).isEqualTo(-3.5);
        assertThat(load(LIGHTGBM).score(new float[] {0.5f, 0})).isEqualTo(1.5);
        assertThat(load(LIGHTGBM).score(new float[] {0.75f, 2})).isEqualTo(2.5);
    }

    @Test
    void cutOrChangedModelsAreScoredOrRefusedByPlace() throws IOException {
        String[] odd = {
            "",
            "-1",
            "0",
            "1",
            "2",
            "99999999999",
            "2147483647",
            "1e999",
            "NaN",
            "null",
            "[",
            "{}",
            "x",
            "\""
        };
        for (String whole : new String[] {XGBOOST, LIGHTGBM}) {
            for (int at = 1; at < whole.stripTrailing().length(); at++) {
                attempt(whole.substring(0, at), "cut at " + at);
                attempt(
                        whole.substring(0, at) + whole.substring(at + 1),
                        "without character " + at);
            }
            for (int seed = 0; seed < 2_000; seed++) {
                Random random = new Random(seed);
                String[] words = whole.split("(?<=[^0-9A-Za-z.-])|(?=[^0-9A-Za-z.-])");
                for (int i = random.nextInt(3); i >= 0; i--) {
                    words[random.nextInt(words.length)] =
                            random.nextBoolean()
                                    ? odd[random.nextInt(odd.length)]
                                    : words[random.nextInt(words.length)];
                }
                attempt(String.join("", words), "seed " + seed);
            }
        }
    }

    private void attempt(String text, String how) throws IOException {
        try {
            Scorer scorer = load(text);
            float[] row = new float[scorer.inputs().size()];
            for (float value : new float[] {0, 2, Float.NaN, Float.POSITIVE_INFINITY, -1, 1e30f}) {
                Arrays.fill(row, value);
                try {
                    assertThat(scorer.score(row)).as(how).isFinite();
                } catch (InvalidValueException documented) {
                    assertThat(documented.getMessage()).isNotBlank();
                }
            }
        } catch (PmmlException refused) {
            assertThat(refused.getMessage()).as(how).startsWith("m.txt");
        } catch (RuntimeException | Error e) {
            throw new AssertionError(how + ": " + e + "\n" + text, e);
        }
    }

    @Test
    void whatAModelClaimsTakesNoMemory() {
        assertThatThrownBy(
                        () ->
                                load(
                                        XGBOOST.replace(
                                                "\"num_feature\":\"2\"",
                                                "\"num_feature\":\"2000000000\"")))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining("2000000000 features; 0 to 1000000 are read");
        String tree =
                XGBOOST.substring(
                        XGBOOST.indexOf("{\n\"categories\""), XGBOOST.indexOf("]},\"name\""));
        String wide = tree.replace("[0,2]", "[0,16777215]");
        assertThatThrownBy(() -> load(XGBOOST.replace(tree, (wide + ",").repeat(99) + wide)))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining("sets of categories take more than 4000000 words");
        assertThatThrownBy(() -> load("{\"learner\":" + "[".repeat(100_000)))
                .isInstanceOf(PmmlException.class)
                .hasMessageContaining("nested deeper than 200");
        assertThatThrownBy(() -> load(LIGHTGBM.replace("num_leaves=3", "num_leaves=2147483647")))
                .isInstanceOf(PmmlException.class);
        assertThatThrownBy(() -> load(LIGHTGBM.replace("leaf_value=1.5", "leaf_value=1e999")))
                .hasMessageContaining("'1e999' is too large for a double");
        assertThatThrownBy(() -> load(LIGHTGBM.replace("right_child=1 -3", "right_child=1 1")))
                .hasMessageContaining("its nodes are no tree");
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws IOException {
        byte[] bytes = LIGHTGBM.getBytes(StandardCharsets.ISO_8859_1);
        bytes[60] = (byte) 0xff;
        Path file = Files.write(folder.resolve("m.txt"), bytes);
        assertThatThrownBy(() -> Scorer.load(file))
                .hasMessageStartingWith("m.txt:1:1 is not UTF-8 text");
    }
}
