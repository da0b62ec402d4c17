package dev.waxwing.learn;

import java.util.List;

/// A file of rows or of a model, in one of xLearn's formats, cannot be used as it stands. Meant for whoever made the file.
public final class XlearnFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // always an immutable list, which is serialisable
    private final List<String> problems;

    /// @param problems one line each, `file:line:column what was found; what would do`; at least one
    public XlearnFileException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    XlearnFileException(String problem) {
        this(List.of(problem));
    }

    /// Every problem on its own, in the order of the file.
    public List<String> problems() {
        return problems;
    }
}
