package dev.waxwing.learn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Exact nearest neighbours through common profiles: the sparse product of a matrix with its transpose, one row at a
/// time, keeping the best `top` of each row. Any stretch of rows can be asked for, so that nobody need hold all lists.
///
/// A row's tallies lie in one dense array that its profiles add to; nothing is hashed, and since no two rows share a
/// tally, any number of threads gives the same bits. Acts that all count 1 are counted in 16 bits, so that 20 000
/// counters stay in a near cache; `iuf` alone adds up whole multiples of 2⁻⁴³ ([Fixed]), the rest doubles.
///
/// Rows get places by falling length: the much used counters lie side by side, and in a chunk of 64 neighbours of
/// nearly one length a single bound tells from the tallies alone that none of them can be among the best, so that most
/// of them are looked at 64 at a time. A sample of the chunks says at which score the bound may begin.
///
/// Cost: one addition for each pair that meets in a profile, `Σ length²` over profiles, plus a look at each row's
/// candidates. Memory: 4 bytes an act (8 with weights, 12 with half-life, 8 more with co-action decay) beside the rows.
public final class NeighbourSearch {
    private static final int STRETCH = 16; // rows that a thread takes at a time
    private static final int CHUNK = 64;
    private static final int SAMPLED = 8; // one chunk of so many
    private static final int AHEAD = 32; // profiles that are brought near together
    private static final int BEGINNING = 256; // places of each; a longer list is foreseen
    private static final int LINE = 64; // bytes that memory hands over together
    private static final double SECONDS_A_DAY = 86_400;
    private static final long MEETINGS_AN_ENTRY = 8;

    /// Bounds are slackened by this, more than rounding can do to a score and less than any real difference.
    private static final double SLACK = 1 - 1e-9;

    /// Counters of 16 bits are read off before they can run over.
    private static final int MOST = Short.MAX_VALUE;

    /// A number in each quarter of 64 bits is multiplied by this, and each quarter's highest bit.
    private static final long EACH = 0x0001_0001_0001_0001L;

    private static final long HIGHEST = EACH << 15;

    /// Turns the number of a quarter, counted from the lowest bits, into that of a place.
    private static final int TURN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0 : 3;

    private final Profiles.Side rows;
    private final Profiles.Side profiles;
    private final NeighbourParams params;
    private final NeighbourReport report;

    /// The rows by falling length, and where each of them stands in that order.
    private final int[] rowAt;

    private final int[] placeOf;

    /// The profiles: places of rows, with what each act counts (as weights, or as values if they fade; both empty if all
    /// count 1) and when it was (empty if that does not matter).
    private final int[] starts;

    private final int[] places;

    /// Instead of [#places] if they fit into 16 bits and acts are only counted; else empty.
    private final char[] near;

    private final float[] weights;
    private final double[] values;
    private final long[] seconds;

    /// What each act of [#rows] counts if acts fade, else empty.
    private final double[] rowValues;

    /// `g` of each profile; empty if all are 1.
    private final double[] factors;

    private final boolean fixed;

    /// What the sum is multiplied with, once for the row (by row) and once for the neighbour (by place).
    private final double[] asRow;

    private final double[] asNeighbour;
    private final int[] lengths;

    /// Whether a score is just sum · [#asRow] · [#asNeighbour], with every penalty inside these.
    private final boolean linear;

    /// For each chunk of places the largest factor of a neighbour and its inverse, whether all have that factor, and the
    /// smallest length.
    private final double[] largest;

    private final double[] inverse;
    private final boolean[] alike;
    private final int[] shortest;

    /// How many places on the next chunk to look at is: they are visited all over the range, so that the first ones seen
    /// are a fair sample and the bound is soon a good one.
    private final int stride;

    private final Counting counting;

    /// Where the places of kept counts are now; empty if there are none.
    private final int[] placeNow;

    /// What the counts of each row must add up to; empty if they are not kept.
    private final long[] sums;

    /// The rows that are somebody's neighbours, ascending.
    private final int[] kept;

