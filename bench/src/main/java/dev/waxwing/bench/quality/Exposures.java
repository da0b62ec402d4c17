package dev.waxwing.bench.quality;

import dev.waxwing.model.FeatureSpec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Turns acts into rows to tell apart: each first act of a user on an item is a click, beside items that the user had not acted on by then.
///
/// For every click two negatives are drawn evenly from the items known that morning, and two from the acts of the 7 days before, so that popular items
/// come as often as they are acted on. Numbers are as known at the end of the day before; codes are user, item, the item's
/// tags, and the user's last 20 items (as codes of their own, 1/√n each).
final class Exposures {
    private static final List<String> NUMBERS =
            List.of(
                    "item_acts_1d",
                    "item_acts_7d",
                    "item_acts_30d",
                    "item_acts",
                    "item_age",
                    "item_idle",
                    "item_trend",
                    "user_acts",
                    "user_acts_7d",
                    "user_idle",
                    "user_mean_acts",
                    "tag_share");

    /// Items of a user's history that become codes.
    private static final int RECENT = 20;

    private final Acts acts;
    private final int warm;
    private final Random random = new Random(20_131);
    private final FeatureSpec spec = DataSet.numbers(NUMBERS);

    // What is known at the end of the day before.
    private final int[] itemActs;
    private final int[] itemFirst;
    private final int[] itemLast;
    private final int[] userActs;
    private final int[] userLast;
    private final double[] userPopularity;
    private final int[][] userTags;
    private final List<Integer> known = new ArrayList<>();
    private final List<Set<Integer>> touched = new ArrayList<>();
    private final List<Deque<Integer>> history = new ArrayList<>(); // by user, newest first
    private final Deque<int[][]> days = new ArrayDeque<>(); // the last 30, newest first
    private final int[][] window = new int[3][]; // by item, acts of 1, 7, 30 days
    private final int[] userWeek;

    private Exposures(Acts acts, int warm) {
        this.acts = acts;
        this.warm = warm;
        int items = acts.items.size();
        int users = acts.users.size();
        itemActs = new int[items];
        itemFirst = new int[items];
        itemLast = new int[items];
        userActs = new int[users];
        userLast = new int[users];
        userPopularity = new double[users];
        userTags = new int[users][];
        userWeek = new int[users];
        Arrays.setAll(window, _ -> new int[items]);
        for (int user = 0; user < users; user++) {
            touched.add(new HashSet<>());
            history.add(new ArrayDeque<>());
        }
    }

    /// @param warm days at the beginning that only fill the counters
    /// @param validate days before the test days
    /// @param test days at the end
    static DataSet of(String name, Acts acts, int warm, int validate, int test) {
        int last = acts.all.getLast()[2];
        Exposures made = new Exposures(acts, warm);
        Part train = new Part();
        Part validation = new Part();
        Part tested = new Part();
        int at = 0;
        for (int day = 0; day <= last; day++) {
            int from = at;
            while (at < acts.all.size() && acts.all.get(at)[2] == day) {
                at++;
            }
            int[][] today = acts.all.subList(from, at).toArray(int[][]::new);
            Part part =
                    day > last - test ? tested : day > last - test - validate ? validation : train;
            made.day(day, today, part);
        }
        return new DataSet(
                name,
                made.spec,
                true,
                train,
                validation,
                tested,
                ("first acts of a user on an item, each beside 4 items the user had not acted on (2 drawn evenly from all known"
                                + " that morning, 2 from the acts of the week before); by time: days 0–%d fill the counters, to %d training, to %d"
                                + " validation, to %d test")
                        .formatted(warm - 1, last - test - validate, last - test, last));
    }

