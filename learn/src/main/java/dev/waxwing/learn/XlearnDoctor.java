package dev.waxwing.learn;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Looks at rows for what trains or predicts badly without any error. It changes nothing and judges nothing that a number in its text does not show.
public final class XlearnDoctor {
    private static final double LARGE_VALUE = 100;
    private static final double MANY_UNSEEN = 0.1; // of the entries
    private static final double MANY_SEEN_ROWS = 0.01;
    private static final double RARE = 0.001;

    /// @param serious whether something would better be done; otherwise it is a fact to know
    /// @param text what, where, what would do
    public record Finding(boolean serious, String text) {}

    private final XlearnData data;
    private final FactorRows rows;
    private final List<Finding> findings = new ArrayList<>();

    private XlearnDoctor(XlearnData data) {
        this.data = data;
        this.rows = data.rows();
    }

    /// Looks at the rows alone. Time: a few passes; memory: 9 bytes an id, or 4 an entry if ids are far apart.
    public static List<Finding> examine(XlearnData data) {
        XlearnDoctor doctor = new XlearnDoctor(data);
        doctor.alone();
        return List.copyOf(doctor.findings);
    }

    /// Looks at the rows and at how they fit to those that a model learns from. Memory: 8 bytes a training row in addition.
    public static List<Finding> examine(XlearnData data, XlearnData training) {
        XlearnDoctor doctor = new XlearnDoctor(data);
        doctor.alone();
        doctor.against(training);
        return List.copyOf(doctor.findings);
    }

    private void alone() {
        labels();
        emptyRows();
        ids();
        values();
        fields();
    }

    private void fact(String text) {
        findings.add(new Finding(false, text));
    }

    private void serious(String text) {
        findings.add(new Finding(true, text));
    }

    /// Up to four digits of a share.
    private static String percent(double share) {
        return new BigDecimal(100 * share, new MathContext(4)).stripTrailingZeros().toPlainString()
                + " %";
    }

    private String line(int row) {
        return data.file() + ":" + (row + 1);
    }

