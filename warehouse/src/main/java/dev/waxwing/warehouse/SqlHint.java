package dev.waxwing.warehouse;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What would do where the engine's parser says no more than "syntax error": it tells the word *behind* the one that it could not take.
final class SqlHint {
    /// Words of the engine's grammar that are good names elsewhere: columns that are called so must be quoted.
    private static final Set<String> WORDS =
            Set.of(
                    "analyze",
                    "anti",
                    "array",
                    "asof",
                    "at",
                    "between",
                    "cast",
                    "check",
                    "collate",
                    "collation",
                    "column",
                    "cross",
                    "default",
                    "desc",
                    "describe",
                    "end",
                    "exists",
                    "extract",
                    "fetch",
                    "full",
                    "generated",
                    "glob",
                    "group",
                    "inner",
                    "interval",
                    "is",
                    "left",
                    "like",
                    "limit",
                    "map",
                    "natural",
                    "offset",
                    "only",
                    "order",
                    "outer",
                    "overlay",
                    "pivot",
                    "placing",
                    "position",
                    "positional",
                    "primary",
                    "qualify",
                    "references",
                    "right",
                    "row",
                    "semi",
                    "show",
                    "similar",
                    "struct",
                    "summarize",
                    "table",
                    "tablesample",
                    "to",
                    "trailing",
                    "trim",
                    "unique",
                    "unpivot",
                    "user",
                    "values",
                    "verbose",
                    "window");

    private static final Pattern WORD_BEFORE = Pattern.compile("([A-Za-z_]+)\\s*$");
    private static final Pattern WORD_AT = Pattern.compile("^\\s*([A-Za-z_]+)");

    private SqlHint() {}

    /// A sentence to append to the engine's; empty if there is none.
    static String at(String sql, int position) {
        String before = sql.substring(0, position);
        String after = sql.substring(position);
        for (Matcher word : new Matcher[] {WORD_BEFORE.matcher(before), WORD_AT.matcher(after)}) {
            if (word.find() && WORDS.contains(word.group(1).toLowerCase(Locale.ROOT))) {
                return ". "
                        + word.group(1)
                        + " is a word of the engine's grammar; where it is a name, write it in"
                        + " quotes: \""
                        + word.group(1)
                        + '"';
            }
        }
        return "";
    }
}