    private void day(int day, int[][] today, Part part) {
        for (int[] act : today) {
            touched.get(act[0])
                    .add(act[1]); // so that nobody's act of the day is drawn as a negative
            // of theirs
        }
        if (day >= warm && !known.isEmpty()) {
            List<Integer> week = new ArrayList<>();
            int age = 0;
            for (int[][] each : days) {
                if (age++ < 7) {
                    for (int[] act : each) {
                        week.add(act[1]);
                    }
                }
            }
            for (int[] act : today) {
                row(day, act[0], act[1], 1, part);
                for (int i = 0; i < 4; i++) {
                    List<Integer> from = i < 2 || week.isEmpty() ? known : week;
                    int item = from.get(random.nextInt(from.size()));
                    if (item != act[1] && !touched.get(act[0]).contains(item)) {
                        row(day, act[0], item, 0, part);
                    }
                }
            }
        }
        for (int[] act : today) {
            learn(day, act[0], act[1]);
        }
        days.addFirst(today);
        shift(today, 1);
        forget(0, 1);
        forget(1, 7);
        forget(2, 30);
    }

    private void learn(int day, int user, int item) {
        if (itemActs[item]++ == 0) {
            itemFirst[item] = day;
            known.add(item);
        }
        itemLast[item] = day;
        userActs[user]++;
        userLast[user] = day;
        Deque<Integer> recent = history.get(user);
        recent.addFirst(item);
        if (recent.size() > RECENT) {
            recent.removeLast();
        }
        userPopularity[user] += Math.log1p(window[2][item]);
        if (userTags[user] == null) {
            userTags[user] = new int[acts.tagCount];
        }
        for (int tag : acts.tags.get(item)) {
            userTags[user][tag]++;
        }
    }

    private void shift(int[][] today, int sign) {
        for (int[] act : today) {
            for (int[] counts : window) {
                counts[act[1]] += sign;
            }
            userWeek[act[0]] += sign;
        }
    }

    /// Takes the day that has just grown too old out of one window.
    private void forget(int which, int span) {
        int age = 0;
        for (int[][] each : days) {
            if (age++ == span) {
                for (int[] act : each) {
                    window[which][act[1]]--;
                    if (which == 1) {
                        userWeek[act[0]]--;
                    }
                }
            }
        }
        while (which == 2 && days.size() > span + 1) {
            days.removeLast();
        }
    }

    private void row(int day, int user, int item, float label, Part part) {
        double[] numbers = new double[NUMBERS.size()];
        Arrays.fill(numbers, Double.NaN);
        numbers[0] = window[0][item];
        numbers[1] = window[1][item];
        numbers[2] = window[2][item];
        numbers[3] = itemActs[item];
        if (itemActs[item] > 0) {
            numbers[4] = day - itemFirst[item];
            numbers[5] = day - itemLast[item];
        }
        numbers[6] = Math.log((1.0 + window[0][item]) / (1 + window[1][item] / 7.0));
        numbers[7] = userActs[user];
        numbers[8] = userWeek[user];
        if (userActs[user] > 0) {
            numbers[9] = day - userLast[user];
            numbers[10] = userPopularity[user] / userActs[user];
            int[] tags = acts.tags.get(item);
            if (tags.length > 0) {
                double sum = 0;
                for (int tag : tags) {
                    sum += (double) userTags[user][tag] / userActs[user];
                }
                numbers[11] = sum / tags.length;
            }
        }
        int users = acts.users.size();
        int items = acts.items.size();
        int[] tags = acts.tags.get(item);
        List<Integer> recent = new ArrayList<>(history.get(user));
        int[] codes = new int[4 + 2 * (tags.length + recent.size())];
        float[] values = new float[codes.length / 2];
        Arrays.fill(values, 1f);
        codes[1] = user;
        codes[2] = 1;
        codes[3] = users + item;
        for (int i = 0; i < tags.length; i++) {
            codes[4 + 2 * i] = 2;
            codes[5 + 2 * i] = users + items + tags[i];
        }
        for (int i = 0; i < recent.size(); i++) {
            int at = 2 + tags.length + i;
            codes[2 * at] = 3;
            codes[2 * at + 1] = users + items + acts.tagCount + recent.get(i);
            values[at] = (float) (1 / Math.sqrt(recent.size()));
        }
        part.add(spec, numbers, codes, values, label, user);
    }
}
