package dev.waxwing.pmml;

import java.util.Arrays;
import java.util.List;

/// The values of one row while it is evaluated: one slot a field, computed when first asked for; null is missing.
final class Row {
    private static final Object UNSET = new Object();

    private final List<Expression> rules;
    private final Object[] values;
    private Object[] arguments = {}; // of the user-defined function being applied

    Row(List<Expression> rules) {
        this.rules = rules;
        this.values = new Object[rules.size()];
        Arrays.fill(values, UNSET);
    }

    Object get(int slot) {
        Object value = values[slot];
        if (value == UNSET) {
            value = rules.get(slot).value(this);
            values[slot] = value;
        }
        return value;
    }

    void set(int slot, Object value) {
        values[slot] = value;
    }

    Object argument(int index) {
        return arguments[index];
    }

    /// Evaluates a function's body with these arguments.
    Object with(Object[] inner, Expression body) {
        Object[] outer = arguments;
        arguments = inner;
        try {
            return body.value(this);
        } finally {
            arguments = outer;
        }
    }
}
