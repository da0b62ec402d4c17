package dev.waxwing.learn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Finds the nearest of an item from what the night before knew, where that proves them; else the item is to be counted.
///
/// The counts of the items that were kept are moved by [ListChanges] and so are exact. Of any other item `j` the old
/// count is bounded by the score that no such item exceeded then, at the lengths of then, so its new count is at most that
/// much plus what came. The few of whom this allows the highest scores are counted, and the highest of the rest is the new
/// bound: as long as it stays below the worst score that is wanted, no other item can be among the nearest.
///
/// The bound rises a little from night to night, and when it is no longer below what is wanted the item is counted again.
final class NextNight {
    private static final int DOUBTS = 8; // items that are counted to keep the bound low

    /// How far a bound rises in a night at least, of its way to what is wanted.
    private static final double RISE = 0.25;

    /// How many times as many as are wanted are kept of an item that is counted, and how many before it is counted again.
    static final int SPARE = 3;

    private static final int MOST_SPARE = 6;
    private static final double SLACK2 = Scores.SLACK * Scores.SLACK;

    /// Movements are counted from here, so that none is below 0 and two can be looked at in one addition of 64 bits.
    private static final int ZERO = 1 << 30;

    private static final long BOTH = 1L << 32 | 1;
    private static final long HIGHEST = BOTH << 31;

    private final KeptNeighbours before;
    private final ListChanges changes;
    private final NeighbourParams params;
    private final Profiles.Side items;
    private final int userCount;
    private final int[] rowAt;
    private final int[] placeOf;
    private final Scores then;
    private final Scores now;

    /// The place of each chunk whose item was the longest.
    private final int[] longest;

    /// What a bound is multiplied with to get the most users in common, by place; empty if scores are not linear.
    private final double[] capAt;

    /// The items that a user has, on average of all acts.
    private final long meetingsAnAct;

    NextNight(
            KeptNeighbours before,
            ListChanges changes,
            NeighbourParams params,
            PlacedProfiles lists,
            Scores now,
            long meetings) {
        this.before = before;
        this.changes = changes;
        this.params = params;
        items = lists.rows;
        userCount = lists.starts.length - 1;
        rowAt = lists.rowAt;
        placeOf = lists.placeOf;
        this.now = now;
        then = now.withLengths(before.itemLengths(), rowAt);
        meetingsAnAct = meetings / Math.max(1, items.ids.length);
        longest = new int[now.chunks()];
        capAt = new double[now.linear ? rowAt.length : 0];
        for (int place = 0; place < capAt.length; place++) {
            capAt[place] = then.needAt(0, 1, place) / SLACK2;
        }
        for (int chunk = 0; chunk < longest.length; chunk++) {
            longest[chunk] = longest(chunk);
        }
    }

    private int longest(int chunk) {
        int found = chunk * Scores.CHUNK;
        int end = Math.min(rowAt.length, found + Scores.CHUNK);
        for (int place = found; place < end; place++) {
            found = then.lengths[place] > then.lengths[found] ? place : found;
        }
        return found;
    }

    /// Users whose lists differ from those of the night before.
    int changedUsers() {
        return changes.users;
    }

    /// Whether so much has changed that counting everything is sooner done.
    boolean tooMuch(long meetings) {
        return changes.steps > meetings / 2;
    }

    /// Scratch space of one thread.
    final class Prover {
        /// By how much the count with the item at each place moved, counted from [#ZERO]; 0 if it is known.
        private final int[] moved = new int[rowAt.length + Scores.CHUNK];

        private final MemorySegment twos = MemorySegment.ofArray(moved);
        private final int[] list = new int[rowAt.length];

        private final Best best;
        private final Best doubts = new Best(DOUBTS);
        private final long[] users = new long[(userCount + 63) / 64];
        private int[] found = {};
        private int[] counts = {};
        private double[] scores = {};
        private int size;

        /// @param best where the nearest are put
        Prover(Best best) {
            this.best = best;
            Arrays.fill(moved, ZERO);
        }

        /// Puts the nearest of an item into `best`; answers what is known of it now, or [KeptRow#NONE] if it is to be
        /// counted, whatever `best` holds then.
        KeptRow find(int item) {
            KeptRow old = before.row(item);
            if (old == KeptRow.NONE) {
                return old;
            }
            changes.addTo(item, items, moved, list);
            KeptRow next = next(item, old);
            Arrays.fill(moved, ZERO);
            return next;
        }

