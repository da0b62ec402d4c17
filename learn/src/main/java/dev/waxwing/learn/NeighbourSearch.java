package dev.waxwing.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Exact nearest neighbours through common profiles: the sparse product of a matrix with its transpose, one row at a
/// time, keeping the best `top` of each row.
///
/// A row's sums lie in one dense array that its profiles add to in ascending order; nothing is hashed, and since no
/// two rows share a sum, any number of threads gives the same bits. Cost: one addition for each pair that meets in
/// a profile, `Σ length²` over profiles, plus one look at each row's candidates.
final class NeighbourSearch {
    private static final int STRETCH = 64; // rows that a thread takes at a time
    private static final double SECONDS_A_DAY = 86_400;

    private final Profiles.Side rows;
    private final Profiles.Side profiles;
    private final NeighbourParams params;

    /// What each act of [#rows] (and of [#profiles]) counts; empty if all count 1.
    private final double[] rowValues;

    private final double[] profileValues;

    /// `g` of each profile; empty if all are 1.
    private final double[] profileFactors;

    /// What the sum is multiplied with, once for the row and once for the neighbour.
    private final double[] asRow;

    private final double[] asNeighbour;

    /// Whether a score is just sum · [#asRow] · [#asNeighbour], with every penalty inside these.
    private final boolean linear;

    private final long[] meetings;
    private final int[][] ids;
    private final double[][] scores;

