package dev.waxwing.pmml;

/// A document that cannot be read or that asks for something this reader does not do.
///
/// The message begins with `file:line:column` of the element at fault.
public final class PmmlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final int line;
    private final int column;
    private final String problem;

    PmmlException(String file, int line, int column, String problem) {
        this(file, line, column, problem, null);
    }

    PmmlException(String file, int line, int column, String problem, Throwable cause) {
        super(file + (line > 0 ? ":" + line + ":" + column : "") + " " + clip(problem), cause);
        this.file = file;
        this.line = line;
        this.column = column;
        this.problem = clip(problem);
    }

    /// A message that quotes megabytes of a document helps nobody.
    static String clip(String message) {
        int most = 1_000;
        return message.length() <= most
                ? message
                : message.substring(0, most - 100)
                        + " … "
                        + (message.length() - most)
                        + " characters … "
                        + message.substring(message.length() - 100);
    }

    /// The document's file name.
    public String file() {
        return file;
    }

    /// The line of the element at fault, from 1; 0 when the problem is with the file as a whole.
    public int line() {
        return line;
    }

    /// The column of the element at fault, from 1; 0 when the problem is with the file as a whole.
    public int column() {
        return column;
    }

    /// What is wrong and what would do, without the place.
    public String problem() {
        return problem;
    }
}
