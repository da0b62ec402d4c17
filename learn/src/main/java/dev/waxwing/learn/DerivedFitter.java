package dev.waxwing.learn;

import dev.waxwing.model.ClickRates;
import dev.waxwing.model.Codes;
import dev.waxwing.model.Derived;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Gathers what a derived feature is fitted on, when the features that it is made of are fitted already.
abstract sealed class DerivedFitter {
    abstract void add(FeatureRow row, int at);

    /// Learns the pairs of a cross.
    static final class Pairs extends DerivedFitter {
        private final FeatureSpace base;
        private final int left;
        private final int right;
        private final Map<String, Integer> counts = new HashMap<>();

        Pairs(FeatureSpace base, Derived.Cross cross) {
            this.base = base;
            this.left = base.spec().indexOf(cross.left());
            this.right = base.spec().indexOf(cross.right());
        }

        @Override
        void add(FeatureRow row, int at) {
            Set<String> pairs = new HashSet<>();
            for (String a : base.textsForCross(row, left)) {
                for (String b : base.textsForCross(row, right)) {
                    if (isValue(a) && isValue(b)) {
                        pairs.add(Derived.Cross.pair(a, b));
                    }
                }
            }
            pairs.forEach(pair -> counts.merge(pair, 1, Integer::sum));
        }

        private static boolean isValue(String text) {
            return !text.equals(FeatureRow.MISSING) && !text.equals(FeatureRow.UNSEEN);
        }

        Map<String, Integer> counts() {
            return counts;
        }
    }

    /// Counts clicks and rows of each value, fold by fold.
    static final class Rates extends DerivedFitter {
        private final FeatureSpace base;
        private final int category;
        private final ClickFolds folds;
        private final Map<String, long[]> byValue = new HashMap<>(); // clicks, rows, by fold
        private final long[] all = new long[2 * ClickFolds.FOLDS];

        Rates(FeatureSpace base, Derived.Rate rate, ClickFolds folds) {
            this.base = base;
            this.category = base.spec().indexOf(rate.category());
            this.folds = folds;
        }

        @Override
        void add(FeatureRow row, int at) {
            String value = base.textsForCross(row, category).getFirst();
            long[] own = byValue.computeIfAbsent(value, _ -> new long[all.length]);
            int fold = folds.fold(at);
            for (long[] tally : List.of(own, all)) {
                tally[2 * fold] += folds.clicked(at) ? 1 : 0;
                tally[2 * fold + 1]++;
            }
        }

        /// @param without the fold that is left out; -1 = none
        ClickRates rates(int without) {
            Map<String, ClickRates.Tally> tallies = new HashMap<>();
            byValue.forEach(
                    (value, own) -> {
                        ClickRates.Tally tally = sum(own, without);
                        if (tally.rows() > 0) {
                            tallies.put(value, tally);
                        }
                    });
            return new ClickRates(sum(all, without), tallies);
        }

        private static ClickRates.Tally sum(long[] tally, int without) {
            long clicks = 0;
            long rows = 0;
            for (int fold = 0; fold < ClickFolds.FOLDS; fold++) {
                if (fold != without) {
                    clicks += tally[2 * fold];
                    rows += tally[2 * fold + 1];
                }
            }
            return new ClickRates.Tally(clicks, rows);
        }
    }

    /// The fitters of all derived features of `base`'s rows, given one pass over the rows.
    static Map<String, DerivedFitter> gather(
            FeatureSpace base, List<Derived> derived, Iterable<FeatureRow> rows, ClickFolds folds) {
        Map<String, DerivedFitter> fitters = new HashMap<>();
        for (Derived each : derived) {
            switch (each) {
                case Derived.Cross cross -> {
                    if (cross.codes() instanceof Codes.Vocabulary) {
                        fitters.put(cross.name(), new Pairs(base, cross));
                    }
                }
                case Derived.Rate rate -> fitters.put(rate.name(), new Rates(base, rate, folds));
            }
        }
        if (!fitters.isEmpty()) {
            List<DerivedFitter> all = new ArrayList<>(fitters.values());
            int at = 0;
            for (FeatureRow row : rows) {
                for (DerivedFitter fitter : all) {
                    fitter.add(row, at);
                }
                at++;
            }
        }
        return fitters;
    }
}
