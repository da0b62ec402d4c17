package dev.waxwing.learn;

/// Rows as a [FactorTable] knows them: each entry names the place of its feature, and a field that the table has. What the table does not know is at
/// the stranger's place, where it adds nothing. In each row those come first whose weights are far from the processor.
///
/// A copy, so that places are looked up once and not in each epoch.
final class PlacedRows {
    final FactorRows rows;
    final int[] ids; // places
    final int[] field; // null if there are none
    final float[] value; // null if all are 1
    final int[] farEnds; // of each row, where the entries end that are far

    /// @param copies if not 0, each row has a learner, its number modulo so many, and its near entries name that learner's [NearCopies]
    PlacedRows(FactorRows rows, FactorTable table, int copies) {
        this.rows = rows;
        ids = new int[rows.entries()];
        field = table.fields > 1 && rows.field != null ? new int[ids.length] : null;
        value = rows.value == null ? null : new float[ids.length];
        farEnds = new int[rows.rows()];
        for (int row = 0; row < farEnds.length; row++) {
            int shift = copies > 0 ? table.ownPlaces(1 + row % copies) : 0;
            farEnds[row] = put(row, true, 0, rows.starts[row], table);
            put(row, false, shift, farEnds[row], table);
        }
    }

    /// @return where the entries that were put end
    private int put(int row, boolean far, int shift, int from, FactorTable table) {
        int to = from;
        int end = rows.starts[row + 1];
        int near = table.near;
        for (int e = rows.starts[row]; e < end; e++) {
            boolean known = field == null || rows.field[e] < table.fields;
            int place = known ? table.places.of(rows.index[e]) : table.places.stranger();
            if (place >= near == far) {
                ids[to] = place + shift;
                if (field != null) {
                    field[to] = known ? rows.field[e] : 0;
                }
                if (value != null) {
                    value[to] = rows.value[e];
                }
                to++;
            }
        }
        return to;
    }
}
