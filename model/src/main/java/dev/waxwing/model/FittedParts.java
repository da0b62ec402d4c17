package dev.waxwing.model;

import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Checks that each feature has the fit that its type needs, and nothing else has one.
final class FittedParts {
    private FittedParts() {}

    static void check(
            FeatureSpec spec,
            Map<String, List<Double>> edges,
            Map<String, List<String>> vocabularies,
            Map<String, ClickRates> rates) {
        for (Feature feature : spec.features()) {
            boolean number = feature.type() == FeatureType.NUMBER;
            wants(
                    feature,
                    "edges of its bins",
                    number && feature.bins() > 0,
                    edges.get(feature.name()));
            boolean learnt = !number && feature.codes() instanceof Codes.Vocabulary;
            wants(feature, "a vocabulary", learnt, vocabularies.get(feature.name()));
        }
        for (Derived derived : spec.derived()) {
            boolean learnt =
                    derived instanceof Derived.Cross c && c.codes() instanceof Codes.Vocabulary;
            wants(derived.name(), "a vocabulary", learnt, vocabularies.get(derived.name()));
            wants(
                    derived.name(),
                    "rates",
                    derived instanceof Derived.Rate,
                    rates.get(derived.name()));
            if (learnt) {
                vocabularies.get(derived.name()).forEach(Derived.Cross::parts);
            }
        }
        for (String name : rates.keySet()) {
            known(spec, name);
            if (spec.indexOf(name) >= 0) {
                wants(name, "rates", false, rates.get(name));
            }
        }
        edges.forEach(
                (name, list) -> {
                    known(spec, name);
                    rising(name, list);
                });
        vocabularies.forEach(
                (name, values) -> {
                    known(spec, name);
                    distinct(name, values);
                });
    }

    private static void wants(Feature feature, String what, boolean wanted, List<?> found) {
        wants(
                feature.name() + " (" + feature.type().word() + ", " + feature.bins() + " bins)",
                what,
                wanted,
                found);
    }

    private static void wants(String feature, String what, boolean wanted, Object found) {
        if (wanted != (found != null)) {
            throw new IllegalArgumentException(
                    "feature "
                            + feature
                            + " "
                            + (wanted ? "was fitted without " : "was fitted with ")
                            + what);
        }
    }

    private static void known(FeatureSpec spec, String name) {
        if (!spec.fields().contains(name)) {
            throw new IllegalArgumentException(
                    "features "
                            + spec.name()
                            + " was fitted with "
                            + name
                            + ", which is not among them");
        }
    }

    private static void rising(String name, List<Double> edges) {
        for (int i = 0; i < edges.size(); i++) {
            if (!Double.isFinite(edges.get(i)) || (i > 0 && edges.get(i - 1) >= edges.get(i))) {
                throw new IllegalArgumentException(
                        "feature "
                                + name
                                + ": the edges of bins must be finite and rise, found "
                                + edges);
            }
        }
    }

    private static void distinct(String name, List<String> values) {
        var seen = new HashSet<String>();
        for (String value : values) {
            if (value.equals(FeatureRow.MISSING) || value.equals(FeatureRow.UNSEEN)) {
                throw new IllegalArgumentException(
                        "feature "
                                + name
                                + ": "
                                + value
                                + " is not a value to learn; leave it out of the vocabulary");
            }
            if (!seen.add(value)) {
                throw new IllegalArgumentException(
                        "feature " + name + ": the vocabulary has \"" + value + "\" twice");
            }
        }
    }
}
