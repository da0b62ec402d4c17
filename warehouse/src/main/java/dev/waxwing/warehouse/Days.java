package dev.waxwing.warehouse;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;

/// Days as they name partitions: `yyyymmdd`.
final class Days {
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("uuuuMMdd").withResolverStyle(ResolverStyle.STRICT);

    private Days() {}

    static String of(LocalDate day) {
        return day.format(FORM);
    }

    static LocalDate parse(String ds) {
        try {
            return LocalDate.parse(ds, FORM);
        } catch (DateTimeParseException e) {
            throw new WarehouseException(
                    "ds must be a day written yyyymmdd, found '" + ds + "'", e);
        }
    }
}
