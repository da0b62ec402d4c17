package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.List;

/// How deep a document's expressions may nest and how many steps they may take for a row, so that no document
/// exhausts the stack or runs for ever.
///
/// A field is computed once a row, so who refers to it takes one step more and nests as deep as the field does. The body
/// of a function runs wherever it is applied, so its steps count each time.
final class Budget {
    static final int MOST_LEVELS = 800;
    static final long MOST_STEPS = 10_000_000;

    /// What one expression takes.
    record Effort(int levels, long steps) {}

    private final List<Effort> open = new ArrayList<>(); // of the expressions that are being read
    private long total;

    /// An expression begins inside the one that is being read, if any.
    void begin(Element at) {
        if (open.size() >= MOST_LEVELS) {
            throw tooDeep(at);
        }
        open.add(new Effort(0, 0));
    }

    /// The expression ends; it is a part of the one around it.
    void end(Element at) {
        Effort own = pop();
        if (open.isEmpty()) {
            count(at, own.steps);
        } else {
            takes(at, own);
        }
    }

    /// The expression ends and is computed apart from the one around it: a field, or a function's body.
    Effort endApart(Element at) {
        Effort own = pop();
        count(at, own.steps);
        return own;
    }

    private Effort pop() {
        Effort own = open.remove(open.size() - 1);
        return new Effort(own.levels + 1, own.steps + 1);
    }

    /// The expression that is being read also does this.
    void takes(Element at, Effort more) {
        if (open.isEmpty()) {
            count(at, more.steps);
            return;
        }
        int last = open.size() - 1;
        Effort before = open.get(last);
        int levels = Math.max(before.levels, more.levels);
        long steps = before.steps + more.steps; // both are at most MOST_STEPS
        if (levels > MOST_LEVELS) {
            throw tooDeep(at);
        }
        if (steps > MOST_STEPS) {
            throw tooLong(at);
        }
        open.set(last, new Effort(levels, steps));
    }

    /// What has been read so far of the expression is evaluated twice.
    void twice(Element at) {
        takes(at, open.get(open.size() - 1));
    }

    private void count(Element at, long steps) {
        total += steps;
        if (total > MOST_STEPS) {
            throw tooLong(at);
        }
    }

    private static PmmlException tooDeep(Element at) {
        return at.problem(
                "expressions nest or derived fields refer to each other over more than "
                        + MOST_LEVELS
                        + " levels");
    }

    private static PmmlException tooLong(Element at) {
        return at.problem(
                "the document's expressions take more than "
                        + MOST_STEPS
                        + " steps for a row; functions that apply each other multiply");
    }
}
