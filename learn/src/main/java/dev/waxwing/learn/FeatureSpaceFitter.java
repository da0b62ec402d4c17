package dev.waxwing.learn;

import dev.waxwing.model.ClickRates;
import dev.waxwing.model.Codes;
import dev.waxwing.model.Derived;
import dev.waxwing.model.Entity;
import dev.waxwing.model.Feature;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureRows;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.model.FeatureType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Fits the feature space of a spec to raw rows: vocabularies, bins, and which features are worth offering at all.
///
/// - *Vocabulary*: the values that at least `min-count` rows have, the `max-size` most frequent of them, in the order of
///   their text. Hashed features learn nothing.
/// - *Bins*: edges at the exact quantiles `k / bins` of the values present (a quantile is a value that occurs: the
///   one at position `⌊k·n / bins⌋` of the sorted `n`); equal edges become one, and an edge at the smallest value
///   goes, so a column of few values gets few bins and none of them is empty.
/// - *Presence*: a feature that fewer than `minPresence` of the rows have is not offered. Rows count for a user's,
///   item's or match feature only if anything is known of that user or item (or both) in them: an entity that no
///   snapshot has is an everyday case with a code of its own, not a hole in the data.
/// - *Constant*: a feature that is the same in all rows, missing in none, is not offered.
///
/// - *Derived*: learnt pairs of a cross as a vocabulary, rates from the rows' clicks; a derived feature goes with what it
///   is made of.
///
/// What is left out is in the report. Rows are read feature by feature, a few at a time, and once more for derived features; the result depends on them, not
/// on their order.
public final class FeatureSpaceFitter {
    private static final int BLOCK = 1024; // rows that are looked at together, feature by feature

    private FeatureSpaceFitter() {}

    /// @param minPresence in `[0, 1]`; 0.8 is usual
    /// @throws TrainingException if there are no rows, or no feature is left
    public static FittedSpace fit(FeatureSpec spec, List<FeatureRow> rows, double minPresence) {
        for (Derived derived : spec.derived()) {
            if (derived instanceof Derived.Rate) {
                throw new TrainingException(
                        "features "
                                + spec.name()
                                + ": "
                                + derived.name()
                                + " is a rate of clicks, so the rows' clicks must be given");
            }
        }
        return fit(spec, rows, new ClickFolds(), minPresence);
    }

    /// The same with rates.
    ///
    /// @param clicks of the same rows in the same order
    public static FittedSpace fit(
            FeatureSpec spec, List<FeatureRow> rows, ClickFolds clicks, double minPresence) {
        new Ranges("features " + spec.name()).within("minPresence", minPresence, 0, 1).done();
        List<Column> columns = new ArrayList<>();
        for (int f = 0; f < spec.size(); f++) {
            columns.add(
                    spec.features().get(f).type() == FeatureType.NUMBER
                            ? new NumberColumn(spec.features().get(f), f)
                            : new TermColumn(spec.features().get(f), f));
        }
        if (rows.isEmpty()) {
            throw new TrainingException(
                    "features " + spec.name() + ": there are no rows to fit a feature space on");
        }
        FeatureRows kept = FeatureRows.of(spec, rows);
        int[] known = new int[BLOCK];
        for (int from = 0; from < kept.size(); from += BLOCK) {
            int n = Math.min(BLOCK, kept.size() - from);
            Arrays.fill(known, bit(Entity.REQUEST)); // every row has its request
            for (Column column : columns) {
                column.look(kept, from, n);
                column.tellWhoIsKnown(known, n);
            }
            for (Column column : columns) {
                column.add(known, n);
            }
        }
        return assemble(spec, columns, kept.size(), minPresence, kept, clicks);
    }

    private static FittedSpace assemble(
            FeatureSpec spec,
            List<Column> columns,
            long read,
            double minPresence,
            FeatureRows rows,
            ClickFolds clicks) {
        List<FitReport.Fit> fits = new ArrayList<>();
        Map<String, List<Double>> edges = new TreeMap<>();
        Map<String, List<String>> vocabularies = new TreeMap<>();
        List<String> offered = new ArrayList<>();
        for (Column column : columns) {
            String name = column.feature.name();
            int parts = 0;
            FitReport.Verdict verdict = column.verdict(read, minPresence);
            if (verdict == FitReport.Verdict.OFFERED) {
                offered.add(name);
                switch (column) {
                    case NumberColumn number when number.feature.bins() > 0 -> {
                        List<Double> found = number.edges();
                        edges.put(name, found);
                        parts = found.size() + 1;
                    }
                    case NumberColumn _ -> {}
                    case TermColumn terms -> {
                        switch (terms.feature.codes()) {
                            case Codes.Hash hash -> parts = hash.buckets();
                            case Codes.Vocabulary learn -> {
                                List<String> values = vocabulary(terms.counts, learn);
                                vocabularies.put(name, values);
                                parts = values.size();
                            }
                        }
                    }
                }
            }
            fits.add(new FitReport.Fit(name, column.presence(), parts, column.rare(), verdict));
        }
        if (offered.isEmpty()) {
            FitReport none = new FitReport(read, fits);
            throw new TrainingException(
                    "features "
                            + spec.name()
                            + ": no feature can be offered to a model: "
                            + String.join("; ", none.warnings()));
        }
        FeatureSpace base = new FeatureSpace(spec.only(offered), edges, vocabularies);
        return derive(spec, base, vocabularies, read, fits, rows, clicks);
    }

