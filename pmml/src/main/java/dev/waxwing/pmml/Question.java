package dev.waxwing.pmml;

import java.util.BitSet;
import java.util.List;

/// A predicate as it looks when only some of a row is known: [Predicate] answers for one row, this for many.
///
/// [Ask] holds the questions that a node of a [Forest] can ask; all others are made of them.
interface Question {
    /// How it is answered for all rows that are still possible.
    enum Reply {
        YES,
        NO,
        UNKNOWN,
        /// Not alike for all of them.
        OPEN;

        static Reply of(boolean yes) {
            return yes ? YES : NO;
        }
    }

    Reply reply(Possible[] known);

    /// The first question to ask when the reply is open.
    Ask ask(Possible[] known);

    /// Whether a column is missing, below a threshold, or in a set of categories.
    ///
    /// @param set null if it is about a threshold or about being missing
    /// @param threshold NaN if it is about being missing
    record Ask(int column, double threshold, BitSet set) implements Question {
        static Ask missing(int column) {
            return new Ask(column, Double.NaN, null);
        }

        static Ask below(int column, double threshold) {
            return new Ask(column, threshold, null);
        }

        static Ask in(int column, BitSet set) {
            return new Ask(column, Double.NaN, set);
        }

        boolean aboutMissing() {
            return set == null && Double.isNaN(threshold);
        }

        Possible yes(Possible now) {
            return yes(now, false);
        }

        /// @param orMissing whether a missing value, if there may be one, counts as a yes
        Possible yes(Possible now, boolean orMissing) {
            return aboutMissing()
                    ? now.onlyMissing()
                    : set == null ? now.below(threshold, orMissing) : now.in(set, orMissing);
        }

        Possible no(Possible now) {
            return no(now, false);
        }

        /// @param orMissing whether a missing value, if there may be one, counts as a no
        Possible no(Possible now, boolean orMissing) {
            return aboutMissing()
                    ? now.onlyPresent()
                    : set == null ? now.notBelow(threshold, orMissing) : now.notIn(set, orMissing);
        }

        @Override
        public Reply reply(Possible[] known) {
            Possible now = known[column];
            if (aboutMissing()) {
                return now.missing && now.present ? Reply.OPEN : Reply.of(now.missing);
            }
            if (now.missing) {
                return now.present ? Reply.OPEN : Reply.UNKNOWN;
            }
            boolean yes = yes(now).present;
            return yes && no(now).present ? Reply.OPEN : Reply.of(yes);
        }

        @Override
        public Ask ask(Possible[] known) {
            return this;
        }
    }

    /// True or false for every row.
    record Always(boolean yes) implements Question {
        @Override
        public Reply reply(Possible[] known) {
            return Reply.of(yes);
        }

        @Override
        public Ask ask(Possible[] known) {
            throw new IllegalStateException("is never open");
        }
    }

    /// The contrary; unknown stays unknown.
    record Not(Question of) implements Question {
        @Override
        public Reply reply(Possible[] known) {
            Reply reply = of.reply(known);
            return switch (reply) {
                case YES -> Reply.NO;
                case NO -> Reply.YES;
                case UNKNOWN, OPEN -> reply;
            };
        }

        @Override
        public Ask ask(Possible[] known) {
            return of.ask(known);
        }
    }

    /// `decisive` if any part says so, else unknown if any part is, else the contrary.
    record Any(Reply decisive, List<Question> parts) implements Question {
        @Override
        public Reply reply(Possible[] known) {
            Reply so = decisive == Reply.YES ? Reply.NO : Reply.YES;
            for (Question part : parts) {
                Reply reply = part.reply(known);
                if (reply == decisive) {
                    return decisive;
                }
                if (reply == Reply.OPEN || (reply == Reply.UNKNOWN && so != Reply.OPEN)) {
                    so = reply;
                }
            }
            return so;
        }

        @Override
        public Ask ask(Possible[] known) {
            return firstOpen(parts, known);
        }
    }

    /// Whether an odd number of parts say yes; unknown if any part is.
    record Odd(List<Question> parts) implements Question {
        @Override
        public Reply reply(Possible[] known) {
            boolean odd = false;
            boolean open = false;
            for (Question part : parts) {
                Reply reply = part.reply(known);
                if (reply == Reply.UNKNOWN) {
                    return reply;
                }
                open |= reply == Reply.OPEN;
                odd ^= reply == Reply.YES;
            }
            return open ? Reply.OPEN : Reply.of(odd);
        }

        @Override
        public Ask ask(Possible[] known) {
            return firstOpen(parts, known);
        }
    }

    /// The first part that has an answer.
    record FirstKnown(List<Question> parts) implements Question {
        @Override
        public Reply reply(Possible[] known) {
            for (Question part : parts) {
                Reply reply = part.reply(known);
                if (reply != Reply.UNKNOWN) {
                    return reply;
                }
            }
            return Reply.UNKNOWN;
        }

        @Override
        public Ask ask(Possible[] known) {
            return firstOpen(parts, known);
        }
    }

    private static Ask firstOpen(List<Question> parts, Possible[] known) {
        for (Question part : parts) {
            if (part.reply(known) == Reply.OPEN) {
                return part.ask(known);
            }
        }
        throw new IllegalStateException("nothing is open");
    }
}
