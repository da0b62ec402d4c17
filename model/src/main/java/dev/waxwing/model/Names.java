package dev.waxwing.model;

import java.util.regex.Pattern;

/// Which names the files of this module accept; they become file names, column names and parts of paths.
final class Names {
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern SLOT =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_-]*)*");
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

    private Names() {}

    static boolean isWord(String name) {
        return WORD.matcher(name).matches();
    }

    static void checkWord(String what, String name) {
        if (name == null || !isWord(name)) {
            throw new IllegalArgumentException(
                    what
                            + " name must be letters, digits and _, not beginning with a digit;"
                            + " found \""
                            + name
                            + "\"");
        }
    }

    static void checkSlot(String what, String name) {
        if (name == null || !SLOT.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what
                            + " must be words of letters, digits, _ and - (parted by /); found \""
                            + name
                            + "\"");
        }
    }

    static void checkFile(String name) {
        if (name == null || !FILE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a bundle's file name must be letters, digits, and . _ - after the first; found"
                            + " \""
                            + name
                            + "\"");
        }
    }
}