    /// Adds the derived features to a space that has the others.
    private static FittedSpace derive(
            FeatureSpec spec,
            FeatureSpace base,
            Map<String, List<String>> vocabularies,
            long read,
            List<FitReport.Fit> fits,
            FeatureRows rows,
            ClickFolds clicks) {
        List<String> offered = new ArrayList<>(base.spec().fields());
        Map<String, List<Double>> edges = new TreeMap<>();
        offered.forEach(name -> edges.put(name, base.edges(name)));
        edges.keySet()
                .removeIf(
                        name -> base.spec().features().get(base.spec().indexOf(name)).bins() == 0);
        List<Derived> possible =
                spec.derived().stream().filter(d -> offered.containsAll(d.of())).toList();
        Map<String, DerivedFitter> fitters = DerivedFitter.gather(base, possible, rows, clicks);
        Map<String, ClickRates> rates = new TreeMap<>();
        for (Derived derived : spec.derived()) {
            if (!possible.contains(derived)) {
                fits.add(
                        new FitReport.Fit(
                                derived.name(), 0, 0, 0, FitReport.Verdict.PART_NOT_OFFERED));
                continue;
            }
            offered.add(derived.name());
            int parts = 0;
            long rare = 0;
            switch (derived) {
                case Derived.Cross cross -> {
                    switch (cross.codes()) {
                        case Codes.Hash hash -> parts = hash.buckets();
                        case Codes.Vocabulary learn -> {
                            Map<String, Integer> counts =
                                    ((DerivedFitter.Pairs) fitters.get(cross.name())).counts();
                            List<String> values = vocabulary(counts, learn);
                            vocabularies.put(cross.name(), values);
                            parts = values.size();
                            rare = (long) counts.size() - parts;
                        }
                    }
                }
                case Derived.Rate rate ->
                        rates.put(
                                rate.name(),
                                ((DerivedFitter.Rates) fitters.get(rate.name())).rates(-1));
            }
            fits.add(new FitReport.Fit(derived.name(), 1, parts, rare, FitReport.Verdict.OFFERED));
        }
        FeatureSpace space = new FeatureSpace(spec.only(offered), edges, vocabularies, rates);
        List<FeatureSpace> folds = new ArrayList<>();
        for (int fold = 0; fold < ClickFolds.FOLDS && !rates.isEmpty(); fold++) {
            Map<String, ClickRates> others = new TreeMap<>();
            for (String name : rates.keySet()) {
                others.put(name, ((DerivedFitter.Rates) fitters.get(name)).rates(fold));
            }
            folds.add(space.withRates(others));
        }
        return new FittedSpace(space, new FitReport(read, fits), folds);
    }

