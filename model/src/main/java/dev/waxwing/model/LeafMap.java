package dev.waxwing.model;

import java.util.ArrayList;
import java.util.List;

/// The number of each leaf of an ensemble: codes run through the trees in order, inside a tree left-first depth-first, from 0.
///
/// Three trees of four leaves have the codes 0–3, 4–7, 8–11. Of each tree exactly one code is active in a row.
public final class LeafMap {
    /// What the file is called in a bundle: `tree,leaf,index`.
    public static final String FILE = "leaf_map.csv";

    private static final String HEADER = "tree,leaf,index\n";
    private final int[] first; // by tree, and behind the last tree the number of all leaves

    /// @param leaves how many leaves each tree has
    public LeafMap(int... leaves) {
        first = new int[leaves.length + 1];
        for (int t = 0; t < leaves.length; t++) {
            if (leaves[t] < 1) {
                throw new IllegalArgumentException(
                        "tree " + t + " has " + leaves[t] + " leaves; a tree has at least one");
            }
            first[t + 1] = Math.addExact(first[t], leaves[t]);
        }
    }

    public int trees() {
        return first.length - 1;
    }

    /// How many leaves a tree has.
    public int leaves(int tree) {
        return first[tree + 1] - first[tree];
    }

    /// How many leaves there are in all.
    public int size() {
        return first[trees()];
    }

    /// The code of a tree's leaf.
    public int index(int tree, int leaf) {
        if (leaf < 0 || leaf >= leaves(tree)) {
            throw new IndexOutOfBoundsException(
                    "tree " + tree + " has leaves 0 to " + (leaves(tree) - 1) + ", not " + leaf);
        }
        return first[tree] + leaf;
    }

    public String toCsv() {
        var csv = new StringBuilder(HEADER);
        for (int t = 0; t < trees(); t++) {
            for (int leaf = 0; leaf < leaves(t); leaf++) {
                csv.append(t)
                        .append(',')
                        .append(leaf)
                        .append(',')
                        .append(index(t, leaf))
                        .append('\n');
            }
        }
        return csv.toString();
    }

    /// Reads what [#toCsv] wrote.
    ///
    /// @throws CorruptFileException if it is something else; names the line
    public static LeafMap fromCsv(String csv) {
        if (!csv.startsWith(HEADER)) {
            throw new CorruptFileException(FILE + ":1 should be \"" + HEADER.strip() + "\"");
        }
        var leaves = new ArrayList<Integer>();
        List<List<String>> records = Csv.read(FILE, csv, 3);
        for (int i = 1; i < records.size(); i++) {
            List<String> record = records.get(i);
            int last = leaves.size() - 1;
            if (record.equals(List.of(Integer.toString(last + 1), "0", Integer.toString(i - 1)))) {
                leaves.add(1);
            } else if (last >= 0
                    && record.equals(
                            List.of(
                                    Integer.toString(last),
                                    Integer.toString(leaves.get(last)),
                                    Integer.toString(i - 1)))) {
                leaves.set(last, leaves.get(last) + 1);
            } else {
                throw new CorruptFileException(
                        FILE
                                + ":"
                                + (i + 1)
                                + " should be the next leaf of tree "
                                + last
                                + " or leaf 0 of tree "
                                + (last + 1)
                                + " with index "
                                + (i - 1)
                                + ", found "
                                + String.join(",", record));
            }
        }
        return new LeafMap(leaves.stream().mapToInt(Integer::intValue).toArray());
    }
}
