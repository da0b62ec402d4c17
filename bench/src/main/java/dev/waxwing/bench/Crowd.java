package dev.waxwing.bench;

import java.util.SplittableRandom;

/// The users of a made-up world: a few act much and most act little, half are there at first and half come later.
///
/// A user likes two topics, and one circle in each.
final class Crowd {
    private static final double THERE_AT_FIRST = 0.5;

    private final double[] drive;
    private final byte[] favourite;
    private final byte[] second;
    private final byte[] circle;
    private final int days;
    private final Odds here;

    Crowd(int users, int days, SplittableRandom random) {
        this.days = days;
        drive = new double[users];
        favourite = new byte[users];
        second = new byte[users];
        circle = new byte[users];
        here = new Odds(users);
        for (int user = 0; user < users; user++) {
            drive[user] = 1 / Math.pow(random.nextDouble() + 0.003, 0.6);
            favourite[user] = (byte) Catalogue.skewed(Catalogue.TOPICS, random);
            second[user] = (byte) Catalogue.skewed(Catalogue.TOPICS, random);
            circle[user] = (byte) random.nextInt(Catalogue.CIRCLES);
        }
    }

    /// Weighs the users who are there on a day.
    void begin(int day) {
        here.clear();
        int old = (int) (drive.length * THERE_AT_FIRST);
        long there = old + (long) (drive.length - old) * (day + 1) / days;
        for (int user = 0; user < there; user++) {
            here.add(user, drive[user]);
        }
    }

    int someone(SplittableRandom random) {
        return here.draw(random.nextDouble());
    }

    boolean likes(int user, int topic) {
        return favourite[user] == topic || second[user] == topic;
    }

    /// What a user acts on: half of the time something of the own circles, one time in five of the own topics,
    /// otherwise what everybody acts on.
    int choice(int user, Catalogue items, SplittableRandom random) {
        double mood = random.nextDouble();
        int topic = random.nextInt(3) < 2 ? favourite[user] : second[user];
        if (mood < 0.5) {
            return items.ofCircle(topic, (circle[user] + topic) % Catalogue.CIRCLES, random);
        }
        return mood < 0.7 ? items.ofTopic(topic, random) : items.any(random);
    }
}
