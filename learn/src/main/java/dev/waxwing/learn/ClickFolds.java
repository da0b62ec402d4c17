package dev.waxwing.learn;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// Which rows were clicked, and in which of five folds each is: what [dev.waxwing.model.Derived.Rate] needs beside the rows.
///
/// The fold comes from the md5 of the row's key, so it is the same whatever the order, the machine and the day.
public final class ClickFolds {
    /// How many folds.
    public static final int FOLDS = 5;

    private byte[] folds = new byte[1024];
    private boolean[] clicked = new boolean[1024];
    private int rows;

    /// Adds the next row.
    ///
    /// @param key what tells the row from all others
    public void add(String key, boolean click) {
        add(foldOf(key), click);
    }

    /// Adds the next row of a spec that has no rate: nobody asks for its fold, and it is 0.
    public void addWithoutFold(boolean click) {
        add(0, click);
    }

    private void add(int fold, boolean click) {
        if (rows == folds.length) {
            folds = Arrays.copyOf(folds, rows * 2);
            clicked = Arrays.copyOf(clicked, rows * 2);
        }
        folds[rows] = (byte) fold;
        clicked[rows++] = click;
    }

    public int rows() {
        return rows;
    }

    /// 0 to `FOLDS - 1`.
    public int fold(int row) {
        return folds[row];
    }

    boolean clicked(int row) {
        return clicked[row];
    }

    static int foldOf(String key) {
        try {
            byte[] md5 =
                    MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8));
            return ((md5[0] & 0xff) << 8 | (md5[1] & 0xff)) % FOLDS;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