    /// @param rows the side whose neighbours are sought
    /// @param profiles the same acts from the other side
    NeighbourSearch(
            Profiles.Side rows, Profiles.Side profiles, long latest, NeighbourParams params) {
        this.rows = rows;
        this.profiles = profiles;
        this.params = params;
        linear = params.similarity() != Similarity.JACCARD && params.weight() == 1;
        boolean weighted = params.similarity() == Similarity.WBCOSINE || params.halfLifeDays() > 0;
        rowValues = weighted ? values(rows, latest) : new double[0];
        profileValues = weighted ? values(profiles, latest) : new double[0];
        profileFactors = new double[params.iuf() ? profiles.rows() : 0];
        Arrays.setAll(profileFactors, p -> 1 / Math.log(1.0 + profiles.length(p)));
        asRow = new double[rows.rows()];
        asNeighbour = new double[rows.rows()];
        for (int row = 0; row < asRow.length; row++) {
            double length = rows.length(row);
            double norm = length;
            if (weighted) {
                norm = 0;
                for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
                    norm += rowValues[k] * rowValues[k];
                }
            }
            asRow[row] = Math.pow(norm, params.alpha() - 1);
            asNeighbour[row] = Math.pow(norm, -params.alpha());
            if (linear && params.hotPenalty() > 0) {
                asNeighbour[row] *= Math.pow(length, -params.hotPenalty());
            }
        }
        meetings = new long[rows.rows()];
        ids = new int[rows.rows()][];
        scores = new double[rows.rows()][];
    }

    private double[] values(Profiles.Side side, long latest) {
        double[] values = new double[side.ids.length];
        boolean weighs = params.similarity() == Similarity.WBCOSINE;
        for (int k = 0; k < values.length; k++) {
            double age = (latest - side.seconds[k]) / SECONDS_A_DAY;
            double fade =
                    params.halfLifeDays() > 0
                            ? Math.exp(-age * Math.log(2) / params.halfLifeDays())
                            : 1;
            values[k] = (weighs ? side.weights[k] : 1) * fade;
        }
        return values;
    }

    /// Finds the neighbours of all rows.
    NeighbourLists run(Profiles report) {
        AtomicInteger next = new AtomicInteger();
        List<Callable<Void>> work = new ArrayList<>();
        for (int thread = 0; thread < params.threads(); thread++) {
            work.add(
                    () -> {
                        Kernel kernel = kernel();
                        int from;
                        while ((from = next.getAndAdd(STRETCH)) < rows.rows()) {
                            for (int row = from;
                                    row < Math.min(from + STRETCH, rows.rows());
                                    row++) {
                                find(row, kernel);
                            }
                        }
                        return null;
                    });
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(params.threads())) {
            for (Future<Void> done : pool.invokeAll(work)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingException("neighbours: the search was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return new NeighbourLists(ids, scores, report.report(Arrays.stream(meetings).sum()));
    }

    private Kernel kernel() {
        boolean counts =
                rowValues.length == 0 && profileFactors.length == 0 && params.coActionDecay() == 0;
        return counts ? new Counts() : new Sums();
    }

    private void find(int row, Kernel kernel) {
        long pairs = 0;
        for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
            pairs += profiles.length(rows.ids[k]);
        }
        Best best = kernel.best;
        if (pairs > 0) {
            meetings[row] = pairs - rows.length(row); // it meets itself in each of its profiles
            kernel.addUp(row);
            if (pairs < rows.rows()) {
                kernel.offerMet(row);
            } else {
                kernel.offerAll(row);
            }
        }
        ids[row] = new int[best.size()];
        scores[row] = new double[best.size()];
        best.drainInto(ids[row], scores[row]);
        if (params.normalizeRows() && scores[row].length > 0) {
            double top = scores[row][0];
            for (int i = 0; i < scores[row].length; i++) {
                scores[row][i] /= top;
            }
        }
    }

    private double score(int row, int other, double sum, int common) {
        double scaled = sum * (asRow[row] * asNeighbour[other]);
        if (linear) {
            return scaled;
        }
        double score =
                switch (params.similarity()) {
                    case COSINE, WBCOSINE -> scaled;
                    case ASYMCOSINE -> Math.pow(scaled, params.weight());
                    case JACCARD ->
                            (double) common / (rows.length(row) + rows.length(other) - common);
                };
        return params.hotPenalty() == 0
                ? score
                : score * Math.pow(rows.length(other), -params.hotPenalty());
    }

    /// Scratch space of one thread.
    private abstract sealed class Kernel permits Counts, Sums {
        final Best best = new Best(params.top());
        final int[] common = new int[rows.rows()];

        /// Adds up what the row has in common with all others.
        abstract void addUp(int row);

        /// Looks at everything there is: the way for rows that meet most of it.
        abstract void offerAll(int row);

        /// What has been added up for another one.
        abstract double sum(int other);

        abstract void forget(int other);

        /// Walks the profiles once more: the way for rows that meet little.
        final void offerMet(int row) {
            common[row] = 0; // not its own neighbour
            for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
                int profile = rows.ids[k];
                for (int m = profiles.starts[profile]; m < profiles.starts[profile + 1]; m++) {
                    int other = profiles.ids[m];
                    int met = common[other];
                    if (met >= params.minSupport()) {
                        best.offer(other, score(row, other, sum(other), met));
                    }
                    common[other] = 0; // offered; it may come by again
                }
            }
            for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
                int profile = rows.ids[k];
                for (int m = profiles.starts[profile]; m < profiles.starts[profile + 1]; m++) {
                    forget(profiles.ids[m]);
                }
            }
        }
    }

    /// Every act counts 1: whole numbers do.
    private final class Counts extends Kernel {
        @Override
        void addUp(int row) {
            int[] counts = common;
            for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
                int profile = rows.ids[k];
                int end = profiles.starts[profile + 1];
                for (int m = profiles.starts[profile]; m < end; m++) {
                    counts[profiles.ids[m]]++;
                }
            }
        }

        @Override
        void offerAll(int row) {
            common[row] = 0; // not its own neighbour
            if (linear) {
                offerLinear(row, common);
            } else {
                for (int other = 0; other < common.length; other++) {
                    if (common[other] >= params.minSupport()) {
                        best.offer(other, score(row, other, common[other], common[other]));
                    }
                }
            }
            Arrays.fill(common, 0);
        }

        /// Most candidates are worse than the worst of the best, so that is asked first: whether two rows met
        /// at all can be a coin toss, which a processor guesses badly.
        private void offerLinear(int row, int[] counts) {
            double[] scales = asNeighbour;
            double scale = asRow[row];
            double worst = best.worst();
            for (int other = 0; other < counts.length; other++) {
                double score = counts[other] * (scale * scales[other]);
                if (score >= worst && counts[other] >= params.minSupport()) {
                    best.offer(other, score);
                    worst = best.worst();
                }
            }
        }

        @Override
        double sum(int other) {
            return common[other];
        }

        @Override
        void forget(int other) {
            // the count is all there is
        }
    }

    /// Acts that count differently.
    private final class Sums extends Kernel {
        private final double[] sums = new double[rows.rows()];

        @Override
        void addUp(int row) {
            double decay = params.coActionDecay() / SECONDS_A_DAY;
            for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
                int profile = rows.ids[k];
                double factor = profileFactors.length == 0 ? 1 : profileFactors[profile];
                factor *= rowValues.length == 0 ? 1 : rowValues[k];
                int from = profiles.starts[profile];
                int end = profiles.starts[profile + 1];
                if (decay == 0 && profileValues.length > 0) {
                    for (int m = from; m < end; m++) {
                        int other = profiles.ids[m];
                        common[other]++;
                        sums[other] += factor * profileValues[m];
                    }
                } else {
                    addPlain(factor, decay, rows.seconds[k], from, end);
                }
            }
        }

        private void addPlain(double factor, double decay, long seconds, int from, int end) {
            for (int m = from; m < end; m++) {
                int other = profiles.ids[m];
                common[other]++;
                double value = profileValues.length == 0 ? factor : factor * profileValues[m];
                sums[other] += value / (1 + decay * Math.abs(seconds - profiles.seconds[m]));
            }
        }

        @Override
        void offerAll(int row) {
            common[row] = 0; // not its own neighbour
            sums[row] = 0;
            if (linear) {
                offerLinear(row, sums);
            } else {
                for (int other = 0; other < common.length; other++) {
                    if (common[other] >= params.minSupport()) {
                        best.offer(other, score(row, other, sums[other], common[other]));
                    }
                }
            }
            Arrays.fill(common, 0);
            Arrays.fill(sums, 0);
        }

        /// As in [Counts].
        private void offerLinear(int row, double[] all) {
            double[] scales = asNeighbour;
            double scale = asRow[row];
            double worst = best.worst();
            for (int other = 0; other < all.length; other++) {
                double score = all[other] * (scale * scales[other]);
                if (score >= worst && common[other] >= params.minSupport()) {
                    best.offer(other, score);
                    worst = best.worst();
                }
            }
        }

        @Override
        double sum(int other) {
            return sums[other];
        }

        @Override
        void forget(int other) {
            sums[other] = 0;
        }
    }
}