        private KeptRow next(int item, KeptRow old) {
            best.begin(Double.NEGATIVE_INFINITY);
            moveKept(item, old);
            double wanted = best.worstOfAll();
            double scale = now.linear ? now.asRow[item] / then.asRow[item] : 1;
            double stays = old.bound * scale / Scores.SLACK; // of who stayed as they were
            if (stays > 0 && stays >= wanted) {
                return KeptRow.NONE;
            }
            double floor = stays + (wanted - stays) * RISE;
            doubts.begin(floor);
            offerDoubts(item, old.bound);
            double bound = doubts.gather() < DOUBTS ? floor : doubts.worst() / Scores.SLACK;
            if ((bound > 0 && bound >= wanted) || !count(item)) {
                return KeptRow.NONE;
            }
            int kept = 0;
            for (int k = 0; k < size; k++) {
                found[kept] = found[k];
                counts[kept] = counts[k];
                kept += scores[k] >= bound ? 1 : 0;
            }
            return kept > MOST_SPARE * params.top()
                    ? KeptRow.NONE
                    : new KeptRow(bound, Arrays.copyOf(found, kept), Arrays.copyOf(counts, kept));
        }

        private void moveKept(int item, KeptRow old) {
            size = 0;
            room(old.items.length + DOUBTS);
            for (int k = 0; k < old.items.length; k++) {
                int place = placeOf[old.items[k]];
                know(item, place, old.counts[k] + moved[place] - ZERO);
                moved[place] = 0;
            }
            moved[placeOf[item]] = 0; // not its own neighbour
        }

        private void room(int most) {
            if (found.length < most) {
                found = new int[2 * most];
                counts = new int[2 * most];
                scores = new double[2 * most];
            }
        }

        private void know(int item, int place, int count) {
            if (count >= params.minSupport()) {
                double score = now.score(item, place, count, count);
                found[size] = rowAt[place];
                counts[size] = count;
                scores[size++] = score;
                best.offer(rowAt[place], score);
            }
        }

        /// Offers the highest scores that items may have of which the count is not known.
        private void offerDoubts(int item, double bound) {
            double cap = then.base(item, bound);
            double floor = doubts.worst();
            double base = now.base(item, floor);
            for (int chunk = 0; chunk < longest.length; chunk++) {
                int from = chunk * Scores.CHUNK;
                double need = Math.max(params.minSupport(), now.need(item, base, chunk));
                if (need > now.lengths[from]) {
                    continue;
                }
                double most = most(item, cap, longest[chunk]);
                int least = (int) Math.ceil(need - most - 1e-6);
                if (any(from, least)) {
                    offerDoubts(item, cap, from, least);
                    if (doubts.worst() != floor) {
                        floor = doubts.worst();
                        base = now.base(item, floor);
                    }
                }
            }
        }

        private boolean any(int from, int least) {
            long lift =
                    (ZERO - least) * BOTH; // brings those that reach `least` to their highest bit
            long any = 0;
            for (int i = 0; i < Scores.CHUNK; i += 2) {
                any |= twos.get(ValueLayout.JAVA_LONG_UNALIGNED, 4L * (from + i)) + lift;
            }
            return (any & HIGHEST) != 0;
        }

        private void offerDoubts(int item, double cap, int from, int least) {
            int end = Math.min(from + Scores.CHUNK, rowAt.length);
            int own = now.lengths[placeOf[item]];
            for (int place = from; place < end; place++) {
                if (moved[place] >= ZERO + least) {
                    int count = (int) most(item, cap, place) + moved[place] - ZERO;
                    count = Math.min(count, Math.min(own, now.lengths[place]));
                    if (count >= params.minSupport()) {
                        doubts.offer(place, now.score(item, place, count, count));
                    }
                }
            }
        }

        /// The most users that an item at a place can have had in common with another if it was not kept.
        private double most(int item, double cap, int place) {
            double scored =
                    now.linear ? cap * capAt[place] : then.needAt(item, cap, place) / SLACK2;
            return Math.max(params.minSupport() - 1, Math.min(scored, then.lengths[place]));
        }

        /// Counts those in doubt; answers whether that was less work than to count everything.
        private boolean count(int item) {
            int doubtful = doubts.size();
            if (doubtful == 0) {
                return true;
            }
            long work = items.length(item);
            for (int k = 0; k < doubtful; k++) {
                work += now.lengths[doubts.id(k)];
            }
            if (work > items.length(item) * meetingsAnAct / 2) {
                return false;
            }
            mark(item, true);
            for (int k = 0; k < doubtful; k++) {
                int place = doubts.id(k);
                know(item, place, common(rowAt[place]));
            }
            mark(item, false);
            return true;
        }

        private void mark(int item, boolean on) {
            for (int k = items.starts[item]; k < items.starts[item + 1]; k++) {
                int user = items.ids[k];
                users[user >> 6] = on ? users[user >> 6] | 1L << user : 0;
            }
        }

        private int common(int other) {
            int common = 0;
            for (int k = items.starts[other]; k < items.starts[other + 1]; k++) {
                int user = items.ids[k];
                common += (int) (users[user >> 6] >>> user & 1);
            }
            return common;
        }
    }
}
