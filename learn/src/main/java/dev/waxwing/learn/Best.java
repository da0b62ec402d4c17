package dev.waxwing.learn;

/// The best few of many scored numbers that are offered in any order: a heap with the worst on top. Of equal scores
/// the smaller number is better.
final class Best {
    private final int most;
    private final int[] ids;
    private final double[] scores;
    private int size;

    Best(int most) {
        this.most = most;
        this.ids = new int[most];
        this.scores = new double[most];
    }

    int size() {
        return size;
    }

    /// A score below this is not worth offering.
    double worst() {
        return size < most ? Double.NEGATIVE_INFINITY : scores[0];
    }

    void offer(int id, double score) {
        if (size < most) {
            int at = size++;
            while (at > 0 && worse(id, score, (at - 1) / 2)) {
                move((at - 1) / 2, at);
                at = (at - 1) / 2;
            }
            ids[at] = id;
            scores[at] = score;
        } else if (!worse(id, score, 0)) {
            sink(id, score);
        }
    }

    /// Takes everything out, best first.
    void drainInto(int[] bestIds, double[] bestScores) {
        while (size > 0) {
            bestIds[size - 1] = ids[0];
            bestScores[size - 1] = scores[0];
            size--;
            sink(ids[size], scores[size]);
        }
    }

    /// Puts an entry in the place of the top and lets it sink to where it belongs.
    private void sink(int id, double score) {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && worse(ids[child + 1], scores[child + 1], child)) {
                child++;
            }
            if (worse(id, score, child)) {
                break;
            }
            move(child, at);
            at = child;
        }
        ids[at] = id;
        scores[at] = score;
    }

    private boolean worse(int id, double score, int than) {
        return score < scores[than] || (score == scores[than] && id > ids[than]);
    }

    private void move(int from, int to) {
        ids[to] = ids[from];
        scores[to] = scores[from];
    }
}
