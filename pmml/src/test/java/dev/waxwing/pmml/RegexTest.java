package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Regular expressions say what Java's say, as long as they come to an end.
class RegexTest {
    private static final String[] PARTS = {
        "a",
        "b",
        "[ab]",
        "[^a]",
        "[]a]",
        "[a&&[^b]]",
        "\\d",
        "\\w",
        "\\s",
        "\\p{L}",
        "\\Qa(b\\E",
        "\\b",
        "^",
        "$",
        ".",
        "(",
        "(?:",
        "(?=",
        "(?<!",
        "(?<n>",
        "(?i)",
        ")",
        "|",
        "*",
        "+?",
        "?",
        "{2}",
        "{0,3}",
        "{1,}",
        "\\1",
        "\\x61",
        "\\cA",
        "\\k<n>"
    };

    @Test
    void whatJavaCompilesIsRefusedOrFindsTheSame() {
        int compared = 0;
        for (int seed = 0; seed < 30_000; seed++) {
            Random random = new Random(seed);
            StringBuilder made = new StringBuilder();
            for (int i = random.nextInt(8); i >= 0; i--) {
                made.append(PARTS[random.nextInt(PARTS.length)]);
            }
            String regex = made.toString();
            Pattern plain;
            try {
                plain = Pattern.compile(regex);
            } catch (PatternSyntaxException e) {
                assertThatThrownBy(() -> Regex.compile(regex))
                        .isInstanceOf(InvalidValueException.class);
                continue;
            }
            String text = "ab1 (ba\u00e9_aab".substring(random.nextInt(4));
            Regex bounded = Regex.compile(regex); // these are too short to be refused
            compared++;
            assertThat(bounded.occursIn(text))
                    .as("seed %d: %s", seed, regex)
                    .isEqualTo(plain.matcher(text).find());
            assertThat(bounded.split(text))
                    .as("seed %d: %s", seed, regex)
                    .isEqualTo(List.of(plain.split(text)));
            assertThat(bounded.replaceAll(text, "<$0>"))
                    .as("seed %d: %s", seed, regex)
                    .isEqualTo(plain.matcher(text).replaceAll("<$0>"));
        }
        assertThat(compared).isGreaterThan(3_000);
    }

    @Test
    void ordinaryExpressionsAreTaken() {
        String words = "(" + "word|".repeat(99) + "word)";
        for (String regex :
                List.of(
                        "\\s+",
                        "[\\s\\-.,;]+",
                        "(?iu)(?<![\\p{L}\\p{N}])\\Qcafé (old)\\E(?![\\p{L}\\p{N}])",
                        "^(\\d{4})-(\\d{2})-(\\d{2})(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?)?$",
                        words + "\\s+" + words,
                        "^[\\w.+-]{1,64}@([a-z0-9-]{1,63}\\.){1,10}[a-z]{2,}$",
                        "(?:\\+?(\\d{1,3}))?[-. (]*(\\d{3})[-. )]*(\\d{3})[-. ]*(\\d{4})(?: *x(\\d+))?")) {
            assertThat(Regex.compile(regex).occursIn("nothing of that kind ~"))
                    .as(regex)
                    .isIn(true, false);
        }
    }

    @Test
    void choicesOfNothingAreRefusedWhereverTheyHide() {
        for (String regex :
                List.of(
                        "(|)".repeat(40) + "x",
                        "((|){40})",
                        "(?:(?:|a|){9}){9}",
                        "(a?|b?)".repeat(40) + "$c",
                        "((a*|b*)|(c*|d*)){30}x",
                        "(^|$|\\b){200}",
                        "(){999999999}",
                        "((){99999}){99999}")) {
            assertThatThrownBy(() -> Regex.compile(regex))
                    .as(regex)
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("can match the empty text in too many ways");
        }
    }

    @Test
    void aReplacementThatNamesNoGroupFailsItsRow() {
        assertThatThrownBy(() -> Regex.compile("(a)").replaceAll("a", "$2"))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage("'$2' names a group that is not there");
        assertThatThrownBy(() -> Regex.compile("a").replaceAll("a", "$"))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> Regex.compile("a").replaceAll("a", "\\"))
                .isInstanceOf(InvalidValueException.class);
    }
}
