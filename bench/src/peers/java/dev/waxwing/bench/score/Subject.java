package dev.waxwing.bench.score;

/// One forest, trained once, that all forms are written from.
///
/// @param leaves 0 = as many as the depth allows, else trees grow where the loss falls most
record Subject(String name, int trees, int depth, int leaves) {
    static Subject named(String name) {
        return switch (name) {
            case "m100" -> new Subject(name, 100, 6, 0);
            case "m500" -> new Subject(name, 500, 6, 0);
            case "leaf63" -> new Subject(name, 100, 16, 63);
            case "leaf255" -> new Subject(name, 100, 16, 255);
            default ->
                    throw new IllegalArgumentException(
                            "'" + name + "' is no subject; m100, m500, leaf63 and leaf255 are");
        };
    }
}
