package dev.waxwing.pmml;

import java.util.List;

/// A field that expressions, predicates and models may refer to.
///
/// @param slot its place in a [Row]
/// @param values the categories in the order that the document declares them; empty if it declares none
/// @param from what declared it
record Field(
        String name, int slot, DataType type, String optype, List<Object> values, Element from) {
    Field {
        values = List.copyOf(values);
    }

    boolean continuous() {
        return optype.equals("continuous");
    }

    Field at(int otherSlot) {
        return new Field(name, otherSlot, type, optype, values, from);
    }

    Field as(String otherOptype) {
        return new Field(name, slot, type, otherOptype, values, from);
    }
}
