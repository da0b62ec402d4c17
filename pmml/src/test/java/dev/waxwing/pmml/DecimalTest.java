package dev.waxwing.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Random;

class DecimalTest {
    @Test
    void findsTheDoubleThatTheJdkFindsOrLeavesItToTheJdk() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int found = 0;
        for (int i = 0; i < 300_000; i++) {
            String text =
                    switch (i % 6) {
                        case 0 -> Float.toString(Float.intBitsToFloat(random.nextInt()));
                        case 1 -> Double.toString(random.nextGaussian());
                        case 2 -> Long.toString(random.nextLong() >> random.nextInt(63));
                        case 3 -> random.nextInt(100_000) + "." + random.nextInt(1_000_000);
                        case 4 -> { // near the middle of two doubles
                            double d = random.nextDouble() * 100;
                            yield new BigDecimal(d)
                                    .add(new BigDecimal(Math.ulp(d) / 2))
                                    .round(new MathContext(16 + random.nextInt(3)))
                                    .toPlainString();
                        }
                        default -> random.nextLong() + "e" + (random.nextInt(60) - 30);
                    };
            double quick = Decimal.parse(text);
            if (!Double.isNaN(quick)) {
                found++;
                assertThat(Double.doubleToLongBits(quick))
                        .as("%s, seed %d", text, seed)
                        .isEqualTo(Double.doubleToLongBits(Double.parseDouble(text)));
            }
        }
        assertThat(found).isGreaterThan(100_000);
    }

    @Test
    void takesWhatNumbersLookLikeAndNothingElse() {
        assertThat(Decimal.parse("-0"))
                .isEqualTo(-0.0)
                .satisfies(z -> assertThat(1 / z).isNegative());
        assertThat(Decimal.parse("+.5")).isEqualTo(0.5);
        assertThat(Decimal.parse("5.")).isEqualTo(5);
        assertThat(Decimal.parse("1E3")).isEqualTo(1000);
        assertThat(Decimal.parse("9007199254740992")).isEqualTo(0x1p53);
        assertThat(Decimal.parse("9007199254740993")).as("the middle of two").isNaN();
        for (String none :
                List.of(
                        "",
                        ".",
                        "-",
                        "e5",
                        "1e",
                        "1e+",
                        "1.2.3",
                        "1 ",
                        " 1",
                        "1d",
                        "0x1",
                        "INF",
                        "NaN",
                        "1e23",
                        "1e99999",
                        "1e-23",
                        "12345678901234567890")) {
            assertThat(Decimal.parse(none)).as(none).isNaN();
        }
    }
}
