package dev.waxwing.learn;

import java.util.stream.IntStream;

/// For each row the leaf it reaches in each tree; leaves are numbered left-first, depth-first from 0 in each tree.
///
/// Kept as 16-bit codes in blocks of [#BLOCK] rows, tree after tree inside a block: a linear model walks one tree
/// for a whole block, so that the tree's few coefficients stay in the fastest cache.
public final class LeafCodes {
    static final int BLOCK = 4096;

    private final int rows;
    private final int[] leaves;
    private final char[][] blocks;

    /// @param leaves how many leaves each tree has
    LeafCodes(int rows, int[] leaves) {
        this.rows = rows;
        this.leaves = leaves.clone();
        this.blocks = new char[(rows + BLOCK - 1) / BLOCK][];
        for (int b = 0; b < blocks.length; b++) {
            blocks[b] = new char[rowsOf(b) * leaves.length];
        }
    }

    public int rows() {
        return rows;
    }

    public int trees() {
        return leaves.length;
    }

    /// How many leaves the tree has.
    public int leavesOf(int tree) {
        return leaves[tree];
    }

    /// How many leaves all trees have.
    public int leavesInAll() {
        return IntStream.of(leaves).sum();
    }

    /// The leaf that the row reaches in the tree.
    public int leaf(int row, int tree) {
        int block = row / BLOCK;
        return blocks[block][tree * rowsOf(block) + row % BLOCK];
    }

    void set(int row, int tree, int leaf) {
        int block = row / BLOCK;
        blocks[block][tree * rowsOf(block) + row % BLOCK] = (char) leaf;
    }

    int blocks() {
        return blocks.length;
    }

    /// Codes of a block: `[tree][row inside the block]`, row-major.
    char[] block(int block) {
        return blocks[block];
    }

    int rowsOf(int block) {
        return Math.min(BLOCK, rows - block * BLOCK);
    }
}
