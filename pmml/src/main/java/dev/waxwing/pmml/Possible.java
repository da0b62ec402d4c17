package dev.waxwing.pmml;

import java.util.BitSet;

/// Which values of one column may still come to one place of a tree.
///
/// Numbers lie in one stretch, categories are codes; either may also be missing. Immutable.
final class Possible {
    final boolean missing;
    final boolean present;
    private final double from;
    private final double below; // NaN if there is no upper bound; infinity is a value too
    private final BitSet codes; // null for numbers

    private Possible(boolean missing, boolean present, double from, double below, BitSet codes) {
        this.missing = missing;
        this.present = present;
        this.from = from;
        this.below = below;
        this.codes = codes;
    }

    /// Whatever the column lets through.
    static Possible of(Column column) {
        if (!column.categorical) {
            return new Possible(
                    column.mayBeMissing(), true, Double.NEGATIVE_INFINITY, Double.NaN, null);
        }
        BitSet codes = new BitSet();
        int listed = column.categories().size();
        for (int code = 0; code < listed; code++) {
            codes.set(code, column.mayBe(code));
        }
        codes.set(listed, column.mayBeOther());
        return new Possible(column.mayBeMissing(), !codes.isEmpty(), 0, 0, codes);
    }

    Possible onlyMissing() {
        return new Possible(missing, false, from, below, codes);
    }

    Possible onlyPresent() {
        return new Possible(false, present, from, below, codes);
    }

    boolean isEmpty() {
        return !missing && !present;
    }

    /// @param orMissing whether a missing value stays possible, if it was
    Possible below(double threshold, boolean orMissing) {
        double least = Double.isNaN(below) || threshold < below ? threshold : below;
        return new Possible(missing && orMissing, present && from < least, from, least, null);
    }

    Possible notBelow(double threshold, boolean orMissing) {
        double least = Math.max(from, threshold);
        boolean some = present && (Double.isNaN(below) || least < below);
        return new Possible(missing && orMissing, some, least, below, null);
    }

    Possible in(BitSet set, boolean orMissing) {
        BitSet both = (BitSet) codes.clone();
        both.and(set);
        return new Possible(missing && orMissing, present && !both.isEmpty(), 0, 0, both);
    }

    Possible notIn(BitSet set, boolean orMissing) {
        BitSet rest = (BitSet) codes.clone();
        rest.andNot(set);
        return new Possible(missing && orMissing, present && !rest.isEmpty(), 0, 0, rest);
    }

    /// Also what only `other` holds. Stretches of numbers must touch each other.
    Possible or(Possible other) {
        if (!other.present || !present) {
            Possible told = present ? this : other;
            return new Possible(
                    missing || other.missing, told.present, told.from, told.below, told.codes);
        }
        BitSet either = null;
        if (codes != null) {
            either = (BitSet) codes.clone();
            either.or(other.codes);
        }
        return new Possible(
                missing || other.missing,
                true,
                Math.min(from, other.from),
                Double.isNaN(below) || Double.isNaN(other.below)
                        ? Double.NaN
                        : Math.max(below, other.below),
                either);
    }
}
