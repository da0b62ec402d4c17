package dev.waxwing.learn;

/// The best few of many scored numbers that are offered in any order. Of equal scores the smaller number is better.
///
/// Offers are gathered, and when four times as many as are wanted have come, the worse ones are thrown out by
/// quickselect: a few steps an offer, where a heap takes its whole height.
final class Best {
    private final int most;

    /// What those that are offered are called; empty if they come under their numbers.
    private final int[] numbers;

    private final int[] ids;
    private final double[] scores;
    private int size;

    /// So many of these have their numbers. The others get theirs together, since each may have to be waited for.
    private int numbered;

    private double worst = Double.NEGATIVE_INFINITY;

    Best(int most) {
        this(most, new int[0]);
    }

    /// @param numbers by what is offered, its number
    Best(int most, int[] numbers) {
        this.most = most;
        this.numbers = numbers;
        this.ids = new int[4 * most + 16];
        this.scores = new double[4 * most + 16];
    }

    /// Begins anew.
    /// @param floor a score below which nothing is wanted
    void begin(double floor) {
        size = 0;
        numbered = 0;
        worst = floor;
    }

    /// A score below this is not worth offering.
    double worst() {
        return worst;
    }

    /// How many have been taken and not been thrown out again.
    int size() {
        return size;
    }

    /// The worst score of as many as are wanted; 0 if there are not as many.
    double worstOfAll() {
        keepBest();
        return size < most ? 0 : worst;
    }

    void offer(int id, double score) {
        if (score < worst) {
            return;
        }
        ids[size] = id;
        scores[size++] = score;
        if (size == ids.length) {
            keepBest();
        }
    }

    /// Leaves the best and no other, in any order; answers how many they are.
    int gather() {
        keepBest();
        return size;
    }

    /// Leaves the best and no other, in their order; answers how many they are.
    int settle() {
        keepBest();
        sort(0, size);
        return size;
    }

    /// The number of one of those that were gathered.
    int id(int nth) {
        return ids[nth];
    }

    /// Offers what was gathered to another.
    void pourInto(Best other) {
        keepBest();
        for (int k = 0; k < size; k++) {
            other.offer(ids[k], scores[k]);
        }
        begin(Double.NEGATIVE_INFINITY);
    }

    /// Takes everything out after [#settle], best first.
    void drainInto(int[] bestIds, double[] bestScores) {
        System.arraycopy(ids, 0, bestIds, 0, size);
        System.arraycopy(scores, 0, bestScores, 0, size);
        begin(Double.NEGATIVE_INFINITY);
    }

    private void keepBest() {
        for (; numbers.length > 0 && numbered < size; numbered++) {
            ids[numbered] = numbers[ids[numbered]];
        }
        if (size < most) {
            return;
        }
        int low = 0;
        int high = size;
        while (high - low > 1) { // what is before low is better, what is from high on is worse
            int cut = partition(low, high);
            if (cut >= most) {
                high = cut;
            } else {
                low = cut + 1;
            }
            if (cut == most - 1) {
                break;
            }
        }
        size = most;
        numbered = most;
        worst = scores[0];
        for (int i = 1; i < most; i++) {
            worst = Math.min(worst, scores[i]);
        }
    }

    private void sort(int low, int high) {
        while (high - low > 12) {
            int cut = partition(low, high);
            if (cut - low
                    < high - cut) { // the longer part by looping, so that calls do not pile up
                sort(low, cut);
                low = cut + 1;
            } else {
                sort(cut + 1, high);
                high = cut;
            }
        }
        for (int i = low + 1; i < high; i++) {
            int id = ids[i];
            double score = scores[i];
            int at = i;
            while (at > low && better(id, score, at - 1)) {
                ids[at] = ids[at - 1];
                scores[at] = scores[at - 1];
                at--;
            }
            ids[at] = id;
            scores[at] = score;
        }
    }

    /// Puts the better ones of a stretch before, the worse ones after an entry; answers where that is then.
    @SuppressWarnings("ShortCircuitBoolean") // a branch would be foretold wrongly as often as not
    private int partition(int low, int high) {
        int last = high - 1;
        int middle = (low + last) >>> 1;
        order(low, middle);
        order(middle, last);
        order(low, middle);
        swap(middle, last);
        int id = ids[last];
        double score = scores[last];
        int cut = low;
        for (int i = low; i < last; i++) {
            double next = scores[i];
            int nextId = ids[i];
            boolean before = next > score | (next == score & nextId < id);
            scores[i] = scores[cut];
            ids[i] = ids[cut];
            scores[cut] = next;
            ids[cut] = nextId;
            cut += before ? 1 : 0;
        }
        swap(cut, last);
        return cut;
    }

    private void order(int one, int other) {
        if (better(ids[other], scores[other], one)) {
            swap(one, other);
        }
    }

    private boolean better(int id, double score, int than) {
        return score > scores[than] || (score == scores[than] && id < ids[than]);
    }

    private void swap(int one, int other) {
        int id = ids[one];
        ids[one] = ids[other];
        ids[other] = id;
        double score = scores[one];
        scores[one] = scores[other];
        scores[other] = score;
    }
}
