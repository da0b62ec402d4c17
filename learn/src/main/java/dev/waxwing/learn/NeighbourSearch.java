package dev.waxwing.learn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

/// Exact nearest neighbours through common profiles: the sparse product of a matrix with its transpose, one row at a
/// time, keeping the best `top` of each row. Any stretch of rows can be asked for, so that nobody need hold all lists.
///
/// Rows get places by falling length ([PlacedProfiles]); what a row has in common with all others lies in one dense array
/// that its profiles add to ([Tallies]), is looked at in chunks under a bound ([Scores]), and the best are kept ([Best]).
/// No two rows share a tally, so any number of threads gives the same bits. A search that goes on from another night
/// ([NextNight]) counts only the rows of which that night does not prove the nearest.
///
/// Cost: one addition for each pair that meets in a profile, `Σ length²` over profiles, plus a look at each row's
/// candidates. Memory: 4 bytes an act (8 with weights, 12 with half-life, 8 more with co-action decay) beside the rows.
public final class NeighbourSearch {
    private static final int STRETCH = 16; // rows that a thread takes at a time
    private static final int KEPT_AT_A_TIME = 1024; // rows that are known before they are written

    private final Profiles.Side rows;
    private final Profiles.Side profiles;
    private final NeighbourParams params;
    private final NeighbourReport report;
    private final PlacedProfiles lists;
    private final Scores scores;

    /// Whether what is found is kept for the next night.
    private final boolean keeps;

    /// What the night before knew, if this search goes on from it.
    private final Optional<NextNight> goesOn;

    /// How many rows were counted.
    private final LongAdder counted = new LongAdder();

    /// @param rows the side whose neighbours are sought
    /// @param profiles the same acts from the other side; if only their lengths are known, the rest is found out
    NeighbourSearch(
            Profiles.Side rows, Profiles.Side profiles, Profiles all, NeighbourParams params) {
        this(rows, profiles, all, params, false, Optional.empty());
    }

    /// @param keeps whether all is to be there that the next night goes on from
    /// @param before what to go on from
    NeighbourSearch(
            Profiles.Side rows,
            Profiles.Side profiles,
            Profiles all,
            NeighbourParams params,
            boolean keeps,
            Optional<KeptNeighbours> before) {
        this.rows = rows;
        this.keeps = keeps;
        this.profiles =
                keeps ? profiles : new Profiles.Side(0, 0, false, false); // else to be freed
        this.params = params;
        long meetings = meetings(profiles);
        report = all.report(meetings);
        lists = new PlacedProfiles(rows, profiles, all.latest, params);
        scores = new Scores(params, lists.lengths(), lists.norms(), lists.rowAt, lists.placeOf);
        goesOn =
                before.map(kept -> goOn(kept, profiles, meetings))
                        .filter(night -> !night.tooMuch(meetings));
    }

    private NextNight goOn(KeptNeighbours kept, Profiles.Side profiles, long meetings) {
        ListChanges changes = new ListChanges(kept, profiles, lists.placeOf);
        return new NextNight(kept, changes, params, lists, scores, meetings);
    }

    static long meetings(Profiles.Side profiles) {
        long meetings = 0;
        for (int p = 0; p < profiles.rows(); p++) {
            meetings += (long) profiles.length(p) * (profiles.length(p) - 1);
        }
        return meetings;
    }

    /// How many rows there are, with neighbours or without.
    public int rows() {
        return rows.rows();
    }

    /// What went in and what was left out.
    public NeighbourReport report() {
        return report;
    }

    /// How many users' lists changed since the night that this search goes on from; empty if it counts everything.
    public OptionalInt changedUsers() {
        return goesOn.isPresent()
                ? OptionalInt.of(goesOn.get().changedUsers())
                : OptionalInt.empty();
    }

    /// How many rows have been counted until now; of the others, what the night before knew proved their neighbours.
    public long counted() {
        return counted.sum();
    }

    /// Where what this search knows is to be kept: a file that is not there yet.
    public KeptNeighbours.Keeper keeper(Path file) {
        if (!keeps) {
            throw new IllegalStateException("this search forgets its counts; see ItemCf.keeping");
        }
        return new KeptNeighbours.Keeper(
                file, KeptNeighbours.formula(params), rows.rows(), longest(), profiles);
    }

    /// Whether so many pairs meet in a row that it is sooner gone on from than counted: on average one for each
    /// counter that is looked at.
    private boolean worthKeeping(int row) {
        return rows.length(row) * (double) report.meetings() / Math.max(1, report.used())
                >= rows.rows();
    }

    /// Whether what this search knows is worth keeping: whether most rows can be gone on from.
    public boolean keepingPays() {
        int used = 0;
        int worth = 0;
        for (int row = 0; row < rows.rows(); row++) {
            used += rows.length(row) > 0 ? 1 : 0;
            worth += rows.length(row) > 0 && worthKeeping(row) ? 1 : 0;
        }
        return keeps && 2 * worth > used;
    }

    private int longest() {
        return scores.lengths.length == 0 ? 0 : scores.lengths[0];
    }

