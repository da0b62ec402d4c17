package dev.waxwing.config;

import java.util.List;

/// A file that a user wrote cannot be used as it stands. Holds everything that is wrong with it.
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // always an immutable list, which is serialisable
    private final List<String> problems;

    /// @param problems one line each, `file:line key: what is wrong; what would do`; at least one
    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("a ConfigException needs at least one problem");
        }
        this.problems = List.copyOf(problems);
    }

    /// Every problem on its own, in the order of the file's lines.
    public List<String> problems() {
        return problems;
    }
}