    private static List<String> vocabulary(Map<String, Integer> counts, Codes.Vocabulary learn) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() >= learn.minCount())
                .sorted(
                        Map.Entry.<String, Integer>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(learn.maxSize())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /// Of a set of entities, kept as bits.
    private static int bit(Entity entity) {
        return switch (entity) {
            case USER -> 1;
            case ITEM -> 2;
            case REQUEST -> 4;
        };
    }

    /// What is gathered of one feature, block by block.
    private abstract static sealed class Column permits NumberColumn, TermColumn {
        final Feature feature;
        final int place;
        private final int entities; // bits
        private final boolean[] has = new boolean[BLOCK];
        private long possible;
        long present;

        Column(Feature feature, int place) {
            this.feature = feature;
            this.place = place;
            this.entities =
                    switch (feature) {
                        case Feature.Column column -> bit(column.from());
                        // An id is known of everybody, so it tells nothing of anybody.
                        case Feature.Id _ -> 0;
                        case Feature.Match match ->
                                bit(match.left().entity()) | bit(match.right().entity());
                    };
        }

        /// Gathers the next `n` rows.
        final void look(FeatureRows rows, int from, int n) {
            gather(rows, from, n, has);
        }

        /// A value says that whoever it is of is known; that a value is "unseen" says nothing.
        final void tellWhoIsKnown(int[] known, int n) {
            for (int i = 0; i < n; i++) {
                known[i] |= has[i] ? entities : 0;
            }
        }

        /// @param known who is known of each of the rows that were looked at last
        final void add(int[] known, int n) {
            for (int i = 0; i < n; i++) {
                boolean could = (known[i] & entities) == entities;
                possible += could ? 1 : 0;
                present += could && has[i] ? 1 : 0;
            }
        }

        final double presence() {
            return possible == 0 ? 0 : (double) present / possible;
        }

        final FitReport.Verdict verdict(long rows, double minPresence) {
            if (present == 0 || presence() < minPresence) {
                return FitReport.Verdict.TOO_RARE;
            }
            return constant(rows) ? FitReport.Verdict.CONSTANT : FitReport.Verdict.OFFERED;
        }

        /// @param has becomes which of the rows have a value
        abstract void gather(FeatureRows rows, int from, int n, boolean[] has);

        abstract boolean constant(long rows);

        abstract long rare();
    }

    private static final class NumberColumn extends Column {
        private final boolean keeps;
        private final double[] block = new double[BLOCK];
        private double[] values = new double[64];
        private int n;
        private double min = Double.POSITIVE_INFINITY;
        private double max = Double.NEGATIVE_INFINITY;

        NumberColumn(Feature feature, int place) {
            super(feature, place);
            this.keeps = feature.bins() > 0;
        }

        @Override
        void gather(FeatureRows rows, int from, int count, boolean[] has) {
            rows.numbers(place, from, count, block);
            for (int i = 0; i < count; i++) {
                double value = block[i];
                has[i] = !Double.isNaN(value);
                if (value < min) {
                    min = value;
                }
                if (value > max) {
                    max = value;
                }
                n += has[i] ? 1 : 0;
            }
            if (keeps) {
                keep(count);
            }
        }

        private void keep(int count) {
            int kept = n;
            for (int i = 0; i < count; i++) {
                kept -= Double.isNaN(block[i]) ? 0 : 1;
            }
            if (n > values.length) {
                values = Arrays.copyOf(values, Math.max(n, values.length * 2));
            }
            for (int i = 0; i < count; i++) {
                if (!Double.isNaN(block[i])) {
                    values[kept++] = block[i] + 0.0; // -0.0 becomes 0.0
                }
            }
        }

        @Override
        boolean constant(long rows) {
            return n == rows && (float) min == (float) max;
        }

        @Override
        long rare() {
            return 0;
        }

        List<Double> edges() {
            double[] sorted = Arrays.copyOf(values, n);
            Arrays.sort(sorted);
            TreeSet<Double> edges = new TreeSet<>();
            for (int k = 1; k < feature.bins(); k++) {
                double edge = sorted[(int) ((long) k * n / feature.bins())];
                if (edge > sorted[0]) {
                    edges.add(edge);
                }
            }
            return List.copyOf(edges);
        }
    }

    private static final class TermColumn extends Column {
        private final Map<String, Integer> counts = new HashMap<>();
        private final boolean learns;
        private List<String> first = List.of();
        private boolean differs;
        private boolean lacks;
        private long gathered;

        TermColumn(Feature feature, int place) {
            super(feature, place);
            this.learns = feature.codes() instanceof Codes.Vocabulary;
        }

        @Override
        void gather(FeatureRows rows, int from, int n, boolean[] has) {
            for (int i = 0; i < n; i++) {
                Optional<List<String>> terms = rows.terms(from + i, place);
                has[i] = terms.isPresent() && !terms.get().equals(List.of(FeatureRow.UNSEEN));
                gather(terms);
            }
        }

        private void gather(Optional<List<String>> found) {
            lacks |= found.isEmpty();
            List<String> terms = found.orElse(List.of());
            if (gathered++ == 0) {
                first = terms;
            }
            differs |= !terms.equals(first);
            for (String value : terms.size() < 2 ? terms : new TreeSet<>(terms)) {
                if (learns
                        && !value.equals(FeatureRow.UNSEEN)
                        && !value.equals(FeatureRow.MISSING)) {
                    counts.merge(value, 1, Integer::sum);
                }
            }
        }

        @Override
        boolean constant(long rows) {
            return !differs && !lacks;
        }

        @Override
        long rare() {
            return feature.codes() instanceof Codes.Vocabulary learn
                    ? (long) counts.size() - vocabulary(counts, learn).size()
                    : 0;
        }
    }
}
