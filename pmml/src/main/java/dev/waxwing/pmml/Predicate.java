package dev.waxwing.pmml;

/// Asks a row a question that may have no answer because a value is missing.
interface Predicate {
    /// How a question was answered.
    enum Answer {
        YES,
        NO,
        UNKNOWN;

        static Answer of(boolean yes) {
            return yes ? YES : NO;
        }
    }

    Answer ask(Row row);
}
