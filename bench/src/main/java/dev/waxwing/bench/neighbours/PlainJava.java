package dev.waxwing.bench.neighbours;

import dev.waxwing.bench.neighbours.OneSubject.Found;
import dev.waxwing.learn.Interactions;

import java.util.Arrays;
import java.util.PriorityQueue;

/// The yardstick: what one writes first. An int counter for each other row, and a heap of the best.
final class PlainJava {
    private PlainJava() {}

    private record Scored(int id, double score) implements Comparable<Scored> {
        @Override
        public int compareTo(Scored other) {
            int byScore = Double.compare(score, other.score);
            return byScore != 0 ? byScore : Integer.compare(other.id, id);
        }
    }

    static Found itemCosine(Interactions acts, int top) {
        int[][] ofUser = lists(acts, true);
        int[][] ofItem = lists(acts, false);
        return neighbours(ofItem, ofUser, top, 1);
    }

    /// @param share one of how many users is done; they are told, not multiplied
    static Found userCosine(Interactions acts, int top, int share) {
        int[][] ofUser = lists(acts, true);
        int[][] ofItem = lists(acts, false);
        return neighbours(ofUser, ofItem, top, share);
    }

    private static int[][] lists(Interactions acts, boolean byUser) {
        int[] lengths = new int[byUser ? acts.userCount() : acts.itemCount()];
        for (int k = 0; k < acts.size(); k++) {
            lengths[byUser ? acts.user(k) : acts.item(k)]++;
        }
        int[][] lists = new int[lengths.length][];
        Arrays.setAll(lists, i -> new int[lengths[i]]);
        Arrays.fill(lengths, 0);
        for (int k = 0; k < acts.size(); k++) {
            int one = byUser ? acts.user(k) : acts.item(k);
            lists[one][lengths[one]++] = byUser ? acts.item(k) : acts.user(k);
        }
        return lists;
    }

    private static Found neighbours(int[][] rows, int[][] profiles, int top, int share) {
        int[] counts = new int[rows.length];
        int[] touched = new int[rows.length];
        long found = 0;
        double sum = 0;
        for (int row = 0; row < rows.length; row += share) {
            int n = 0;
            for (int profile : rows[row]) {
                for (int other : profiles[profile]) {
                    if (counts[other]++ == 0) {
                        touched[n++] = other;
                    }
                }
            }
            PriorityQueue<Scored> best = new PriorityQueue<>(top + 1);
            for (int i = 0; i < n; i++) {
                int other = touched[i];
                double score =
                        counts[other] / Math.sqrt((double) rows[row].length * rows[other].length);
                counts[other] = 0;
                if (other != row && (best.size() < top || score >= best.peek().score())) {
                    best.add(new Scored(other, score));
                    if (best.size() > top) {
                        best.remove();
                    }
                }
            }
            found += best.size();
            sum += best.stream().mapToDouble(Scored::score).sum();
        }
        return new Found(found, sum);
    }
}
