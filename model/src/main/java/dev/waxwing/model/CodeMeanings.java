package dev.waxwing.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What became of the codes of a feature set from one fitted space to the next.
///
/// A code is a feature and a value: `genres=Drama`, `age[1.0,5.5)`, `user#17`. Its index is a bundle's own affair, so values may come, go and move.
/// What must not happen is that a code of one name says another thing: that a feature reads another column, is transformed in another way, or
/// hashes with another seed, and keeps its name. Then weights that are carried over, and rows that were logged under the name, mean what they
/// never meant. How many bins or values a feature has at most is no change of meaning, because its codes name their range or value.
public final class CodeMeanings {
    private CodeMeanings() {}

    /// The features whose codes say another thing than before, each as a sentence. Empty also if these are two feature sets (two `features:` names).
    public static List<String> changes(FeatureSpace before, FeatureSpace after) {
        if (!before.spec().name().equals(after.spec().name())) {
            return List.of();
        }
        Map<String, String> old = definitions(before.spec());
        var changes = new ArrayList<String>();
        definitions(after.spec())
                .forEach(
                        (name, definition) -> {
                            String was = old.getOrDefault(name, definition);
                            if (!was.equals(definition)) {
                                changes.add(
                                        "feature "
                                                + name
                                                + " was "
                                                + was
                                                + " and is "
                                                + definition
                                                + "; give it another name");
                            }
                        });
        return changes;
    }

    /// The learnt values and bins of a feature; empty where it has none: numbers without bins, hashes, rates.
    ///
    /// @param name of a raw or derived feature; one that the space lacks has none
    public static Set<String> codes(FeatureSpace space, String name) {
        int place = space.spec().indexOf(name);
        if (place >= 0 && space.spec().features().get(place).bins() > 0) {
            double[] ends = space.edges(name).stream().mapToDouble(Double::doubleValue).toArray();
            var ranges = new TreeSet<String>();
            for (int bin = 0; bin <= ends.length; bin++) {
                ranges.add(Bins.range(ends, bin));
            }
            return ranges;
        }
        return new TreeSet<>(space.vocabulary(name));
    }

    /// What each feature is, without what is fitted anew every night.
    private static Map<String, String> definitions(FeatureSpec spec) {
        var definitions = new TreeMap<String, String>();
        for (Feature feature : spec.features()) {
            definitions.put(
                    feature.name(),
                    switch (feature) {
                        case Feature.Column c ->
                                c.type().word()
                                        + " "
                                        + spec.snapshots().getOrDefault(c.from(), c.from().word())
                                        + "."
                                        + c.column()
                                        + (c.transform() == Transform.NONE
                                                ? ""
                                                : " by " + c.transform().word())
                                        + hash(c.codes());
                        case Feature.Id id ->
                                "the id of the " + id.from().word() + hash(id.codes());
                        case Feature.Match m ->
                                m.kind().word() + " of " + m.left() + " and " + m.right();
                    });
        }
        for (Derived derived : spec.derived()) {
            definitions.put(
                    derived.name(),
                    switch (derived) {
                        case Derived.Cross c ->
                                "the cross of " + c.left() + " and " + c.right() + hash(c.codes());
                        case Derived.Rate r ->
                                "the rate of " + r.category() + " smoothed by " + r.smoothing();
                    });
        }
        return definitions;
    }

    private static String hash(Codes codes) {
        return switch (codes) {
            case Codes.Hash h -> ", hashed to " + h.buckets() + " with seed " + h.seed();
            case Codes.Vocabulary _ -> "";
        };
    }
}
