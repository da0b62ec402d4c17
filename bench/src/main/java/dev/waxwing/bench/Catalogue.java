package dev.waxwing.bench;

import java.util.SplittableRandom;

/// The items of a made-up world. They are numbered in the order in which they appear; their popularity follows Zipf's
/// law and fades with age.
///
/// An item has one topic, which its tags tell, and belongs to one circle of that topic, which nothing tells: only who
/// else acts on it does.
final class Catalogue {
    static final int TOPICS = 20;
    static final int CIRCLES = 8;

    private static final long DAY = 86_400;
    private static final double THERE_AT_FIRST = 0.4;
    private static final double OLDEST_DAYS = 60;
    private static final double HALF_LIFE_DAYS = 8;

    /// What is left of an item's pull however old it grows.
    private static final double EVERGREEN = 0.03;

    private final long[] born;
    private final double[] pull;
    private final byte[] topic;
    private final byte[] second;
    private final byte[] circle;
    private final Odds all;
    private final Odds[] ofTopic = new Odds[TOPICS];
    private final Odds[] ofCircle = new Odds[TOPICS * CIRCLES];

    /// @param days over which items appear
    Catalogue(int items, int days, SplittableRandom random) {
        born = new long[items];
        pull = new double[items];
        topic = new byte[items];
        second = new byte[items];
        circle = new byte[items];
        int old = (int) (items * THERE_AT_FIRST);
        int[] places = shuffled(items, random);
        int[] topicSize = new int[TOPICS];
        int[] circleSize = new int[TOPICS * CIRCLES];
        for (int item = 0; item < items; item++) {
            born[item] =
                    item < old
                            ? (long) (-OLDEST_DAYS * DAY * (old - item) / old)
                            : days * DAY * (item - old) / Math.max(1, items - old);
            pull[item] = 1 / Math.pow(places[item] + 5.0, 0.9);
            topic[item] = (byte) skewed(TOPICS, random);
            second[item] = (byte) random.nextInt(TOPICS);
            circle[item] = (byte) random.nextInt(CIRCLES);
            topicSize[topic[item]]++;
            circleSize[topic[item] * CIRCLES + circle[item]]++;
        }
        all = new Odds(items);
        for (int t = 0; t < TOPICS; t++) {
            ofTopic[t] = new Odds(topicSize[t]);
        }
        for (int c = 0; c < ofCircle.length; c++) {
            ofCircle[c] = new Odds(circleSize[c]);
        }
    }

    private static int[] shuffled(int size, SplittableRandom random) {
        int[] places = new int[size];
        for (int i = 0; i < size; i++) {
            int other = random.nextInt(i + 1);
            places[i] = places[other];
            places[other] = i;
        }
        return places;
    }

    /// The first are drawn more often than the last.
    static int skewed(int size, SplittableRandom random) {
        double luck = random.nextDouble();
        return (int) (size * luck * Math.sqrt(luck));
    }

    int size() {
        return born.length;
    }

    long born(int item) {
        return born[item];
    }

    int topic(int item) {
        return topic[item];
    }

    /// A second tag, which may be the first again.
    int second(int item) {
        return second[item];
    }

    /// Weighs the items that are there by the end of a day.
    void begin(int day) {
        all.clear();
        for (Odds odds : ofTopic) {
            odds.clear();
        }
        for (Odds odds : ofCircle) {
            odds.clear();
        }
        long noon = day * DAY + DAY / 2;
        for (int item = 0; item < born.length && born[item] < (day + 1) * DAY; item++) {
            double age = Math.max(0, noon - born[item]) / (double) DAY;
            double odds = pull[item] * (EVERGREEN + Math.pow(0.5, age / HALF_LIFE_DAYS));
            all.add(item, odds);
            ofTopic[topic[item]].add(item, odds);
            ofCircle[topic[item] * CIRCLES + circle[item]].add(item, odds);
        }
    }

    int any(SplittableRandom random) {
        return all.draw(random.nextDouble());
    }

    /// An item of a topic; any item if it has none yet.
    int ofTopic(int wanted, SplittableRandom random) {
        return ofTopic[wanted].isEmpty() ? any(random) : ofTopic[wanted].draw(random.nextDouble());
    }

    /// An item of a circle; one of its topic if it has none yet.
    int ofCircle(int wanted, int within, SplittableRandom random) {
        Odds odds = ofCircle[wanted * CIRCLES + within];
        return odds.isEmpty() ? ofTopic(wanted, random) : odds.draw(random.nextDouble());
    }
}
