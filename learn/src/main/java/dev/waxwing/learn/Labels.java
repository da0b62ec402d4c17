package dev.waxwing.learn;

/// Checks on the labels that every trainer and metric shares: `1` = clicked, `0` = shown and passed over.
final class Labels {
    private Labels() {}

    /// Checks that each label is 0 or 1 and that there is one a row.
    /// @return how many are 1
    static int positives(float[] labels, int rows) {
        if (labels.length != rows) {
            throw new IllegalArgumentException(
                    "there are " + labels.length + " labels for " + rows + " rows");
        }
        int positives = 0;
        for (int row = 0; row < rows; row++) {
            float label = labels[row];
            if (label == 1f) {
                positives++;
            } else if (label != 0f) {
                throw new IllegalArgumentException(
                        "a label is 0 or 1, got " + label + " in row " + row);
            }
        }
        return positives;
    }

    /// Checks what a trainer of clicks needs: labels of both kinds.
    /// @return how many are 1
    static int positivesOfBothClasses(float[] labels, int rows, String who) {
        int positives;
        try {
            positives = positives(labels, rows);
        } catch (IllegalArgumentException e) {
            throw new TrainingException(who + ": " + e.getMessage(), e);
        }
        if (positives == 0 || positives == rows) {
            throw new TrainingException(
                    who
                            + ": all "
                            + rows
                            + " labels are "
                            + (positives == 0 ? 0 : 1)
                            + ", there is nothing to tell apart; give rows of both labels (a longer"
                            + " training range, or another rule for negatives)");
        }
        return positives;
    }
}
