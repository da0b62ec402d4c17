package dev.waxwing.learn;

import dev.waxwing.model.FactorModel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Learns a logistic regression by L-BFGS, or by OWL-QN under an L1 penalty. What is minimised over `n` rows is
///
///     1/n · [ Σ rows −ln p(label) + penalty(w) ],   penalty = level·Σ|wᵢ|  or  level/2·Σwᵢ²,   intercept free
///
/// and it ends when an iteration gains less than `epsilon`. An iteration costs about one pass over the active
/// columns forth (margins) and one back (gradient).
///
/// Rows are added up in eight fixed stripes whose sums are then added in order, so the result is the same to the
/// bit whatever the number of threads.
public final class LrTrainer {
    private static final int STRIPES = 8;

    private LrTrainer() {}

    /// @param labels one a row; 1 = clicked, 0 = shown and passed over
    /// @throws TrainingException if the labels are all equal, or the objective stops being finite
    public static LrModel train(LinearRows rows, float[] labels, LrParams params) {
        int positives = Labels.positivesOfBothClasses(labels, rows.rows(), "lr");
        double share = (double) positives / rows.rows();
        double intercept = Math.log(share / (1 - share));
        return train(rows, labels, params, intercept, new double[rows.features()]);
    }

    /// The same for rows that carry their own labels and weights (of the weights' sum, where the formula says n).
    ///
    /// @param positiveLabel rows with this label are the clicked ones, all others are not; there is no default
    /// @throws TrainingException as above, also if no row or every row has that label
    public static FactorModel train(FactorRows rows, float positiveLabel, LrParams params) {
        float[] labels = new float[rows.rows()];
        double clicked = 0;
        double all = 0;
        for (int row = 0; row < labels.length; row++) {
            labels[row] = rows.label(row) == positiveLabel ? 1 : 0;
            clicked += labels[row] * rows.weight(row);
            all += rows.weight(row);
        }
        Labels.positivesOfBothClasses(labels, rows.rows(), "lr, positive label " + positiveLabel);
        double intercept = Math.log(clicked / (all - clicked));
        LrModel model = train(rows, labels, params, intercept, new double[rows.features()]);
        double[] coefficients = model.coefficients();
        float[] weights = new float[rows.features()];
        for (int feature = 0; feature < weights.length; feature++) {
            weights[feature] = (float) coefficients[feature];
        }
        return FactorModel.linear((float) model.intercept(), weights);
    }

    /// As above, with a penalty on what coefficients differ from `prior`, which is also where the search begins.
    static LrModel train(
            LinearRows rows,
            float[] labels,
            LrParams params,
            double priorIntercept,
            double[] prior) {
        int positives = Labels.positivesOfBothClasses(labels, rows.rows(), "lr");
        int intercept = rows.features();
        double n = 0;
        for (int row = 0; row < rows.rows(); row++) {
            n += rows.weight(row);
        }
        double share = (double) positives / rows.rows();

        double l1 = params.penalty() == LrPenalty.L1 ? params.penaltyLevel() / n : 0;
        double l2 = params.penalty() == LrPenalty.L2 ? params.penaltyLevel() / n : 0;
        double[] penalties = new double[intercept + 1];
        Arrays.fill(penalties, 0, intercept, l1);
        double[] curvature = new double[intercept + 1];
        rows.addSquares(curvature);
        curvature[intercept] = n;
        for (int i = 0; i <= intercept; i++) {
            double guess = curvature[i] / n * share * (1 - share) + (i < intercept ? l2 : 0);
            curvature[i] = guess > 0 ? guess : 1; // a column that is never active does not move
        }
        // What is sought is how far to go from here, so the penalties hold around it.
        double[] here = Arrays.copyOf(prior, intercept + 1);
        here[intercept] = priorIntercept;

        try (Stripes stripes = new Stripes(rows, labels, n, params.threads())) {
            Lbfgs.Smooth loss =
                    (away, gradient) -> {
                        double value = stripes.meanLoss(sum(here, away), gradient);
                        for (int i = 0; i < intercept; i++) {
                            value += l2 / 2 * away[i] * away[i];
                            gradient[i] += l2 * away[i];
                        }
                        return value;
                    };
            double activePerRow = 1 + (double) rows.activeInAll() / rows.rows();
            Lbfgs search = new Lbfgs(loss, penalties, curvature, 1 / activePerRow);
            search.minimize(new double[intercept + 1], params.iterations(), params.epsilon());
            if (!Double.isFinite(search.value())) {
                throw new TrainingException(
                        "lr: the objective became "
                                + search.value()
                                + " in iteration "
                                + search.iterations()
                                + "; scale the columns to values of order 1");
            }
            double[] w = sum(here, search.w());
            return new LrModel(
                    w[intercept],
                    Arrays.copyOf(w, intercept),
                    search.iterations(),
                    search.value(),
                    search.converged());
        }
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        Arrays.setAll(sum, i -> a[i] + b[i]);
        return sum;
    }