    /// @param rows the side whose neighbours are sought; who the acts are by need not be there if counts go on from
    ///     others
    /// @param profiles the same acts from the other side; if only their lengths are known, the rest is found out
    NeighbourSearch(
            Profiles.Side rows,
            Profiles.Side profiles,
            Profiles all,
            NeighbourParams params,
            Counting counting) {
        this.rows = rows;
        boolean anew = counting instanceof Counting.Anew;
        this.profiles = anew ? new Profiles.Side(0, 0, false, false) : profiles; // else to be freed
        this.params = params;
        this.counting = counting;
        report = all.report(meetings(profiles));
        linear = params.similarity() != Similarity.JACCARD && params.weight() == 1;
        boolean fades = params.halfLifeDays() > 0;
        rowValues = fades ? values(rows, all.latest) : new double[0];
        factors = params.iuf() ? iuf(profiles) : new double[0];
        rowAt = byLength(rows);
        placeOf = inverse(rowAt);
        starts = profiles.starts;
        boolean fit = counts() && rowAt.length <= Character.MAX_VALUE;
        near = new char[fit ? rows.ids.length : 0];
        places = new int[fit ? 0 : rows.ids.length];
        boolean timed = params.coActionDecay() > 0;
        if (profiles.ids.length > 0) {
            weights = fades ? new float[0] : profiles.weights;
            values = fades ? values(profiles, all.latest) : rowValues;
            seconds = timed ? profiles.seconds : new long[0];
            fillFrom(profiles);
        } else {
            weights = new float[fades ? 0 : rows.weights.length];
            values = new double[rowValues.length];
            seconds = new long[timed ? places.length : 0];
            fill();
        }
        asRow = new double[rowAt.length];
        asNeighbour = new double[rowAt.length];
        lengths = new int[rowAt.length];
        int chunks = (used() + CHUNK - 1) / CHUNK;
        largest = new double[chunks];
        inverse = new double[chunks];
        alike = new boolean[chunks];
        shortest = new int[chunks];
        measureRows();
        measureChunks();
        stride = stride(chunks);
        fixed = params.iuf() && !weighted() && !timed && Fixed.holds(lengths);
        placeNow =
                counting instanceof Counting.On(PairCounts before, _)
                        ? Arrays.stream(before.items).map(item -> placeOf[item]).toArray()
                        : new int[0];
        sums = anew ? new long[0] : sums();
        kept =
                anew
                        ? new int[0]
                        : IntStream.range(0, rowAt.length)
                                .filter(row -> rows.length(row) > 0)
                                .toArray();
    }

    private static int[] inverse(int[] rowAt) {
        int[] placeOf = new int[rowAt.length];
        for (int place = 0; place < rowAt.length; place++) {
            placeOf[rowAt[place]] = place;
        }
        return placeOf;
    }

    /// Puts the places into the profiles, row by row.
    private void fill() {
        int[] next = Arrays.copyOf(starts, starts.length - 1);
        for (int place = 0; place < rowAt.length; place++) {
            fill(place, next);
        }
    }

