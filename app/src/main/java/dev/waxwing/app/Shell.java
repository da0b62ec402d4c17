package dev.waxwing.app;

import java.nio.file.Path;

/// Command lines that are printed for a person to type.
final class Shell {
    private Shell() {}

    /// How this program is called from any folder, when nobody has put it on the PATH.
    static String launcher() {
        Path home = Path.of(System.getProperty("waxwing.home", "."));
        return word(home.resolve("waxwing").toString());
    }

    /// A text as one word of a POSIX shell, quoted where it must be.
    static String word(String text) {
        return text.matches("[A-Za-z0-9_@%+=:,./-]+")
                ? text
                : "'" + text.replace("'", "'\\''") + "'";
    }
}
