package dev.waxwing.storage;

/// The names that files may have in a store.
final class ObjectName {
    private ObjectName() {}

    /// @throws IllegalArgumentException if `name` could mean anything outside the store
    static String checked(String name) {
        String why = null;
        for (String part : name.split("/", -1)) {
            if (part.isEmpty()) {
                why = "has an empty part";
            } else if (part.startsWith(".")) {
                why = "has a part that begins with a dot";
            } else if (part.chars().anyMatch(c -> c < ' ' || c == '\\' || c == 0x7f)) {
                why = "holds a backslash or a control character";
            }
        }
        if (why != null) {
            throw new IllegalArgumentException(
                    "'"
                            + name
                            + "' is not a name in a store: it "
                            + why
                            + "; write names like bundles/item_cf/bundle.json");
        }
        return name;
    }
}
