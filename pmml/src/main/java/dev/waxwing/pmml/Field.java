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

    /// Orders two of its values: those of an ordinal field as the document lists them, others as their type does.
    ///
    /// @throws InvalidValueException if they have no order, or a listed one is not in the list
    int compare(Object a, Object b) {
        if (values.isEmpty() || !optype.equals("ordinal")) {
            return DataType.compare(a, b);
        }
        return Integer.compare(place(a), place(b));
    }

    private int place(Object value) {
        int place = values.indexOf(value);
        if (place < 0) {
            throw new InvalidValueException(
                    "'" + value + "' is none of the ordered values of '" + name + "'");
        }
        return place;
    }

    Field at(int otherSlot) {
        return new Field(name, otherSlot, type, optype, values, from);
    }

    Field as(String otherOptype) {
        return new Field(name, slot, type, otherOptype, values, from);
    }
}
