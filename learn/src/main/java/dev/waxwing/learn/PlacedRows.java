package dev.waxwing.learn;

/// Rows as a [FactorTable] knows them: each entry names the place of its feature, and a field that the table has. What the table does not know is at the stranger's place, where it
/// adds nothing. A copy of 4 bytes an entry, so that places are looked up once and not in each epoch.
final class PlacedRows {
    final FactorRows rows;
    final int[] ids; // places
    final int[] field; // null if there are none

    PlacedRows(FactorRows rows, FactorTable table) {
        this.rows = rows;
        FeaturePlaces places = table.places;
        ids = new int[rows.entries()];
        for (int e = 0; e < ids.length; e++) {
            ids[e] = places.of(rows.index[e]);
        }
        boolean fields = table.fields > 1 && rows.field != null;
        boolean strange = fields && rows.fields() > table.fields;
        field = strange ? rows.field.clone() : fields ? rows.field : null;
        for (int e = 0; strange && e < ids.length; e++) {
            if (field[e] >= table.fields) {
                ids[e] = places.stranger();
                field[e] = 0;
            }
        }
    }
}
