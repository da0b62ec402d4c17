package dev.waxwing.learn;

import dev.waxwing.model.CodeMeanings;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.FeatureSpace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// How the codes of one feature moved from one day to the next.
///
/// @param kept share of yesterday's codes that are learnt today too; NaN if yesterday's space has no codes of the feature
/// @param fresh codes of today that yesterday did not have
/// @param gone codes of yesterday that today does not have
/// @param unseen share of the newest day's rows with a value that yesterday's space has no code for; NaN as for `kept`
/// @param psi population stability index of the newest day's codes against the day's before: `Σ (p − q) ln(p / q)` over the 20 most frequent
///     codes of that day, all others together, missing and unseen; half a row is added to each, so that none is empty. Above 0.25 is usually called
///     a shift. NaN if a day has no rows
public record CodeDrift(
        String feature, double kept, int fresh, int gone, double unseen, double psi) {
    private static final int FREQUENT = 20;

    /// Compares every feature that has codes in today's space.
    ///
    /// @param before yesterday's space, of the same feature set; empty = there is none to compare with
    /// @param dayBefore rows of the day before the newest, with the features of `today`
    /// @param newest rows of the newest day
    public static List<CodeDrift> of(
            Optional<FeatureSpace> before,
            FeatureSpace today,
            List<FeatureRow> dayBefore,
            List<FeatureRow> newest) {
        List<String> fields = today.spec().fields();
        int[] then = counts(today, dayBefore);
        int[] now = counts(today, newest);
        Map<String, Long> strange = new HashMap<>();
        before.ifPresent(space -> countStrange(space, today, newest, strange));
        List<CodeDrift> all = new ArrayList<>();
        for (int field = 0; field < fields.size(); field++) {
            String name = fields.get(field);
            Set<String> codes = CodeMeanings.codes(today, name);
            if (codes.isEmpty()) {
                continue;
            }
            Set<String> old = before.map(space -> CodeMeanings.codes(space, name)).orElse(Set.of());
            Set<String> common = new TreeSet<>(codes);
            common.retainAll(old);
            boolean compared = !old.isEmpty();
            all.add(
                    new CodeDrift(
                            name,
                            compared ? (double) common.size() / old.size() : Double.NaN,
                            compared ? codes.size() - common.size() : 0,
                            old.size() - common.size(),
                            compared && !newest.isEmpty()
                                    ? (double) strange.getOrDefault(name, 0L) / newest.size()
                                    : Double.NaN,
                            dayBefore.isEmpty() || newest.isEmpty()
                                    ? Double.NaN
                                    : psi(today, field, then, now)));
        }
        return all;
    }

    /// One line for a log.
    public String line() {
        return String.format(
                Locale.ROOT,
                "drift of %s: %s%s",
                feature,
                Double.isNaN(kept)
                        ? "no codes of yesterday, "
                        : String.format(
                                Locale.ROOT,
                                "%.1f %% of yesterday's codes kept, %d new, %d gone, unseen by"
                                        + " yesterday's in %.1f %% of the newest day's rows, ",
                                100 * kept,
                                fresh,
                                gone,
                                100 * unseen),
                Double.isNaN(psi)
                        ? "no two days to compare"
                        : String.format(Locale.ROOT, "PSI %.4f", psi));
    }

    private static int[] counts(FeatureSpace space, List<FeatureRow> rows) {
        int[] counts = new int[space.sparseWidth()];
        for (FeatureRow row : rows) {
            space.encodeSparse(row, (_, column, _) -> counts[column]++);
        }
        return counts;
    }

    private static void countStrange(
            FeatureSpace before,
            FeatureSpace today,
            List<FeatureRow> rows,
            Map<String, Long> strange) {
        List<String> fields = today.spec().fields();
        Set<String> known = new HashSet<>();
        for (String field : fields) {
            for (String code : CodeMeanings.codes(before, field)) {
                known.add(today.sparseCodeName(field, code));
            }
            known.add(today.sparseCodeName(field, FeatureRow.MISSING));
        }
        boolean[] isStrange = new boolean[today.sparseWidth()];
        for (int column = 0; column < isStrange.length; column++) {
            isStrange[column] = !known.contains(today.sparseColumn(column));
        }
        for (FeatureRow row : rows) {
            boolean[] met = new boolean[fields.size()];
            today.encodeSparse(row, (field, column, _) -> met[field] |= isStrange[column]);
            for (int field = 0; field < met.length; field++) {
                if (met[field]) {
                    strange.merge(fields.get(field), 1L, Long::sum);
                }
            }
        }
    }

    private static double psi(FeatureSpace space, int field, int[] then, int[] now) {
        List<Integer> columns = new ArrayList<>();
        for (int column = 0; column < then.length; column++) {
            if (space.sparseFieldOf(column) == field) {
                columns.add(column);
            }
        }
        String name = space.spec().fields().get(field);
        Set<String> words =
                Set.of(
                        space.sparseCodeName(name, FeatureRow.MISSING),
                        space.sparseCodeName(name, FeatureRow.UNSEEN));
        List<Integer> ordered = new ArrayList<>(columns);
        ordered.sort((a, b) -> then[a] != then[b] ? Integer.compare(then[b], then[a]) : a - b);
        Map<Integer, Integer> groups = new HashMap<>(); // column → group
        int own = 0;
        for (int column : ordered) {
            if (words.contains(space.sparseColumn(column))) {
                groups.put(column, FREQUENT + column);
            } else {
                groups.put(column, own < FREQUENT ? own++ : -1);
            }
        }
        Map<Integer, double[]> shares = new HashMap<>();
        groups.forEach(
                (column, group) -> {
                    double[] share = shares.computeIfAbsent(group, _ -> new double[] {0.5, 0.5});
                    share[0] += then[column];
                    share[1] += now[column];
                });
        double[] totals = new double[2];
        shares.values().forEach(share -> Arrays.setAll(totals, i -> totals[i] + share[i]));
        double psi = 0;
        for (int group : new TreeSet<>(shares.keySet())) {
            double q = shares.get(group)[0] / totals[0];
            double p = shares.get(group)[1] / totals[1];
            psi += (p - q) * Math.log(p / q);
        }
        return psi;
    }
}