    private void labels() {
        if (!data.format().labelled()) {
            fact("the rows have no labels: they can be predicted, not learnt from");
            return;
        }
        var counts = new TreeMap<Float, Integer>();
        int positive = 0;
        for (int row = 0; row < rows.rows(); row++) {
            float label = rows.label[row] + 0f; // -0 is 0
            positive += label > 0 ? 1 : 0;
            if (counts.containsKey(label) || counts.size() < 4) {
                counts.merge(label, 1, Integer::sum);
            }
        }
        double share = (double) positive / rows.rows();
        String above = String.format(Locale.ROOT, "%s of the labels are above 0", percent(share));
        if (counts.size() > 3) {
            fact(
                    String.format(
                            Locale.ROOT,
                            "more than three different labels, as of values: -s 3, 4 or 5 learns them; -s 0 to 2 tells above 0 from the rest, and %s",
                            above));
            return;
        }
        fact(String.format(Locale.ROOT, "labels: %s; %s", shown(counts), above));
        if (counts.size() == 1) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "every label is %s; there is nothing to learn. Is the label the first column?",
                            counts.firstKey()));
        } else if (counts.size() == 3) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "%s three different labels: -s 0 to 2 takes those above 0 for positive and the rest, also 0 beside -1, for negative; write two",
                            line(first(counts.lastKey()))));
        } else if (positive == 0 || positive == rows.rows()) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "labels are %s, all on one side of 0: -s 0 to 2 sees one class alone; write 0 and 1",
                            shown(counts)));
        } else if (share < RARE) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "%d positive rows of %d are few; measure by log loss or AUC (-x auc), accuracy says nothing here",
                            positive,
                            rows.rows()));
        }
    }

    private int first(float label) {
        int row = 0;
        while (rows.label[row] != label) {
            row++;
        }
        return row;
    }

    private static String shown(Map<Float, Integer> counts) {
        StringBuilder text = new StringBuilder();
        counts.forEach(
                (label, count) ->
                        text.append(text.isEmpty() ? "" : ", ")
                                .append(
                                        label == Math.rint(label)
                                                ? String.valueOf(label.longValue())
                                                : label.toString())
                                .append(" × ")
                                .append(count));
        return text.toString();
    }

    private void emptyRows() {
        int empty = 0;
        int zero = 0;
        int firstEmpty = -1;
        int firstZero = -1;
        for (int row = 0; row < rows.rows(); row++) {
            if (rows.starts[row] == rows.starts[row + 1]) {
                firstEmpty = empty++ == 0 ? row : firstEmpty;
            } else if (allZero(row)) {
                firstZero = zero++ == 0 ? row : firstZero;
            }
        }
        if (empty > 0) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "%s %d rows have no features, this the first: they get the bias (xLearn divides by 0); leave them out, or give each a feature that stands for \"nothing\"",
                            line(firstEmpty),
                            empty));
        }
        if (zero > 0) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "%s %d rows have values of 0 alone, this the first: they get the bias (xLearn divides by 0); leave them out",
                            line(firstZero),
                            zero));
        }
    }

    private boolean allZero(int row) {
        for (int e = rows.starts[row]; e < rows.starts[row + 1]; e++) {
            if (value(e) != 0) {
                return false;
            }
        }
        return true;
    }

    private float value(int entry) {
        return rows.value == null ? 1 : rows.value[entry];
    }

    /// Where an id lies among those that occur, or among all if those are not far more.
    private static final class Ids {
        private final int[] sorted; // null if every id has its place
        private final int count;

        Ids(FactorRows rows) {
            if (rows.features() <= 2L * rows.entries() + 1_000_000) {
                sorted = null;
                count = rows.features();
            } else {
                int[] all = rows.index.clone();
                Arrays.sort(all);
                sorted = Arrays.stream(all).distinct().toArray();
                count = sorted.length;
            }
        }

        /// Negative if the id does not occur.
        int slot(int id) {
            return sorted == null ? (id < count ? id : -1) : Arrays.binarySearch(sorted, id);
        }

        int id(int slot) {
            return sorted == null ? slot : sorted[slot];
        }
    }

    private void ids() {
        Ids ids = new Ids(rows);
        int[] rowsWith = new int[ids.count];
        int[] lastRow = new int[ids.count];
        float[] only = new float[ids.count];
        BitSet varies = new BitSet();
        Arrays.fill(lastRow, -1);
        int doubled = 0;
        int firstDoubled = -1;
        int doubledId = -1;
        int ragged = 0;
        int firstRagged = -1;
        for (int row = 0; row < rows.rows(); row++) {
            for (int e = rows.starts[row]; e < rows.starts[row + 1]; e++) {
                int slot = ids.slot(rows.index[e]);
                if (lastRow[slot] == row) {
                    if (doubled++ == 0) {
                        firstDoubled = row;
                        doubledId = rows.index[e];
                    }
                    continue;
                }
                if (rowsWith[slot]++ == 0) {
                    only[slot] = value(e);
                } else if (only[slot] != value(e)) {
                    varies.set(slot);
                }
                lastRow[slot] = row;
            }
            if (data.format().kind() == XlearnFormat.Kind.CSV
                    && rows.starts[row + 1] - rows.starts[row] != rows.starts[1]) {
                firstRagged = ragged++ == 0 ? row : firstRagged;
            }
        }
        if (doubled > 0) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "%s feature %d comes twice in this row, and %d times in all a feature does so: its values add up, and FM pairs it with itself; write it once",
                            line(firstDoubled),
                            doubledId,
                            doubled));
        }
        if (ragged > 0) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "%s %d rows have another number of columns than line 1 (%d), this the first; missing ones count as 0",
                            line(firstRagged),
                            ragged,
                            rows.starts[1] + 1));
        }
        int used = 0;
        int constant = 0;
        int firstConstant = -1;
        for (int slot = 0; slot < ids.count; slot++) {
            used += rowsWith[slot] > 0 ? 1 : 0;
            if (rows.rows() > 1 && rowsWith[slot] == rows.rows() && !varies.get(slot)) {
                firstConstant = constant++ == 0 ? slot : firstConstant;
            }
        }
        if (constant > 0) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "%s feature %d is %s in every row, and %d features are so: they say no more than the bias; leave them out",
                            line(0),
                            ids.id(firstConstant),
                            only[firstConstant],
                            constant));
        }
        holes(used);
    }

    private void holes(int used) {
        int all = rows.features();
        double unused = all == 0 ? 0 : 1 - (double) used / all;
        String text =
                String.format(
                        Locale.ROOT,
                        "%,d different ids below %,d; %s of them are never used",
                        used,
                        all,
                        percent(unused));
        if (unused > 0.5 && all > 1000) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "%s %s and take memory in every model all the same; number the ids from 0 without holes, or hash them into a smaller range",
                            line(rowOfLargest()),
                            text));
        } else {
            fact(text);
        }
    }

    private int rowOfLargest() {
        for (int row = 0; row < rows.rows(); row++) {
            for (int e = rows.starts[row]; e < rows.starts[row + 1]; e++) {
                if (rows.index[e] == rows.features() - 1) {
                    return row;
                }
            }
        }
        return 0;
    }

    private void values() {
        if (rows.value == null) {
            fact("all values are 1");
            return;
        }
        double sum = 0;
        double largest = 0;
        int row = 0;
        int largestRow = 0;
        int largestId = 0;
        for (int e = 0; e < rows.entries(); e++) {
            while (e >= rows.starts[row + 1]) {
                row++;
            }
            double size = Math.abs(rows.value[e]);
            sum += size;
            if (size > largest) {
                largest = size;
                largestRow = row;
                largestId = rows.index[e];
            }
        }
        double mean = sum / Math.max(1, rows.entries());
        if (largest > LARGE_VALUE) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "%s feature %d is %s here, the largest value; the mean size of all is %.4g. Values far above 1 make training run away: take logarithms, divide, or cut into bins",
                            line(largestRow),
                            largestId,
                            (float) largest,
                            mean));
        } else {
            fact(
                    String.format(
                            Locale.ROOT,
                            "values: mean size %.4g, largest %s (%s)",
                            mean,
                            (float) largest,
                            line(largestRow)));
        }
    }

    private void fields() {
        if (rows.field == null) {
            return;
        }
        BitSet seen = new BitSet();
        for (int field : rows.field) {
            if (field < 1 << 20) {
                seen.set(field);
            }
        }
        long numbers = (long) rows.features() * rows.fields();
        fact(
                String.format(
                        Locale.ROOT,
                        "fields: %d different below %d; an FFM has %,d factors for each k",
                        seen.cardinality(),
                        rows.fields(),
                        numbers));
        if (rows.fields() > 2 * Math.max(1, seen.cardinality())) {
            int row = 0;
            int entry = 0;
            while (rows.field[entry] != rows.fields() - 1) {
                entry++;
            }
            while (entry >= rows.starts[row + 1]) {
                row++;
            }
            serious(
                    String.format(
                            Locale.ROOT,
                            "%s is in field %d, and only %d fields are used: an FFM has factors for every field below; number fields from 0 without holes",
                            line(row),
                            rows.fields() - 1,
                            seen.cardinality()));
        }
    }

    private void against(XlearnData training) {
        FactorRows learnt = training.rows();
        if (training.format().kind() != data.format().kind()) {
            serious(
                    String.format(
                            Locale.ROOT,
                            "%s is %s, and %s is %s; ids need not mean the same, so write both alike",
                            line(0),
                            data.format().kind().name().toLowerCase(Locale.ROOT),
                            training.file(),
                            training.format().kind().name().toLowerCase(Locale.ROOT)));
        }
        unseen(training, learnt);
        overlap(training, learnt);
    }

    private void unseen(XlearnData training, FactorRows learnt) {
        Ids ids = new Ids(learnt);
        BitSet known = new BitSet(ids.count);
        for (int id : learnt.index) {
            known.set(ids.slot(id));
        }
        long entries = 0;
        int rowsWith = 0;
        int firstRow = -1;
        int firstId = -1;
        for (int row = 0; row < rows.rows(); row++) {
            boolean any = false;
            for (int e = rows.starts[row]; e < rows.starts[row + 1]; e++) {
                int slot = ids.slot(rows.index[e]);
                if (slot < 0 || !known.get(slot)) {
                    entries++;
                    any = true;
                    if (firstRow < 0) {
                        firstRow = row;
                        firstId = rows.index[e];
                    }
                }
            }
            rowsWith += any ? 1 : 0;
        }
        if (entries == 0) {
            fact(String.format(Locale.ROOT, "every id occurs in %s", training.file()));
            return;
        }
        double share = (double) entries / rows.entries();
        String text =
                String.format(
                        Locale.ROOT,
                        "%s feature %d does not occur in %s, nor do %s of the entries, in %,d rows; a model adds nothing for them, yet their values scale the others down unless --no-norm",
                        line(firstRow),
                        firstId,
                        training.file(),
                        percent(share),
                        rowsWith);
        findings.add(
                new Finding(
                        share > MANY_UNSEEN,
                        share > MANY_UNSEEN ? text + ". Were both files numbered alike?" : text));
    }

    private void overlap(XlearnData training, FactorRows learnt) {
        long[] known = new long[learnt.rows()];
        for (int row = 0; row < known.length; row++) {
            known[row] = content(learnt, row);
        }
        Arrays.sort(known);
        int same = 0;
        Optional<Integer> firstSame = Optional.empty();
        for (int row = 0; row < rows.rows(); row++) {
            if (rows.starts[row] < rows.starts[row + 1]
                    && Arrays.binarySearch(known, content(rows, row)) >= 0) {
                same++;
                firstSame = firstSame.isPresent() ? firstSame : Optional.of(row);
            }
        }
        if (same == 0) {
            fact(
                    String.format(
                            Locale.ROOT,
                            "no row has the same features as a row of %s",
                            training.file()));
            return;
        }
        boolean many = same > MANY_SEEN_ROWS * rows.rows();
        findings.add(
                new Finding(
                        many,
                        String.format(
                                Locale.ROOT,
                                "%s %,d rows (%s) have the same features as a row of %s, this the first%s",
                                line(firstSame.orElseThrow()),
                                same,
                                percent((double) same / rows.rows()),
                                training.file(),
                                many
                                        ? "; a measure over them flatters, so take rows out of one of the files, or cut by time"
                                        : "")));
    }

    /// 64 bits of what a row holds, whatever the order of its entries; the label is left out. That two different rows agree in them is as unlikely
    /// as `rows² / 2⁶⁴`.
    private static long content(FactorRows rows, int row) {
        long sum = 0;
        for (int e = rows.starts[row]; e < rows.starts[row + 1]; e++) {
            float value = (rows.value == null ? 1 : rows.value[e]) + 0f;
            if (value != 0) {
                long entry =
                        ((long) rows.index[e] << 32) | (Float.floatToIntBits(value) & 0xffffffffL);
                sum += mixed(entry + mixed(rows.field == null ? 0 : rows.field[e]));
            }
        }
        return sum;
    }

    /// The finaliser of SplitMix64: every bit of the input moves every bit of the output.
    private static long mixed(long bits) {
        long z = bits + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
