package dev.waxwing.learn;

/// What a row has in common with all others, in one dense array that its profiles add to, and the search for the best of
/// it. The scratch space of one thread.
///
/// In a chunk of [Scores#CHUNK] neighbours of nearly one length a single bound tells from the tallies alone that none of
/// them can be among the best, so that most of them are looked at together. A sample of the chunks says at which score
/// the bound may begin.
abstract sealed class Tallies permits CountTallies, FixedTallies, SumTallies {
    static final int CHUNK = Scores.CHUNK;
    static final int AHEAD = 32; // profiles that are brought near together
    private static final int SAMPLED = 8; // one chunk of so many

    final PlacedProfiles lists;
    final Scores scores;
    final NeighbourParams params;

    /// What is used all the time of [#lists].
    final Profiles.Side rows;

    final int[] placeOf;
    final int[] starts;
    final int[] places;

    /// How many places on the next chunk to look at is: they are visited all over the range, so that the first ones seen
    /// are a fair sample and the bound is soon a good one.
    private final int stride;

    /// What is found; more than `top` if that is to be kept.
    final Best best;

    /// Of a sample, so many that their worst is reached by more than are sought of all but for a rare accident.
    private final Best scout;

    /// What is known of the row that was found last, if somebody keeps it.
    KeptRow known = KeptRow.NONE;

    private final int most;
    private int touched;

    /// How many profiles a row has in common with each other; only kept by those who need to know.
    final char[] common;

    /// @param most how many are sought
    /// @param counting whether common profiles are to be counted
    Tallies(
            PlacedProfiles lists,
            Scores scores,
            NeighbourParams params,
            int most,
            boolean counting) {
        this.lists = lists;
        this.scores = scores;
        this.params = params;
        this.most = most;
        rows = lists.rows;
        placeOf = lists.placeOf;
        starts = lists.starts;
        places = lists.places;
        stride = stride(scores.chunks());
        int[] rowAt = lists.rowAt;
        best = new Best(most, rowAt);
        double sampled = (double) most / SAMPLED;
        scout = new Best((int) Math.ceil(sampled + 3 * Math.sqrt(sampled)), rowAt);
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
                    offerOnce(row, lists.place(m));
                }
            }
            return;
        }
        double floor = scout(row);
        best.begin(floor);
        offerChunks(row, scores.chunks(), best);
        if (floor > 0 && best.size() < most) { // it was too high
            best.begin(0);
            offerChunks(row, scores.chunks(), best);
        }
        note(row);
        forgetAll();
    }

    /// A score that, to judge by a sample of the chunks, more than `top` neighbours reach, but not many more: who knows it
    /// from the beginning need offer few. 0 if there is too little to tell.
    private double scout(int row) {
        int sampled = scores.chunks() / SAMPLED;
        if (sampled < SAMPLED) {
            return 0;
        }
        scout.begin(0);
        offerChunks(row, sampled, scout);
        return scout.worstOfAll();
    }

    /// Offers the first `some` of the chunks, in the order in which they are visited.
    private void offerChunks(int row, int some, Best to) {
        int chunks = scores.chunks();
        int chunk = 0;
        double worst = to.worst();
        double base = scores.base(row, worst);
        for (int nth = 0; nth < some; nth++) {
            offerChunk(row, chunk, scores.need(row, base, chunk), to);
            if (to.worst() != worst) {
                worst = to.worst();
                base = scores.base(row, worst);
            }
            chunk += stride;
            chunk -= chunk >= chunks ? chunks : 0;
        }
    }

    /// Adds up what the row has in common with all others.
    abstract void addUp(int row);

    /// Brings near how the profiles begin of acts `k` to `end - 1` of a row.
    final void touch(int k, int end) {
        touched = lists.touch(k, end, touched);
    }

    final void touchAhead(int row, int k) {
        if ((k - rows.starts[row]) % AHEAD == 0) {
            touch(k, Math.min(k + AHEAD, rows.starts[row + 1]));
        }
    }

    /// Makes a note of what was found, for who keeps it.
    void note(int row) {}

    /// Offers those of a chunk whose tally is at least `need`.
    abstract void offerChunk(int row, int chunk, double need, Best to);

    /// Offers one neighbour and forgets its tally, so that the next time it comes by it is none.
    abstract void offerOnce(int row, int place);

    abstract void forgetAll();

    final boolean supported(int place) {
        return common.length == 0 || common[place] >= params.minSupport();
    }

    /// Keeps 16-bit counters that only have to reach `min-support` from running over, every now and then.
    final void saturate(int profiles) {
        if (common.length > 0 && profiles % (CountTallies.MOST / 2) == CountTallies.MOST / 2 - 1) {
            for (int i = 0; i < common.length; i++) {
                common[i] = (char) Math.min(common[i], CountTallies.MOST / 2);
            }
        }
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
}
