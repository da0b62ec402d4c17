package dev.waxwing.bench.quality;

import dev.waxwing.learn.Interval;
import dev.waxwing.learn.Metrics;
import dev.waxwing.learn.PairedBootstrap;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

/// Prints the tables of what each model is worth on each set, as Markdown.
public final class QualityBench {
    private static final int RESAMPLES = 1000;

    private QualityBench() {}

    private static final List<String> SETS =
            List.of("movietweetings", "retail", "higgs", "a9a", "bandit");

    /// @param args the folder of the sets, then those wanted; all if none is named
    public static void main(String[] args) throws IOException {
        Path data = Path.of(args[0]);
        List<String> wanted = args.length == 1 ? SETS : List.of(args).subList(1, args.length);
        int threads = Runtime.getRuntime().availableProcessors();
        System.out.println("Intervals: 95 %, " + RESAMPLES + " draws of the test rows' users.");
        for (String set : wanted) {
            switch (set) {
                case "movietweetings" -> {
                    Acts acts = Acts.read(data.resolve("movietweetings-100k"));
                    time(Exposures.of("MovieTweetings", acts, 30, 20, 20), threads);
                }
                case "retail" -> {
                    Acts acts = Acts.read(data.resolve("online-retail-2009-2010"));
                    time(Exposures.of("Online Retail", acts, 120, 40, 40), threads);
                }
                case "higgs" -> {
                    DataSet higgs = Tables.higgs(data.resolve("binary-tabular"));
                    new Models(higgs, threads)
                            .onNumbers(new Table(higgs, "numbers", higgs.test())::row);
                }
                case "a9a" -> {
                    DataSet a9a = Tables.a9a(data.resolve("binary-tabular"));
                    new Models(a9a, threads).onCodes(new Table(a9a, "codes", a9a.test())::row);
                }
                case "bandit" -> folds(data.resolve("open-bandit-men"), threads);
                default ->
                        throw new IllegalArgumentException(
                                "'" + set + "' is no set; " + String.join(", ", SETS) + " are");
            }
        }
    }

    private static void time(DataSet set, int threads) {
        Models models = new Models(set, threads);
        models.onCodes(new Table(set, "codes", set.test())::row);
        models.onNumbers(new Table(set, "numbers", set.test())::row);
    }

    /// Every row is a test row of one fold; scores of all folds are put together.
    private static void folds(Path folder, int threads) throws IOException {
        List<List<Models.Tested>> each = new ArrayList<>();
        Part all = new Part();
        DataSet last = null;
        for (int fold = 0; fold < 5; fold++) {
            last = Tables.bandit(folder, fold);
            List<Models.Tested> ofFold = new ArrayList<>();
            new Models(last, threads).onCodes(ofFold::add);
            each.add(ofFold);
            all.addAll(last.test());
        }
        Table table = new Table(last, "codes", all);
        for (int model = 0; model < each.getFirst().size(); model++) {
            double[] scores = new double[all.rows()];
            int at = 0;
            for (List<Models.Tested> fold : each) {
                double[] part = fold.get(model).scores();
                System.arraycopy(part, 0, scores, at, part.length);
                at += part.length;
            }
            table.row(
                    new Models.Tested(
                            each.getFirst().get(model).model(), "chosen in each fold", scores));
        }
    }

    /// A table whose rows are printed when they are known. The first model is what the others are held against.
    private static final class Table {
        private final PairedBootstrap bootstrap = new PairedBootstrap(RESAMPLES, 0.95, 1);
        private final float[] labels;
        private final int[] users;
        private double[] first; // null before the first row

        Table(DataSet set, String form, Part test) {
            labels = test.labels();
            users = dense(test.users());
            int clicks = 0;
            for (float label : labels) {
                clicks += label > 0 ? 1 : 0;
            }
            System.out.printf(
                    Locale.ROOT,
                    "%n## %s: %s%n%n%s. %,d training, %,d validation, %,d test rows (%,d clicked).%n%n",
                    set.name(),
                    form,
                    set.about(),
                    set.train().rows(),
                    set.validation().rows(),
                    test.rows(),
                    clicks);
            System.out.println(
                    "| model | chosen by validation | AUC | log loss | normalised entropy | AUC minus the first's | log loss minus the first's | of its entropy |");
            System.out.println("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        }

        void row(Models.Tested model) {
            String gaps = "| | | ";
            if (first == null) {
                first = model.scores();
            } else {
                Interval loss = bootstrap.logloss(users, labels, model.scores(), first);
                gaps =
                        "| "
                                + told(bootstrap.auc(users, labels, model.scores(), first))
                                + " | "
                                + told(loss)
                                + " | "
                                + String.format(
                                        Locale.ROOT,
                                        "%+.1f %%",
                                        100 * loss.difference() / Metrics.logloss(first, labels));
            }
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.4f | %.4f | %.4f %s |%n",
                    model.model(),
                    model.chosen(),
                    Metrics.auc(model.scores(), labels),
                    Metrics.logloss(model.scores(), labels),
                    Metrics.normalizedEntropy(model.scores(), labels),
                    gaps);
        }
    }

    private static String told(Interval interval) {
        return String.format(
                Locale.ROOT,
                "%+.4f [%+.4f, %+.4f]",
                interval.difference(),
                interval.low(),
                interval.high());
    }

    private static int[] dense(int[] users) {
        var numbers = new HashMap<Integer, Integer>();
        int[] dense = new int[users.length];
        for (int row = 0; row < users.length; row++) {
            dense[row] = numbers.computeIfAbsent(users[row], _ -> numbers.size());
        }
        return dense;
    }
}