    private void fill(int place, int[] next) {
        int row = rowAt[place];
        for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
            int at = next[rows.ids[k]]++;
            put(at, place);
            if (weights.length > 0) {
                weights[at] = rows.weights[k];
            }
            if (values.length > 0) {
                values[at] = rowValues[k];
            }
            if (seconds.length > 0) {
                seconds[at] = rows.seconds[k];
            }
        }
    }

    /// Puts the places into the profiles, in whatever order.
    private void fillFrom(Profiles.Side profiles) {
        for (int p = 0; p < profiles.rows() && rows.ids.length > 0; p++) {
            fillFrom(profiles, p);
        }
    }

    private void fillFrom(Profiles.Side profiles, int profile) {
        for (int k = profiles.starts[profile]; k < profiles.starts[profile + 1]; k++) {
            put(k, placeOf[profiles.ids[k]]);
        }
    }

    private void put(int at, int place) {
        if (near.length > 0) {
            near[at] = (char) place;
        } else {
            places[at] = place;
        }
    }

    private int place(int at) {
        return near.length > 0 ? near[at] : places[at];
    }

    private long[] sums() {
        long[] all = new long[rowAt.length];
        for (int p = 0; p < profiles.rows(); p++) {
            int others = profiles.length(p) - 1;
            for (int k = profiles.starts[p]; k < profiles.starts[p + 1]; k++) {
                all[profiles.ids[k]] += others;
            }
        }
        return all;
    }

    /// How many rows have acts; those without come last and are nobody's neighbours.
    private int used() {
        int used = rowAt.length;
        while (used > 0 && rows.length(rowAt[used - 1]) == 0) {
            used--;
        }
        return used;
    }

    private void measureRows() {
        for (int place = 0; place < rowAt.length; place++) {
            measure(place);
        }
    }

    private void measure(int place) {
        int row = rowAt[place];
        int length = rows.length(row);
        double norm = length;
        if (weighted()) {
            norm = 0;
            for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
                norm += rowValue(k) * rowValue(k);
            }
        }
        lengths[place] = length;
        asRow[row] = Math.pow(norm, params.alpha() - 1);
        asNeighbour[place] = Math.pow(norm, -params.alpha());
        if (linear && params.hotPenalty() > 0) {
            asNeighbour[place] *= Math.pow(length, -params.hotPenalty());
        }
    }

    private void measureChunks() {
        int used = used();
        for (int chunk = 0; chunk < largest.length; chunk++) {
            measureChunk(chunk, Math.min(used, (chunk + 1) * CHUNK));
        }
    }

    private void measureChunk(int chunk, int end) {
        int from = chunk * CHUNK;
        double most = asNeighbour[from];
        double least = most;
        for (int place = from + 1; place < end; place++) {
            most = Math.max(most, asNeighbour[place]);
            least = Math.min(least, asNeighbour[place]);
        }
        largest[chunk] = most;
        inverse[chunk] = 1 / most;
        alike[chunk] = least == most;
        shortest[chunk] = lengths[end - 1];
    }

    static long meetings(Profiles.Side profiles) {
        long meetings = 0;
        for (int p = 0; p < profiles.rows(); p++) {
            meetings += (long) profiles.length(p) * (profiles.length(p) - 1);
        }
        return meetings;
    }

    private static double[] iuf(Profiles.Side profiles) {
        double[] factors = new double[profiles.rows()];
        Arrays.setAll(factors, p -> 1 / Math.log(1.0 + profiles.length(p)));
        return factors;
    }

    private static int[] byLength(Profiles.Side rows) {
        int longest = 0;
        for (int row = 0; row < rows.rows(); row++) {
            longest = Math.max(longest, rows.length(row));
        }
        int[] next = new int[longest + 2];
        for (int row = 0; row < rows.rows(); row++) {
            next[longest - rows.length(row) + 1]++;
        }
        for (int i = 1; i < next.length; i++) {
            next[i] += next[i - 1];
        }
        int[] rowAt = new int[rows.rows()];
        for (int row = 0; row < rows.rows(); row++) {
            rowAt[next[longest - rows.length(row)]++] = row;
        }
        return rowAt;
    }

    private static int stride(int chunks) {
        int stride = Math.max(1, (int) (chunks * 0.618));
        while (chunks > 1 && gcd(stride, chunks) != 1) {
            stride++;
        }
        return stride;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /// What the acts of a side count, faded.
    private double[] values(Profiles.Side side, long latest) {
        double[] all = new double[side.ids.length];
        for (int k = 0; k < all.length; k++) {
            double age = (latest - side.seconds[k]) / SECONDS_A_DAY;
            double fade = Math.exp(-age * Math.log(2) / params.halfLifeDays());
            all[k] = (side.weights.length > 0 ? side.weights[k] : 1) * fade;
        }
        return all;
    }

    private double rowValue(int k) {
        if (rowValues.length > 0) {
            return rowValues[k];
        }
        return rows.weights.length > 0 ? rows.weights[k] : 1;
    }

    /// Whether an act may count other than 1.
    private boolean weighted() {
        return params.similarity() == Similarity.WBCOSINE || params.halfLifeDays() > 0;
    }

    /// How many rows there are, with neighbours or without.
    public int rows() {
        return rowAt.length;
    }

    /// What went in and what was left out.
    public NeighbourReport report() {
        return report;
    }

    /// How many users' lists changed since the counts that this search goes on from; empty if it counts everything.
    public OptionalInt changedUsers() {
        return counting instanceof Counting.On(_, PairChanges changes)
                ? OptionalInt.of(changes.users())
                : OptionalInt.empty();
    }

    /// Where the counts of this search are to be kept: a file that is not there yet.
    public PairCounts.Keeper keeper(Path file) {
        if (counting instanceof Counting.Anew) {
            throw new IllegalStateException("this search forgets its counts; see ItemCf.counting");
        }
        int most = lengths.length == 0 ? 0 : lengths[0];
        return new PairCounts.Keeper(file, rowAt.length, kept, most, profiles);
    }

    /// Whether the counts of this search are worth keeping: whether so many pairs met that a matrix of all pairs is
    /// sooner read than counted.
    public boolean countsPay() {
        return !(counting instanceof Counting.Anew)
                && report.meetings() > MEETINGS_AN_ENTRY * kept.length * kept.length;
    }

    /// Finds the neighbours of the rows from `from` to `to - 1`.
    ///
    /// @return lists of which number 0 is row `from`
    public NeighbourLists find(int from, int to) {
        return find(from, to, new int[0][]);
    }

    /// The same, and keeps what was counted; rows are to be asked for in order, from 0 on.
    public NeighbourLists find(int from, int to, PairCounts.Keeper keeper) {
        if (keeper.next() != from) {
            throw new IllegalArgumentException(
                    "counts are kept in order: row " + keeper.next() + " is next, got " + from);
        }
        int[][] counts = new int[to - from][];
        NeighbourLists lists = find(from, to, counts);
        for (int[] row : counts) {
            keeper.add(row);
        }
        return lists;
    }

    /// @param counts where the counts of each row go; none if nobody keeps them
    private NeighbourLists find(int from, int to, int[][] counts) {
        int[][] ids = new int[to - from][];
        double[][] scores = new double[to - from][];
        inStretches(
                from,
                to,
                params.threads(),
                () -> kernel(counts.length > 0),
                (kernel, row) -> {
                    int found = find(row, kernel);
                    ids[row - from] = new int[found];
                    scores[row - from] = new double[found];
                    kernel.best.drainInto(ids[row - from], scores[row - from]);
                    normalize(ids[row - from], scores[row - from]);
                    if (counts.length > 0) {
                        counts[row - from] = kernel.counted();
                    }
                });
        return new NeighbourLists(ids, scores, report);
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

    /// @param keeps whether counts are kept of what it finds
    private Kernel kernel(boolean keeps) {
        if (fixed) {
            return new Fixed();
        }
        if (!counts()) {
            return new Sums();
        }
        return keeps || counting instanceof Counting.On ? new KeptCounts() : new Counts();
    }

    private boolean counts() {
        return !weighted() && !params.iuf() && params.coActionDecay() == 0;
    }

    private int find(int row, Kernel kernel) {
        if (rows.length(row) > 0) {
            kernel.find(row, !(kernel instanceof KeptCounts) && meetsFew(row));
        } else {
            kernel.skip();
        }
        return kernel.best.settle();
    }

    /// Whether so few tallies are added to that they are sooner found again in the profiles than by looking at all.
    private boolean meetsFew(int row) {
        int few = rowAt.length / 16;
        int met = 0;
        for (int k = rows.starts[row]; k < rows.starts[row + 1] && met < few; k++) {
            met += starts[rows.ids[k] + 1] - starts[rows.ids[k]];
        }
        return met < few && rows.length(row) <= MOST;
    }

    private double score(int row, int place, double sum, int common) {
        double scaled = sum * (asRow[row] * asNeighbour[place]);
        if (linear) {
            return scaled;
        }
        double score =
                switch (params.similarity()) {
                    case COSINE, WBCOSINE -> scaled;
                    case ASYMCOSINE -> Math.pow(scaled, params.weight());
                    case JACCARD -> (double) common / (rows.length(row) + lengths[place] - common);
                };
        return params.hotPenalty() == 0
                ? score
                : score * Math.pow(lengths[place], -params.hotPenalty());
    }

    /// What a tally must reach at least to be worth a look, in two parts: `base` says it for the row, [#need] for
    /// a chunk.
    private double base(int row, double worst) {
        if (!(worst > 0)) {
            return 0;
        }
        if (params.similarity() == Similarity.JACCARD) {
            return worst;
        }
        return SLACK * (linear ? worst : Math.pow(worst, 1 / params.weight())) / asRow[row];
    }

    private double need(int row, double base, int chunk) {
        if (linear || base == 0) {
            return base * inverse[chunk];
        }
        double spared =
                params.hotPenalty() == 0 ? 1 : Math.pow(shortest[chunk], params.hotPenalty());
        if (params.similarity() == Similarity.JACCARD) {
            double score = base * spared;
            return SLACK * score / (1 + score) * ((double) rows.length(row) + shortest[chunk]);
        }
        return base * Math.pow(spared, 1 / params.weight()) * inverse[chunk];
    }

    /// Scratch space of one thread.
    private abstract sealed class Kernel permits Counts, Fixed, Sums {
        final Best best = new Best(params.top(), rowAt);

        /// Of a sample, so many that their worst is reached by more than `top` of all but for a rare accident.
        private final Best scout =
                new Best(
                        (int)
                                Math.ceil(
                                        (double) params.top() / SAMPLED
                                                + 3 * Math.sqrt((double) params.top() / SAMPLED)),
                        rowAt);

        private int touched;

        /// How many profiles a row has in common with each other; only kept by those who need to know.
        final char[] common;

        Kernel(boolean counting) {
            common = new char[counting ? rowAt.length + CHUNK : 0];
        }

        /// Offers the neighbours of a row.
        /// @param few whether the row meets so little that its profiles are walked twice rather than all tallies looked at
        final void find(int row, boolean few) {
            addUp(row);
            if (few) {
                for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
                    int profile = rows.ids[k];
                    for (int m = starts[profile]; m < starts[profile + 1]; m++) {
                        offerOnce(row, place(m));
                    }
                }
                return;
            }
            note(row);
            double floor = scout(row);
            best.begin(floor);
            offerChunks(row, largest.length, best);
            if (floor > 0 && best.size() < params.top()) { // it was too high
                best.begin(0);
                offerChunks(row, largest.length, best);
            }
            forgetAll();
        }

        /// A score that, to judge by a sample of the chunks, more than `top` neighbours reach, but not many more: who knows it
        /// from the beginning need offer few. 0 if there is too little to tell.
        private double scout(int row) {
            int sampled = largest.length / SAMPLED;
            if (sampled < SAMPLED) {
                return 0;
            }
            scout.begin(0);
            offerChunks(row, sampled, scout);
            return scout.worstOfAll();
        }

        /// Offers the first `some` of the chunks, in the order in which they are visited.
        private void offerChunks(int row, int some, Best to) {
            int chunks = largest.length;
            int chunk = 0;
            double worst = to.worst();
            double base = base(row, worst);
            for (int nth = 0; nth < some; nth++) {
                offerChunk(row, chunk, need(row, base, chunk), to);
                if (to.worst() != worst) {
                    worst = to.worst();
                    base = base(row, worst);
                }
                chunk += stride;
                chunk -= chunk >= chunks ? chunks : 0;
            }
        }

        /// Adds up what the row has in common with all others.
        abstract void addUp(int row);

        /// Brings near how the profiles begin of acts `k` to `end - 1` of a row. They are short and lie all over memory, so that without this
        /// each begins with waiting; these loads wait together, and nobody for them: Java has no prefetch instruction.
        final void touch(int k, int end) {
            int[] ids = rows.ids;
            int sum = touched;
            for (int next = k; next < end; next++) {
                int from = starts[ids[next]];
                int to = Math.min(starts[ids[next] + 1], from + BEGINNING);
                for (int m = from; m < to && near.length > 0; m += LINE / Character.BYTES) {
                    sum += near[m];
                }
                for (int m = from; m < to && places.length > 0; m += LINE / Integer.BYTES) {
                    sum += places[m];
                }
                for (int m = from; m < to && weights.length > 0; m += LINE / Float.BYTES) {
                    sum += Float.floatToRawIntBits(weights[m]);
                }
                for (int m = from; m < to && values.length > 0; m += LINE / Double.BYTES) {
                    sum += (int) Double.doubleToRawLongBits(values[m]);
                }
                for (int m = from; m < to && seconds.length > 0; m += LINE / Long.BYTES) {
                    sum += (int) seconds[m];
                }
            }
            touched = sum;
        }

        final void touchAhead(int row, int k) {
            if ((k - rows.starts[row]) % AHEAD == 0) {
                touch(k, Math.min(k + AHEAD, rows.starts[row + 1]));
            }
        }

        /// Makes a note of all tallies, for who keeps them.
        void note(int row) {}

        /// Passes over a row that meets nothing.
        void skip() {}

        /// What was noted of the row that was found last.
        int[] counted() {
            throw new IllegalStateException("nothing was to be kept");
        }

        /// Offers those of a chunk whose tally is at least `need`.
        abstract void offerChunk(int row, int chunk, double need, Best to);

        /// Offers one neighbour and forgets its tally, so that the next time it comes by it is none.
        abstract void offerOnce(int row, int place);

        abstract void forgetAll();

        final boolean supported(int place) {
            return common.length == 0 || common[place] >= params.minSupport();
        }

        /// Keeps 16-bit counters that only have to reach `min-support` from running over, every [#MOST] / 2 profiles.
        final void saturate(int profiles) {
            if (common.length > 0 && profiles % (MOST / 2) == MOST / 2 - 1) {
                for (int i = 0; i < common.length; i++) {
                    common[i] = (char) Math.min(common[i], MOST / 2);
                }
            }
        }
    }

    /// Every act counts 1: whole numbers do.
    private sealed class Counts extends Kernel {
        /// The counts of a row that is too long for 16 bits.
        int[] wide = {};

        boolean longRow;
        private final MemorySegment fours = MemorySegment.ofArray(common);

        Counts() {
            super(true);
        }

        @Override
        void addUp(int row) {
            begin(row);
            int added = 0;
            int end = rows.starts[row + 1];
            for (int k = rows.starts[row]; k < end; k += AHEAD) {
                int some = Math.min(AHEAD, end - k);
                touch(k, k + some);
                if (near.length > 0) {
                    count(near, k, k + some);
                } else {
                    count(places, k, k + some);
                }
                added += some;
                if (longRow && added > MOST - AHEAD) {
                    added = 0;
                    widen();
                }
            }
            if (longRow) {
                widen();
                wide[placeOf[row]] = 0;
            }
            common[placeOf[row]] = 0; // not its own neighbour
        }

        /// Counts what the profiles of acts `k` to `end - 1` of a row hold.
        private void count(char[] places, int k, int end) {
            char[] counts = common;
            int[] from = starts;
            int[] ids = rows.ids;
            for (int next = k; next < end; next++) {
                int to = from[ids[next] + 1];
                for (int m = from[ids[next]]; m < to; m++) {
                    counts[places[m]]++;
                }
            }
        }

        /// The same for places that do not fit into 16 bits.
        private void count(int[] places, int k, int end) {
            char[] counts = common;
            int[] from = starts;
            int[] ids = rows.ids;
            for (int next = k; next < end; next++) {
                int to = from[ids[next] + 1];
                for (int m = from[ids[next]]; m < to; m++) {
                    counts[places[m]]++;
                }
            }
        }

        private long four(int place) {
            return fours.get(ValueLayout.JAVA_LONG_UNALIGNED, 2L * place);
        }

        final void begin(int row) {
            longRow = rows.length(row) > MOST;
            if (longRow && wide.length == 0) {
                wide = new int[common.length];
            }
        }

        private void widen() {
            for (int i = 0; i < wide.length; i++) {
                wide[i] += common[i];
            }
            Arrays.fill(common, (char) 0);
        }

        @Override
        void offerChunk(int row, int chunk, double need, Best to) {
            // a whole number equal to a bound that is slackened is too small
            long least = Math.max(params.minSupport(), (long) need + 1);
            int from = chunk * CHUNK;
            if (longRow) {
                for (int place = from; place < from + CHUNK; place++) {
                    if (wide[place] >= least) {
                        to.offer(place, score(row, place, wide[place], wide[place]));
                    }
                }
            } else if (least <= MOST) {
                // a number is added to each that brings those that reach `least`, and no others, to
                // their highest bit
                long lift = (MOST + 1 - least) * EACH;
                long any = 0;
                for (int i = 0; i < CHUNK; i += 4) {
                    any |= four(from + i) + lift;
                }
                if ((any & HIGHEST) != 0) {
                    offerReaching(lift, row, chunk, to);
                }
            }
        }

        private void offerReaching(long lift, int row, int chunk, Best to) {
            int from = chunk * CHUNK;
            long hits = 0; // bit 16 i + j is quarter i of the long number j
            for (int j = 0; j < CHUNK / 4; j++) {
                hits |= ((four(from + 4 * j) + lift) & HIGHEST) >>> (15 - j);
            }
            double factor = linear && alike[chunk] ? asRow[row] * largest[chunk] : 0;
            for (; hits != 0; hits &= hits - 1) {
                int bit = Long.numberOfTrailingZeros(hits);
                int place = from + 4 * (bit & 15) + ((bit >>> 4) ^ TURN);
                int count = common[place];
                // a factor from far away would be waited for
                double score = factor > 0 ? count * factor : score(row, place, count, count);
                if (score >= to.worst()) {
                    to.offer(place, score);
                }
            }
        }

        @Override
        void offerOnce(int row, int place) {
            int count = common[place];
            if (count >= params.minSupport()) {
                best.offer(place, score(row, place, count, count));
            }
            common[place] = 0;
        }

        @Override
        void forgetAll() {
            Arrays.fill(common, (char) 0);
            if (longRow) {
                Arrays.fill(wide, 0);
            }
        }
    }

    /// Counts that are kept, and may go on from kept ones.
    private final class KeptCounts extends Counts {
        private int[] now = {};

        @Override
        void addUp(int row) {
            if (counting instanceof Counting.On(PairCounts counts, PairChanges changes)) {
                begin(row);
                int nth = Arrays.binarySearch(counts.items, row);
                if (longRow) {
                    counts.read(nth, placeNow, wide);
                    changes.apply(row, placeOf, wide);
                    wide[placeOf[row]] = 0; // not its own neighbour
                } else {
                    counts.read(nth, placeNow, common);
                    changes.apply(row, placeOf, common);
                    common[placeOf[row]] = 0;
                }
            } else {
                super.addUp(row);
            }
        }

        @Override
        void note(int row) {
            now = new int[kept.length];
            long sum = 0;
            for (int k = 0; k < now.length; k++) {
                int place = placeOf[kept[k]];
                now[k] = longRow ? wide[place] : common[place];
                sum += now[k];
            }
            if (sum != sums[row]) {
                throw new TrainingException(
                        "neighbours: the counts of item "
                                + row
                                + " add up to "
                                + sum
                                + " and should to "
                                + sums[row]
                                + "; the counts that were kept do not belong to these acts, count"
                                + " without them");
            }
        }

        @Override
        void skip() {
            now = new int[0];
        }

        @Override
        int[] counted() {
            return now;
        }
    }

    /// Acts that differ by their profile alone (`iuf`): sums of whole multiples of 2⁻⁴³. Whole numbers add up to the
    /// same in any order and can be taken back, and 2⁻⁴⁴ off is below 10⁻¹² of a factor for profiles of up to a million.
    private final class Fixed extends Kernel {
        private static final double UNIT = 0x1p-43;
        private final long[] sums = new long[rowAt.length + CHUNK];

        Fixed() {
            super(params.minSupport() > 1);
        }

        /// Whether no sum can run over: a factor is at most 1 / ln 2.
        static boolean holds(int[] lengths) {
            return lengths.length == 0 || lengths[0] < 700_000;
        }

        static long units(double factor) {
            return Math.round(factor / UNIT);
        }

        @Override
        void addUp(int row) {
            long[] to = sums;
            char[] counts = common;
            for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
                touchAhead(row, k);
                int profile = rows.ids[k];
                long factor = units(factors[profile]);
                int end = starts[profile + 1];
                if (counts.length == 0) {
                    for (int m = starts[profile]; m < end; m++) {
                        to[places[m]] += factor;
                    }
                } else {
                    for (int m = starts[profile]; m < end; m++) {
                        int place = places[m];
                        counts[place]++;
                        to[place] += factor;
                    }
                    saturate(k - rows.starts[row]);
                }
            }
            to[placeOf[row]] = 0; // not its own neighbour
        }

        @Override
        void offerChunk(int row, int chunk, double need, Best to) {
            long below = Math.max(1, (long) (need / UNIT)) - 1;
            long[] all = sums;
            int from = chunk * CHUNK;
            long any = 0;
            for (int i = 0; i < CHUNK; i++) {
                any |= below - all[from + i];
            }
            if (any < 0) {
                for (int place = from; place < from + CHUNK; place++) {
                    if (all[place] > below && supported(place)) {
                        to.offer(place, score(row, place, all[place] * UNIT, 0));
                    }
                }
            }
        }

        @Override
        void offerOnce(int row, int place) {
            if (sums[place] != 0 && supported(place)) {
                best.offer(place, score(row, place, sums[place] * UNIT, 0));
            }
            sums[place] = 0;
            if (common.length > 0) {
                common[place] = 0;
            }
        }

        @Override
        void forgetAll() {
            Arrays.fill(sums, 0);
            Arrays.fill(common, (char) 0);
        }
    }

    /// Acts that count differently.
    private final class Sums extends Kernel {
        private final double[] sums = new double[rowAt.length + CHUNK];

        Sums() {
            super(params.minSupport() > 1);
        }

        @Override
        void addUp(int row) {
            double decay = params.coActionDecay() / SECONDS_A_DAY;
            for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
                touchAhead(row, k);
                int profile = rows.ids[k];
                double factor = factors.length == 0 ? 1 : factors[profile];
                factor *= rowValue(k);
                int from = starts[profile];
                int end = starts[profile + 1];
                if (decay > 0) {
                    addFading(factor, decay, rows.seconds[k], from, end);
                } else if (weights.length > 0) {
                    addWeights(factor, from, end);
                } else if (values.length > 0) {
                    addValues(factor, from, end);
                } else {
                    for (int m = from; m < end; m++) {
                        sums[places[m]] += factor;
                    }
                }
                if (common.length > 0) {
                    for (int m = from; m < end; m++) {
                        common[places[m]]++;
                    }
                    saturate(k - rows.starts[row]);
                }
            }
            sums[placeOf[row]] = 0; // not its own neighbour
        }

        private void addWeights(double factor, int from, int end) {
            double[] to = sums;
            for (int m = from; m < end; m++) {
                to[places[m]] += factor * weights[m];
            }
        }

        private void addValues(double factor, int from, int end) {
            double[] to = sums;
            for (int m = from; m < end; m++) {
                to[places[m]] += factor * values[m];
            }
        }

        private void addFading(double factor, double decay, long at, int from, int end) {
            double[] to = sums;
            for (int m = from; m < end; m++) {
                double value = factor;
                if (weights.length > 0) {
                    value *= weights[m];
                } else if (values.length > 0) {
                    value *= values[m];
                }
                to[places[m]] += value / (1 + decay * Math.abs(at - seconds[m]));
            }
        }

        @Override
        void offerChunk(int row, int chunk, double need, Best to) {
            double[] all = sums;
            int from = chunk * CHUNK;
            double least = Math.max(need, Double.MIN_VALUE);
            long below =
                    Double.doubleToRawLongBits(least)
                            - 1; // the bits of what is not negative are in its order
            long any = 0;
            for (int i = 0; i < CHUNK; i++) {
                any |= below - Double.doubleToRawLongBits(all[from + i]);
            }
            if (any < 0) {
                for (int place = from; place < from + CHUNK; place++) {
                    if (all[place] >= least && supported(place)) {
                        to.offer(place, score(row, place, all[place], 0));
                    }
                }
            }
        }

        @Override
        void offerOnce(int row, int place) {
            if (sums[place] != 0 && supported(place)) {
                best.offer(place, score(row, place, sums[place], 0));
            }
            sums[place] = 0;
            if (common.length > 0) {
                common[place] = 0;
            }
        }

        @Override
        void forgetAll() {
            Arrays.fill(sums, 0);
            Arrays.fill(common, (char) 0);
        }
    }
}