    /// Finds the neighbours of the rows from `from` to `to - 1`.
    ///
    /// @return lists of which number 0 is row `from`
    public NeighbourLists find(int from, int to) {
        int[][] ids = new int[to - from][];
        double[][] scored = new double[to - from][];
        find(from, to, 0, ids, scored, new KeptRow[0]);
        return new NeighbourLists(ids, scored, report);
    }

    /// The same, and keeps what is known; rows are to be asked for in order, from 0 on.
    public NeighbourLists find(int from, int to, KeptNeighbours.Keeper keeper) {
        if (keeper.next() != from) {
            throw new IllegalArgumentException(
                    "rows are kept in order: row " + keeper.next() + " is next, got " + from);
        }
        int[][] ids = new int[to - from][];
        double[][] scored = new double[to - from][];
        for (int at = from; at < to; at += KEPT_AT_A_TIME) {
            KeptRow[] known = new KeptRow[Math.min(KEPT_AT_A_TIME, to - at)];
            find(at, at + known.length, at - from, ids, scored, known);
            for (KeptRow row : known) {
                keeper.add(row);
            }
        }
        return new NeighbourLists(ids, scored, report);
    }

    /// @param first where the row `from` goes in `ids` and `scored`
    /// @param known where goes what is known of each row; of no length if nobody keeps it
    private void find(
            int from, int to, int first, int[][] ids, double[][] scored, KeptRow[] known) {
        inStretches(
                from,
                to,
                params.threads(),
                () -> new Finder(known.length > 0),
                (finder, row) -> {
                    KeptRow kept = finder.find(row);
                    int[] others = new int[finder.nearest.settle()];
                    double[] theirs = new double[others.length];
                    finder.nearest.drainInto(others, theirs);
                    normalize(others, theirs);
                    ids[first + row - from] = others;
                    scored[first + row - from] = theirs;
                    if (known.length > 0) {
                        known[row - from] = kept;
                    }
                });
    }

    /// Finds the neighbours of one row after the other, from what the night before knew where that will do.
    private final class Finder {
        /// The nearest of the row that was found last.
        Best nearest;

        private final Best best = new Best(params.top());
        private final Optional<NextNight.Prover> onwards;
        private final Tallies tallies = tallies();

        /// Finds more than are wanted.
        private final Optional<CountTallies> keeping;

        Finder(boolean keeps) {
            onwards = goesOn.map(night -> night.new Prover(best));
            keeping =
                    keeps
                            ? Optional.of(new CountTallies(lists, scores, params, true))
                            : Optional.empty();
            nearest = best;
        }

        /// Answers what is known of the row then.
        KeptRow find(int row) {
            nearest = best;
            best.begin(Double.NEGATIVE_INFINITY);
            if (rows.length(row) == 0) {
                return KeptRow.NONE;
            }
            boolean worth = worthKeeping(row);
            if (worth && onwards.isPresent()) {
                KeptRow known = onwards.get().find(row);
                if (known != KeptRow.NONE) {
                    return known;
                }
                best.begin(Double.NEGATIVE_INFINITY);
            }
            counted.increment();
            if (worth && keeping.isPresent()) {
                keeping.get().find(row, false);
                keeping.get().best.pourInto(best);
                return keeping.get().known;
            }
            tallies.find(row, lists.meetsFew(row));
            nearest = tallies.best;
            return KeptRow.NONE;
        }
    }

    /// Does something for each row, on several threads that take a few rows at a time; each has its own scratch space.
    static <S> void inStretches(
            int from, int to, int threads, Supplier<S> scratch, ObjIntConsumer<S> task) {
        AtomicInteger next = new AtomicInteger(from);
        List<Callable<Void>> work = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            work.add(
                    () -> {
                        S own = scratch.get();
                        int at;
                        while ((at = next.getAndAdd(STRETCH)) < to) {
                            for (int row = at; row < Math.min(at + STRETCH, to); row++) {
                                task.accept(own, row);
                            }
                        }
                        return null;
                    });
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Future<Void> done : pool.invokeAll(work)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingException("neighbours: the search was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TrainingException told) {
                throw told;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /// Scores that differ in their last bit may be equal when divided; these are put in the order of their numbers too.
    private void normalize(int[] ids, double[] scores) {
        if (!params.normalizeRows() || scores.length == 0) {
            return;
        }
        double top = scores[0];
        for (int i = 0; i < scores.length; i++) {
            scores[i] /= top;
            int id = ids[i];
            int at = i;
            while (at > 0 && scores[at - 1] == scores[i] && ids[at - 1] > id) {
                ids[at] = ids[at - 1];
                at--;
            }
            ids[at] = id;
        }
    }

    private Tallies tallies() {
        if (lists.counts()) {
            return new CountTallies(lists, scores, params, false);
        }
        boolean whole =
                params.iuf()
                        && !lists.weighted()
                        && params.coActionDecay() == 0
                        && FixedTallies.holds(scores.lengths);
        return whole
                ? new FixedTallies(lists, scores, params)
                : new SumTallies(lists, scores, params);
    }
}
