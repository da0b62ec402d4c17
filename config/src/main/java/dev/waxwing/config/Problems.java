package dev.waxwing.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Everything found wrong with one file so far.
final class Problems {
    private record Problem(int line, String text) {}

    private final String file;
    private final List<Problem> problems = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    String where(int line) {
        return file + ":" + line;
    }

    /// @param key the whole path of the key; empty where the problem is the file's
    void add(int line, String key, String message) {
        problems.add(
                new Problem(
                        line, where(line) + (key.isEmpty() ? " " : " " + key + ": ") + message));
    }

    int count() {
        return problems.size();
    }

    /// All problems by line; those of one line in the order they were found.
    ConfigException thrown() {
        List<String> texts =
                problems.stream()
                        .sorted(Comparator.comparingInt(Problem::line))
                        .map(Problem::text)
                        .distinct()
                        .toList();
        return new ConfigException(texts);
    }
}
