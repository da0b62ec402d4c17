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
/// candidates. Memory: 4 bytes an act (12 with weights or half-life, 8 more with co-action decay) beside the rows.
public final class NeighbourSearch {
    private static final int STRETCH = 16; // rows that a thread takes at a time
    private static final int CHUNK = 64;
    private static final int SAMPLED = 8; // one chunk of so many
    private static final int AHEAD = 32; // profiles that are brought near together
    private static final int BEGINNING = 256; // places of each; a longer list is foreseen
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

    /// The profiles: places in ascending order, with what each act counts (empty if all count 1) and when it was (empty
    /// if that does not matter).
    private final int[] starts;

    private final int[] places;

    /// [#places] in 16 bits if they fit, for who only counts; else empty.
    private final char[] near;

    private final double[] values;
    private final long[] seconds;

    /// What each act of [#rows] counts; empty if all count 1.
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

    /// For each chunk of places the largest factor of a neighbour, and the smallest length.
    private final double[] largest;

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
    /// @param profiles the same acts from the other side
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
        boolean weighted = params.similarity() == Similarity.WBCOSINE || params.halfLifeDays() > 0;
        rowValues = weighted ? rowValues(rows, all.latest) : new double[0];
        factors = params.iuf() ? iuf(profiles) : new double[0];
        rowAt = byLength(rows);
        placeOf = new int[rowAt.length];
        for (int place = 0; place < rowAt.length; place++) {
            placeOf[rowAt[place]] = place;
        }
        starts = profiles.starts;
        places = new int[rows.ids.length];
        values = new double[rowValues.length];
        seconds = new long[params.coActionDecay() > 0 ? places.length : 0];
        int[] next = Arrays.copyOf(starts, profiles.rows());
        for (int place = 0; place < rowAt.length && places.length > 0; place++) {
            for (int k = rows.starts[rowAt[place]]; k < rows.starts[rowAt[place] + 1]; k++) {
                int at = next[rows.ids[k]]++;
                places[at] = place;
                if (values.length > 0) {
                    values[at] = rowValues[k];
                }
                if (seconds.length > 0) {
                    seconds[at] = rows.seconds[k];
                }
            }
        }
        near = new char[counts() && rowAt.length <= Character.MAX_VALUE ? places.length : 0];
        for (int k = 0; k < near.length; k++) {
            near[k] = (char) places[k];
        }
        asRow = new double[rowAt.length];
        asNeighbour = new double[rowAt.length];
        lengths = new int[rowAt.length];
        int used = rowAt.length; // rows without acts come last and are nobody's neighbours
        while (used > 0 && rows.length(rowAt[used - 1]) == 0) {
            used--;
        }
        int chunks = (used + CHUNK - 1) / CHUNK;
        largest = new double[chunks];
        shortest = new int[chunks];
        Arrays.fill(shortest, Integer.MAX_VALUE);
        for (int place = 0; place < rowAt.length; place++) {
            measure(place, weighted);
        }
        stride = stride(chunks);
        fixed = params.iuf() && !weighted && params.coActionDecay() == 0 && Fixed.holds(lengths);
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

    private void measure(int place, boolean weighted) {
        int row = rowAt[place];
        int length = rows.length(row);
        double norm = length;
        if (weighted) {
            norm = 0;
            for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
                norm += rowValues[k] * rowValues[k];
            }
        }
        lengths[place] = length;
        asRow[row] = Math.pow(norm, params.alpha() - 1);
        asNeighbour[place] = Math.pow(norm, -params.alpha());
        if (linear && params.hotPenalty() > 0) {
            asNeighbour[place] *= Math.pow(length, -params.hotPenalty());
        }
        if (length > 0) {
            int chunk = place / CHUNK;
            largest[chunk] = Math.max(largest[chunk], asNeighbour[place]);
            shortest[chunk] = Math.min(shortest[chunk], length);
        }
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

