package dev.waxwing.model;

import java.util.List;

/// A feature that is made of others when they are encoded; a raw row has no place for it.
public sealed interface Derived {
    String name();

    /// The raw features that it is made of.
    List<String> of();

    /// Two features at once: a code for each pair of their values. For linear, FM and FFM models alone.
    ///
    /// A number stands with its bin; several tags or weights make several pairs, whose weights are multiplied. It is missing where a side is,
    /// and unseen where no snapshot has a side's entity.
    ///
    /// @param left and `right`: a category, an id, tags, weights, or a number with bins
    record Cross(String name, String left, String right, Codes codes) implements Derived {
        public Cross {
            Names.checkWord("cross", name);
        }

        @Override
        public List<String> of() {
            return List.of(left, right);
        }

        /// The pair as one text: the two with `×` between, and `\` before a `×` or `\` of their own.
        public static String pair(String left, String right) {
            return escaped(left) + "×" + escaped(right);
        }

        private static String escaped(String text) {
            return text.indexOf('×') < 0 && text.indexOf('\\') < 0
                    ? text
                    : text.replace("\\", "\\\\").replace("×", "\\×");
        }

        /// The two texts that [#pair] joined.
        ///
        /// @throws IllegalArgumentException if it is no such text
        static List<String> parts(String pair) {
            var parts = new StringBuilder[] {new StringBuilder(), new StringBuilder()};
            int part = 0;
            for (int i = 0; i < pair.length(); i++) {
                char c = pair.charAt(i);
                if (c == '×' && part == 0) {
                    part = 1;
                } else if (c == '×' || (c == '\\' && i + 1 == pair.length())) {
                    throw new IllegalArgumentException("\"" + pair + "\" is no pair of texts");
                } else {
                    parts[part].append(c == '\\' ? pair.charAt(++i) : c);
                }
            }
            if (part == 0) {
                throw new IllegalArgumentException("\"" + pair + "\" is no pair of texts");
            }
            return List.of(parts[0].toString(), parts[1].toString());
        }
    }

    /// How often rows with this value were clicked, as a number: `(clicks + smoothing · base rate) / (rows + smoothing)`.
    ///
    /// Missing and unseen are values like any other; one that training did not meet has the base rate. A training row is encoded with the rate of
    /// the rows outside its own fold, so that no row sees its own label; whoever scores uses all rows.
    ///
    /// Source: Micci-Barreca, "A Preprocessing Scheme for High-Cardinality Categorical Attributes", SIGKDD Explorations 3 (2001).
    ///
    /// @param category the category or id whose values have rates
    record Rate(String name, String category, double smoothing) implements Derived {
        public Rate {
            Names.checkWord("rate", name);
            if (!(smoothing > 0 && smoothing <= 1e9)) {
                throw new IllegalArgumentException(
                        "rate " + name + ": smoothing must be above 0, found " + smoothing);
            }
        }

        @Override
        public List<String> of() {
            return List.of(category);
        }
    }
}
