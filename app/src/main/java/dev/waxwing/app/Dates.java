package dev.waxwing.app;

import picocli.CommandLine;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;

/// Reads business dates on the command line: `20130831` or `2013-08-31`.
final class Dates implements CommandLine.ITypeConverter<LocalDate> {
    @Override
    public LocalDate convert(String text) {
        try {
            return text.contains("-")
                    ? LocalDate.parse(text)
                    : LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE);
        } catch (DateTimeException e) {
            throw new CommandLine.TypeConversionException(
                    "'" + text + "' is not a day; wanted yyyymmdd, such as 20130831");
        }
    }
}
