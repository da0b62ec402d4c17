package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which bundle: the slot it fills, the business date, and the first 8 hex digits of its content's hash. As text `item_cf/20130801-1a2b3c4d`.
public record BundleRef(String name, LocalDate bizdate, String hash8)
        implements Comparable<BundleRef> {
    private static final Pattern TEXT = Pattern.compile("(.+)/([0-9]{8})-([0-9a-f]{8})");
    private static final Comparator<BundleRef> ORDER =
            Comparator.comparing(BundleRef::name)
                    .thenComparing(BundleRef::bizdate)
                    .thenComparing(BundleRef::hash8);

    public BundleRef {
        Names.checkSlot("a bundle's name", name);
        requireNonNull(bizdate, "bizdate is null");
        if (bizdate.getYear() < 1000 || bizdate.getYear() > 9999) {
            throw new IllegalArgumentException(
                    "a bundle's business date must have a year of four digits, found " + bizdate);
        }
        if (!hash8.matches("[0-9a-f]{8}")) {
            throw new IllegalArgumentException(
                    "a bundle's hash must be 8 lower-case hex digits, found \"" + hash8 + "\"");
        }
    }

    /// Reads `item_cf/20130801-1a2b3c4d`.
    ///
    /// @throws IllegalArgumentException if it is something else
    public static BundleRef parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (matcher.matches()) {
            try {
                return new BundleRef(
                        matcher.group(1),
                        LocalDate.parse(matcher.group(2), DateTimeFormatter.BASIC_ISO_DATE),
                        matcher.group(3));
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" names no bundle: " + matcher.group(2) + " is no day", e);
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" names no bundle; one looks like item_cf/20130801-1a2b3c4d");
    }

    /// Where it lies in the store.
    String folder() {
        return "bundles/" + this;
    }

    /// By name, then day, then hash.
    @Override
    public int compareTo(BundleRef other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return name + "/" + bizdate.format(DateTimeFormatter.BASIC_ISO_DATE) + "-" + hash8;
    }
}
