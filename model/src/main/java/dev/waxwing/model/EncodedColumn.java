package dev.waxwing.model;

import java.util.Locale;

/// One float column: what it is called, which raw feature it comes from, for which value it is 1, and which model takes it.
record EncodedColumn(String name, int feature, String value, boolean gbdt, boolean lr) {

    static EncodedColumn ofValue(Feature feature, int index, String value, boolean gbdt) {
        return new EncodedColumn(nameOf(feature.name(), value), index, value, gbdt, true);
    }

    /// What the column of a value is called.
    static String nameOf(String feature, String value) {
        return feature + "=" + visible(value);
    }

    /// The value with every character that an XML file cannot hold written as `\\uXXXX`, and `\` doubled, so that names stay distinct in PMML too.
    private static String visible(String value) {
        var text = new StringBuilder();
        for (int i = 0; i < value.length(); ) {
            int point = value.codePointAt(i);
            boolean control =
                    Character.isISOControl(point)
                            || (point >= 0xD800 && point <= 0xDFFF)
                            || (point & 0xFFFE) == 0xFFFE;
            if (point == '\\') {
                text.append("\\\\");
            } else if (control) {
                text.append(String.format(Locale.ROOT, "\\u%04X", point));
            } else {
                text.appendCodePoint(point);
            }
            i += Character.charCount(point);
        }
        return text.toString();
    }
}
