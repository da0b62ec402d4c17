package dev.waxwing.learn;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/// Minimises a smooth convex function plus `Σ l1ᵢ·|wᵢ|`: L-BFGS with backtracking, which becomes OWL-QN wherever an
/// `l1ᵢ` is above 0.
///
/// The first guess at the inverse Hessian is diagonal and given by the caller: one-hot columns differ in frequency
/// by orders of magnitude, which the first steps would otherwise have to find out.
///
/// Source: Nocedal & Wright, "Numerical Optimization", 2nd ed., algorithm 7.4; Andrew & Gao, "Scalable training of
/// L1-regularized log-linear models", ICML 2007.
final class Lbfgs {
    private static final int MEMORY = 10;
    private static final int BACKTRACKS = 40;
    private static final double SUFFICIENT = 1e-4;

    private final Smooth smooth;
    private final double[] l1;
    private final double[] curvature;
    private final double firstStep;

    private final Deque<Pair> memory = new ArrayDeque<>();
    private double[] w;
    private double[] gradient;
    private double value;
    private int iterations;
    private boolean converged;

    /// The smooth part of what is minimised.
    @FunctionalInterface
    interface Smooth {
        /// @param gradient is overwritten with the gradient at `w`
        /// @return the value at `w`
        double at(double[] w, double[] gradient);
    }

    /// One step of the past: how `w` and the gradient changed.
    private static final class Pair {
        final double[] s;
        final double[] y;
        final double rho;

        Pair(double[] s, double[] y, double sy) {
            this.s = s;
            this.y = y;
            this.rho = 1 / sy;
        }
    }

    /// @param l1 penalty of each coordinate, 0 = none
    /// @param curvature a guess at the second derivative of each coordinate, above 0
    /// @param firstStep how much of the first step to try; later steps know better by themselves
    Lbfgs(Smooth smooth, double[] l1, double[] curvature, double firstStep) {
        this.smooth = smooth;
        this.l1 = l1;
        this.curvature = curvature;
        this.firstStep = firstStep;
    }

    /// @param epsilon stop when an iteration lowers the value by less
    void minimize(double[] start, int maxIterations, double epsilon) {
        w = start.clone();
        gradient = new double[w.length];
        value = smooth.at(w, gradient) + penalty(w);
        while (iterations < maxIterations && !converged) {
            double before = value;
            if (!step()) {
                if (memory.isEmpty()) {
                    converged = true; // not even the steepest way leads down: this is the bottom
                }
                memory.clear();
                continue;
            }
            iterations++;
            converged = before - value < epsilon;
        }
    }

    double[] w() {
        return w;
    }

    double value() {
        return value;
    }

    int iterations() {
        return iterations;
    }

    boolean converged() {
        return converged;
    }

    /// One iteration; false if no step along the direction lowers the value enough.
    private boolean step() {
        int n = w.length;
        double[] slope = pseudoGradient();
        double[] direction = direction(slope);
        for (int i = 0; i < n; i++) {
            if (l1[i] > 0 && direction[i] * slope[i] >= 0) {
                direction[i] = 0; // must not point up the true slope
            }
        }
        double[] next = new double[n];
        double[] nextGradient = new double[n];
        double length = memory.isEmpty() ? firstStep : 1;
        for (int attempt = 0; attempt < BACKTRACKS; attempt++, length /= 2) {
            double expected = 0;
            for (int i = 0; i < n; i++) {
                next[i] = w[i] + length * direction[i];
                if (l1[i] > 0) {
                    double orthant = w[i] == 0 ? -slope[i] : w[i];
                    if (next[i] * orthant <= 0) {
                        next[i] = 0; // a step ends where a coordinate changes its sign
                    }
                }
                expected += slope[i] * (next[i] - w[i]);
            }
            if (!(expected < 0)) {
                return false;
            }
            double nextValue = smooth.at(next, nextGradient) + penalty(next);
            if (nextValue <= value + SUFFICIENT * expected) {
                remember(next, nextGradient);
                w = next;
                gradient = nextGradient;
                value = nextValue;
                return true;
            }
        }
        return false;
    }

    private void remember(double[] next, double[] nextGradient) {
        double[] s = new double[w.length];
        double[] y = new double[w.length];
        double sy = 0;
        double yy = 0;
        for (int i = 0; i < s.length; i++) {
            s[i] = next[i] - w[i];
            y[i] = nextGradient[i] - gradient[i];
            sy += s[i] * y[i];
            yy += y[i] * y[i];
        }
        if (sy > 1e-12 * yy) { // else the step tells nothing about curvature
            if (memory.size() == MEMORY) {
                memory.removeFirst();
            }
            memory.addLast(new Pair(s, y, sy));
        }
    }

    /// The gradient where the penalty is smooth, else the one-sided slope that leads down, else 0.
    private double[] pseudoGradient() {
        double[] slope = gradient.clone();
        for (int i = 0; i < slope.length; i++) {
            if (l1[i] > 0) {
                double g = gradient[i];
                if (w[i] > 0 || (w[i] == 0 && g < -l1[i])) {
                    slope[i] = g + l1[i];
                } else if (w[i] < 0 || g > l1[i]) {
                    slope[i] = g - l1[i];
                } else {
                    slope[i] = 0;
                }
            }
        }
        return slope;
    }

    /// The two-loop recursion: minus the inverse Hessian, as far as remembered, times the slope.
    private double[] direction(double[] slope) {
        double[] q = new double[slope.length];
        for (int i = 0; i < q.length; i++) {
            q[i] = -slope[i];
        }
        double[] alphas = new double[memory.size()];
        int at = memory.size();
        for (Iterator<Pair> back = memory.descendingIterator(); back.hasNext(); ) {
            Pair pair = back.next();
            alphas[--at] = pair.rho * dot(pair.s, q);
            add(q, -alphas[at], pair.y);
        }
        double scale = 1;
        if (!memory.isEmpty()) {
            Pair last = memory.getLast();
            double yHy = 0;
            for (int i = 0; i < q.length; i++) {
                yHy += last.y[i] * last.y[i] / curvature[i];
            }
            scale = 1 / (last.rho * yHy);
        }
        for (int i = 0; i < q.length; i++) {
            q[i] *= scale / curvature[i];
        }
        for (Pair pair : memory) {
            double beta = pair.rho * dot(pair.y, q);
            add(q, alphas[at++] - beta, pair.s);
        }
        return q;
    }

    private double penalty(double[] at) {
        double sum = 0;
        for (int i = 0; i < at.length; i++) {
            sum += l1[i] * Math.abs(at[i]);
        }
        return sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void add(double[] to, double factor, double[] what) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * what[i];
        }
    }
}