    /// The rows' mean log loss and its gradient, computed in stripes.
    private static final class Stripes implements AutoCloseable {
        private final LinearRows rows;
        private final float[] labels;
        private final double n; // rows, each as often as it counts
        private final ExecutorService pool;
        private final double[][] gradients;
        private final double[] losses;

        Stripes(LinearRows rows, float[] labels, double n, int threads) {
            this.n = n;
            this.rows = rows;
            this.labels = labels;
            int stripes = Math.min(STRIPES, rows.blocks());
            this.gradients = new double[stripes][rows.features() + 1];
            this.losses = new double[stripes];
            this.pool = Executors.newFixedThreadPool(Math.min(threads, stripes));
        }

        double meanLoss(double[] w, double[] gradient) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int stripe = 0; stripe < losses.length; stripe++) {
                int mine = stripe;
                work.add(
                        () -> {
                            addUp(mine, w);
                            return null;
                        });
            }
            try {
                for (Future<Void> done : pool.invokeAll(work)) {
                    done.get();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TrainingException("lr: training was interrupted", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
            double loss = 0;
            Arrays.fill(gradient, 0);
            for (int stripe = 0; stripe < losses.length; stripe++) {
                loss += losses[stripe];
                double[] part = gradients[stripe];
                for (int i = 0; i < gradient.length; i++) {
                    gradient[i] += part[i];
                }
            }
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] /= n;
            }
            return loss / n;
        }

        private void addUp(int stripe, double[] w) {
            double[] gradient = gradients[stripe];
            Arrays.fill(gradient, 0);
            double[] margins = new double[LinearRows.BLOCK];
            int intercept = rows.features();
            int from = (int) ((long) rows.blocks() * stripe / losses.length);
            int to = (int) ((long) rows.blocks() * (stripe + 1) / losses.length);
            double loss = 0;
            double residualSum = 0;
            for (int block = from; block < to; block++) {
                int inBlock = rows.rowsOf(block);
                Arrays.fill(margins, w[intercept]);
                rows.addMargins(block, w, margins);
                for (int row = 0; row < inBlock; row++) {
                    double weight = rows.weight(block * LinearRows.BLOCK + row);
                    double margin = margins[row];
                    double e = Math.exp(-Math.abs(margin));
                    boolean clicked = labels[block * LinearRows.BLOCK + row] == 1f;
                    double cost = Math.log1p(e) + (clicked == (margin > 0) ? 0 : Math.abs(margin));
                    loss += weight * cost;
                    double p = margin > 0 ? 1 / (1 + e) : e / (1 + e);
                    margins[row] = weight * (clicked ? p - 1 : p); // from here on the residual
                    residualSum += margins[row];
                }
                rows.addGradient(block, margins, gradient);
            }
            gradient[intercept] = residualSum;
            losses[stripe] = loss;
        }

        @Override
        public void close() {
            pool.close();
        }
    }
}
