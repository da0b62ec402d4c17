package dev.waxwing.app;

import dev.waxwing.learn.Interval;
import dev.waxwing.learn.PairedBootstrap;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Counts what a lane of a replay found, by user: first-time pairs of the days, and how high each stood in the user's list.
///
/// A pair whose item is not among the first [#DEPTH] counts 0; `hit` counts 1 for the others, `gain` counts `1 / log2(1 + place)`: with
/// one relevant item that is NDCG (Järvelin & Kekäläinen, TOIS 2002).
final class Tally {
    static final int DEPTH = 20;
    private static final PairedBootstrap BOOTSTRAP = new PairedBootstrap(2000, 0.95, 20130901L);

    private static final class Sums {
        private double pairs;
        private double hits;
        private double gain;
    }

    private final Map<String, Sums> byUser = new HashMap<>();
    private long pairs;
    private double hits;
    private double gain;

    /// Judges one user's list of one day.
    /// @param wanted the items that the user really took for the first time that day
    void add(String user, List<String> list, Set<String> wanted) {
        Sums sums = byUser.computeIfAbsent(user, _ -> new Sums());
        sums.pairs += wanted.size();
        pairs += wanted.size();
        for (int place = 1; place <= Math.min(DEPTH, list.size()); place++) {
            if (wanted.contains(list.get(place - 1))) {
                double worth = Math.log(2) / Math.log(1 + place);
                sums.hits++;
                sums.gain += worth;
                hits++;
                gain += worth;
            }
        }
    }

    long pairs() {
        return pairs;
    }

    int users() {
        return byUser.size();
    }

    double hit() {
        return hits / pairs;
    }

    double ndcg() {
        return gain / pairs;
    }

    /// Hits a pair, this lane minus the other on the same users and days.
    Interval hitMinus(Tally other) {
        return minus(other, true);
    }

    /// NDCG, this lane minus the other.
    Interval ndcgMinus(Tally other) {
        return minus(other, false);
    }

    private Interval minus(Tally other, boolean hit) {
        if (!byUser.keySet().equals(other.byUser.keySet())) {
            throw new IllegalArgumentException("lanes that saw different users cannot be compared");
        }
        List<String> users = List.copyOf(new TreeSet<>(byUser.keySet()));
        double[] ours = new double[users.size()];
        double[] theirs = new double[users.size()];
        double[] per = new double[users.size()];
        for (int i = 0; i < per.length; i++) {
            Sums mine = byUser.get(users.get(i));
            Sums their = other.byUser.get(users.get(i));
            ours[i] = hit ? mine.hits : mine.gain;
            theirs[i] = hit ? their.hits : their.gain;
            per[i] = mine.pairs;
        }
        return BOOTSTRAP.means(ours, theirs, per);
    }
}
