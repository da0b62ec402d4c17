package dev.waxwing.learn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Every act counts 1: whole numbers do. They are counted in 16 bits, so that 20 000 counters stay in a near cache.
final class CountTallies extends Tallies {
    /// Counters of 16 bits are read off before they can run over.
    static final int MOST = Short.MAX_VALUE;

    /// A number in each quarter of 64 bits is multiplied by this, and each quarter's highest bit.
    private static final long EACH = 0x0001_0001_0001_0001L;

    private static final long HIGHEST = EACH << 15;

    /// Turns the number of a quarter, counted from the lowest bits, into that of a place.
    private static final int TURN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0 : 3;

    private final char[] near;

    /// The counts of a row that is too long for 16 bits.
    private int[] wide = {};

    private boolean longRow;
    private final boolean keeps;
    private final MemorySegment fours = MemorySegment.ofArray(common);

    /// @param keeps whether more are sought than are wanted, to be known the next night
    CountTallies(PlacedProfiles lists, Scores scores, NeighbourParams params, boolean keeps) {
        super(lists, scores, params, keeps ? NextNight.SPARE * params.top() : params.top(), true);
        this.keeps = keeps;
        near = lists.near;
    }

    @Override
    void note(int row) {
        if (keeps) {
            int[] others = new int[best.gather()];
            int[] counts = new int[others.length];
            for (int k = 0; k < others.length; k++) {
                others[k] = best.id(k);
                int place = placeOf[others[k]];
                counts[k] = longRow ? wide[place] : common[place];
            }
            boolean all = others.length < NextNight.SPARE * params.top();
            known = new KeptRow(all ? 0 : best.worst(), others, counts);
        }
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

    private void begin(int row) {
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
                    to.offer(place, scores.score(row, place, wide[place], wide[place]));
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
        double factor =
                scores.linear && scores.alike[chunk]
                        ? scores.asRow[row] * scores.largest[chunk]
                        : 0;
        for (; hits != 0; hits &= hits - 1) {
            int bit = Long.numberOfTrailingZeros(hits);
            int place = from + 4 * (bit & 15) + ((bit >>> 4) ^ TURN);
            int count = common[place];
            // a factor from far away would be waited for
            double score = factor > 0 ? count * factor : scores.score(row, place, count, count);
            if (score >= to.worst()) {
                to.offer(place, score);
            }
        }
    }

    @Override
    void offerOnce(int row, int place) {
        int count = common[place];
        if (count >= params.minSupport()) {
            best.offer(place, scores.score(row, place, count, count));
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