    private double[] rowValues(Profiles.Side side, long latest) {
        double[] all = new double[side.ids.length];
        boolean weighs = params.similarity() == Similarity.WBCOSINE;
        for (int k = 0; k < all.length; k++) {
            double fade = 1;
            if (params.halfLifeDays() > 0) {
                double age = (latest - side.seconds[k]) / SECONDS_A_DAY;
                fade = Math.exp(-age * Math.log(2) / params.halfLifeDays());
            }
            all[k] = (weighs ? side.weights[k] : 1) * fade;
        }
        return all;
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
        return rowValues.length == 0 && factors.length == 0 && params.coActionDecay() == 0;
    }

    private int find(int row, Kernel kernel) {
        long pairs = rows.length(row) == 0 ? 0 : pairs(row, kernel);
        if (pairs > 0) {
            boolean few = pairs < rowAt.length / 16 && rows.length(row) <= MOST;
            kernel.find(row, few);
        } else {
            kernel.skip();
        }
        return kernel.best.settle();
    }

    /// How many times a tally is added to; for counts that are kept, nothing less than all are looked at.
    private long pairs(int row, Kernel kernel) {
        if (kernel instanceof KeptCounts) {
            return Long.MAX_VALUE;
        }
        long pairs = 0;
        for (int k = rows.starts[row]; k < rows.starts[row + 1]; k++) {
            pairs += starts[rows.ids[k] + 1] - starts[rows.ids[k]];
        }
        return pairs;
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
            return base / largest[chunk];
        }
        double spared =
                params.hotPenalty() == 0 ? 1 : Math.pow(shortest[chunk], params.hotPenalty());
        if (params.similarity() == Similarity.JACCARD) {
            double score = base * spared;
            return SLACK * score / (1 + score) * ((double) rows.length(row) + shortest[chunk]);
        }
        return base * Math.pow(spared, 1 / params.weight()) / largest[chunk];
    }

    /// Scratch space of one thread.
    private abstract sealed class Kernel permits Counts, Fixed, Sums {
        final Best best = new Best(params.top());

        /// Of a sample, so many that their worst is reached by more than `top` of all but for a rare accident.
        private final Best scout =
                new Best(
                        (int)
                                Math.ceil(
                                        (double) params.top() / SAMPLED
                                                + 3 * Math.sqrt((double) params.top() / SAMPLED)));

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
                        offerOnce(row, places[m]);
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
        private int touched;

        Counts() {
            super(true);
        }

        @Override
        void addUp(int row) {
            char[] counts = common;
            begin(row);
            int added = 0;
            int begin = rows.starts[row];
            int end = rows.starts[row + 1];
            for (int k = begin; k < end; k++) {
                if ((k - begin) % AHEAD == 0) {
                    touch(k, Math.min(k + AHEAD, end));
                }
                int profile = rows.ids[k];
                if (near.length > 0) {
                    count(near, counts, starts[profile], starts[profile + 1]);
                } else {
                    count(places, counts, starts[profile], starts[profile + 1]);
                }
                if (longRow && ++added == MOST) {
                    added = 0;
                    widen();
                }
            }
            if (longRow) {
                widen();
                wide[placeOf[row]] = 0;
            }
            counts[placeOf[row]] = 0; // not its own neighbour
        }

        /// Brings near how the profiles begin of acts `k` to `end - 1` of a row. They are short and lie all over memory, so that without this each
        /// begins with waiting; these loads wait together, and nobody for them: Java has no prefetch instruction.
        private void touch(int k, int end) {
            int sum = touched;
            for (int next = k; next < end; next++) {
                int profile = rows.ids[next];
                int from = starts[profile];
                int to = Math.min(starts[profile + 1], from + BEGINNING);
                if (near.length > 0) {
                    for (int m = from; m < to; m += 32) { // a cache line is 32 chars, 16 ints
                        sum += near[m];
                    }
                } else {
                    for (int m = from; m < to; m += 16) {
                        sum += places[m];
                    }
                }
            }
            touched = sum;
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

        private static void count(int[] places, char[] counts, int from, int end) {
            for (int m = from; m < end; m++) {
                counts[places[m]]++;
            }
        }

        private static void count(char[] places, char[] counts, int from, int end) {
            for (int m = from; m < end; m++) {
                counts[places[m]]++;
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
            int least = Math.max(params.minSupport(), (int) Math.ceil(need));
            int from = chunk * CHUNK;
            if (longRow) {
                for (int place = from; place < from + CHUNK; place++) {
                    if (wide[place] >= least) {
                        to.offer(rowAt[place], score(row, place, wide[place], wide[place]));
                    }
                }
            } else if (least <= MOST) {
                offerReaching(least, row, from, to);
            }
        }

        /// Offers the counters from `from` on that reach `least`, four at a time: a number is added to each that brings
        /// those, and no others, to their highest bit.
        private void offerReaching(int least, int row, int from, Best to) {
            long lift = (MOST + 1 - least) * EACH;
            long any = 0;
            for (int place = from; place < from + CHUNK; place += 16) {
                any |= (four(place) + lift) | (four(place + 4) + lift);
                any |= (four(place + 8) + lift) | (four(place + 12) + lift);
            }
            if ((any & HIGHEST) == 0) {
                return;
            }
            for (int place = from; place < from + CHUNK; place += 4) {
                long all = four(place);
                for (long hits = (all + lift) & HIGHEST; hits != 0; hits &= hits - 1) {
                    int bit = Long.numberOfTrailingZeros(hits);
                    int count = (int) (all >>> (bit - 15)) & MOST;
                    int at = place + ((bit >>> 4) ^ TURN);
                    double score = score(row, at, count, count);
                    if (score >= to.worst()) {
                        to.offer(rowAt[at], score);
                    }
                }
            }
        }

        @Override
        void offerOnce(int row, int place) {
            int count = common[place];
            if (count >= params.minSupport()) {
                best.offer(rowAt[place], score(row, place, count, count));
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
            for (int place = from; place < from + CHUNK; place++) {
                any |= below - all[place];
            }
            if (any < 0) {
                for (int place = from; place < from + CHUNK; place++) {
                    if (all[place] > below && supported(place)) {
                        to.offer(rowAt[place], score(row, place, all[place] * UNIT, 0));
                    }
                }
            }
        }

        @Override
        void offerOnce(int row, int place) {
            if (sums[place] != 0 && supported(place)) {
                best.offer(rowAt[place], score(row, place, sums[place] * UNIT, 0));
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
                int profile = rows.ids[k];
                double factor = factors.length == 0 ? 1 : factors[profile];
                factor *= rowValues.length == 0 ? 1 : rowValues[k];
                int from = starts[profile];
                int end = starts[profile + 1];
                if (decay > 0) {
                    addFading(factor, decay, rows.seconds[k], from, end);
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

        private void addValues(double factor, int from, int end) {
            double[] to = sums;
            for (int m = from; m < end; m++) {
                to[places[m]] += factor * values[m];
            }
        }

        private void addFading(double factor, double decay, long at, int from, int end) {
            double[] to = sums;
            for (int m = from; m < end; m++) {
                double value = values.length == 0 ? factor : factor * values[m];
                to[places[m]] += value / (1 + decay * Math.abs(at - seconds[m]));
            }
        }

        @Override
        void offerChunk(int row, int chunk, double need, Best to) {
            double[] all = sums;
            int from = chunk * CHUNK;
            double most = 0;
            for (int place = from; place < from + CHUNK; place++) {
                most = Math.max(most, all[place]);
            }
            if (most > 0 && most >= need) {
                for (int place = from; place < from + CHUNK; place++) {
                    if (all[place] >= need && all[place] > 0 && supported(place)) {
                        to.offer(rowAt[place], score(row, place, all[place], 0));
                    }
                }
            }
        }

        @Override
        void offerOnce(int row, int place) {
            if (sums[place] != 0 && supported(place)) {
                best.offer(rowAt[place], score(row, place, sums[place], 0));
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
