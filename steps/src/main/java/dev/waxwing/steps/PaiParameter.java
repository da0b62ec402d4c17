package dev.waxwing.steps;

/// A parameter of a PAI component, by PAI's name.
///
/// @param absent the value where none is given
/// @param why for a parameter that changes nothing here: the reason, which is logged
record PaiParameter(String name, Kind kind, boolean required, String absent, String why) {
    enum Kind {
        INPUT_TABLE,
        OUTPUT_TABLE,
        VALUE,
        /// Accepted, and without effect.
        IGNORED
    }

    static PaiParameter input(String name) {
        return new PaiParameter(name, Kind.INPUT_TABLE, true, "", "");
    }

    static PaiParameter inputIfGiven(String name) {
        return new PaiParameter(name, Kind.INPUT_TABLE, false, "", "");
    }

    static PaiParameter output(String name) {
        return new PaiParameter(name, Kind.OUTPUT_TABLE, true, "", "");
    }

    static PaiParameter outputIfGiven(String name) {
        return new PaiParameter(name, Kind.OUTPUT_TABLE, false, "", "");
    }

    static PaiParameter required(String name) {
        return new PaiParameter(name, Kind.VALUE, true, "", "");
    }

    static PaiParameter optional(String name, String absent) {
        return new PaiParameter(name, Kind.VALUE, false, absent, "");
    }

    static PaiParameter ignored(String name, String why) {
        return new PaiParameter(name, Kind.IGNORED, false, "", why);
    }
}
