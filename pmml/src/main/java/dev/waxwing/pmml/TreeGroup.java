package dev.waxwing.pmml;

/// Up to eight neighbouring trees in a form that is walked fast.
abstract class TreeGroup {
    private final boolean floatSums;

    TreeGroup(boolean floatSums) {
        this.floatSums = floatSums;
    }

    /// `sum` plus the values of the leaves that the row reaches, in the order of the trees.
    abstract double add(double sum, long[] x);

    /// Two floats added as doubles and rounded give what adding them as floats gives: a double has more than twice a
    /// float's digits.
    final double plus(double sum, double value) {
        double both = sum + value;
        return floatSums ? (float) both : both;
    }

    /// −1 if the row's value is below the node's key, else 0.
    static int below(long[] x, long node) {
        return (int) ((x[(int) node & RowLayout.PLACE] - node) >> 63);
    }
}
