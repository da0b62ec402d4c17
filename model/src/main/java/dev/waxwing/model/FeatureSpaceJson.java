package dev.waxwing.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `features.json`: the spec and its fit. Edges are written with as many digits as bring the same double back.
final class FeatureSpaceJson {
    private static final int FORMAT = 1;

    private FeatureSpaceJson() {}

    static String write(FeatureSpace space) {
        FeatureSpec spec = space.spec();
        ObjectNode root = Json.object();
        root.put("format", FORMAT);
        root.put("features", spec.name());
        ObjectNode snapshots = root.putObject("snapshots");
        for (Entity entity : Entity.values()) {
            if (spec.snapshots().containsKey(entity)) {
                snapshots.put(entity.word(), spec.snapshots().get(entity));
            }
        }
        ArrayNode columns = root.putArray("columns");
        for (Feature feature : spec.features()) {
            ObjectNode node = columns.addObject();
            node.put("name", feature.name());
            switch (feature) {
                case Feature.Column c -> {
                    node.put("from", c.from().word());
                    node.put("column", c.column());
                    node.put("type", c.type().word());
                    node.put("min-count", c.minCount());
                    if (c.transform() != Transform.NONE) {
                        node.put("transform", c.transform().word());
                    }
                    write(node, c.codes());
                }
                case Feature.Id id -> {
                    node.put("from", id.from().word());
                    node.put("type", "id");
                    if (id.codes() instanceof Codes.Vocabulary v) {
                        node.put("min-count", v.minCount());
                    }
                    write(node, id.codes());
                }
                case Feature.Match m -> {
                    node.put("match", m.kind().word());
                    node.put("left", m.left().toString());
                    node.put("right", m.right().toString());
                }
            }
            node.put("bins", feature.bins());
            if (space.coded().contains(feature.name())) {
                node.put("by-code", true);
            }
            if (space.edges().containsKey(feature.name())) {
                ArrayNode edges = node.putArray("edges");
                space.edges(feature.name()).forEach(edges::add);
            }
            if (space.vocabularies().containsKey(feature.name())) {
                ArrayNode values = node.putArray("values");
                space.vocabulary(feature.name()).forEach(values::add);
            }
        }
        if (!spec.derived().isEmpty()) {
            ArrayNode derived = root.putArray("derived");
            spec.derived().forEach(d -> write(derived.addObject(), d, space));
        }
        return Json.pretty(root);
    }

    /// What the smallest number of rows does not say.
    private static void write(ObjectNode node, Codes codes) {
        switch (codes) {
            case Codes.Hash hash -> node.put("hash", hash.buckets()).put("seed", hash.seed());
            case Codes.Vocabulary v -> {
                if (v.maxSize() < Integer.MAX_VALUE) {
                    node.put("max-size", v.maxSize());
                }
            }
        }
    }

    private static void write(ObjectNode node, Derived derived, FeatureSpace space) {
        node.put("name", derived.name());
        switch (derived) {
            case Derived.Cross cross -> {
                node.put("left", cross.left()).put("right", cross.right());
                if (cross.codes() instanceof Codes.Vocabulary v) {
                    node.put("min-count", v.minCount());
                }
                write(node, cross.codes());
                if (space.vocabularies().containsKey(cross.name())) {
                    ArrayNode values = node.putArray("values");
                    space.vocabulary(cross.name()).forEach(values::add);
                }
            }
            case Derived.Rate rate -> {
                ClickRates rates = space.rates().get(rate.name());
                node.put("rate", rate.category()).put("smoothing", rate.smoothing());
                node.put("clicks", rates.all().clicks()).put("rows", rates.all().rows());
                ObjectNode values = node.putObject("values");
                rates.byValue()
                        .forEach(
                                (value, tally) ->
                                        values.putArray(value)
                                                .add(tally.clicks())
                                                .add(tally.rows()));
            }
        }
    }

    static FeatureSpace read(String where, String json) {
        ObjectNode root = Json.parse(where, json);
        long format = Json.whole(where, root, "format");
        if (format != FORMAT) {
            throw new CorruptFileException(
                    where + " is of format " + format + "; this version reads " + FORMAT);
        }
        try {
            return read(where, root);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(where + ": " + e.getMessage(), e);
        }
    }

    private static FeatureSpace read(String where, ObjectNode root) {
        var snapshots = new EnumMap<Entity, String>(Entity.class);
        for (var member : Json.object(where, root, "snapshots").properties()) {
            snapshots.put(
                    Entity.valueOf(member.getKey().toUpperCase(Locale.ROOT)),
                    member.getValue().textValue());
        }
        var features = new ArrayList<Feature>();
        var edges = new HashMap<String, List<Double>>();
        var vocabularies = new HashMap<String, List<String>>();
        var coded = new HashSet<String>();
        for (JsonNode element : Json.array(where, root, "columns")) {
            if (!(element instanceof ObjectNode node)) {
                throw new CorruptFileException(
                        where + ": a column should be an object, found " + element);
            }
            Feature feature = feature(where, node);
            features.add(feature);
            if (node.path("by-code").booleanValue()) {
                coded.add(feature.name());
            }
            if (node.has("edges")) {
                edges.put(feature.name(), doubles(where, Json.array(where, node, "edges")));
            }
            if (node.has("values")) {
                vocabularies.put(feature.name(), texts(where, Json.array(where, node, "values")));
            }
        }
        var derived = new ArrayList<Derived>();
        var rates = new HashMap<String, ClickRates>();
        if (root.has("derived")) {
            for (JsonNode element : Json.array(where, root, "derived")) {
                if (!(element instanceof ObjectNode node)) {
                    throw new CorruptFileException(
                            where + ": a derived feature should be an object, found " + element);
                }
                derived.add(derived(where, node, vocabularies, rates));
            }
        }
        return new FeatureSpace(
                new FeatureSpec(Json.text(where, root, "features"), snapshots, features, derived),
                edges,
                vocabularies,
                rates,
                coded);
    }

    private static Derived derived(
            String where,
            ObjectNode node,
            Map<String, List<String>> vocabularies,
            Map<String, ClickRates> rates) {
        String name = Json.text(where, node, "name");
        if (node.has("rate")) {
            var byValue = new HashMap<String, ClickRates.Tally>();
            for (var member : Json.object(where, node, "values").properties()) {
                if (!(member.getValue() instanceof ArrayNode two) || two.size() != 2) {
                    throw Json.wrong(where, member.getKey(), "[clicks, rows]", member.getValue());
                }
                byValue.put(
                        member.getKey(),
                        new ClickRates.Tally(two.get(0).longValue(), two.get(1).longValue()));
            }
            var all =
                    new ClickRates.Tally(
                            Json.whole(where, node, "clicks"), Json.whole(where, node, "rows"));
            rates.put(name, new ClickRates(all, byValue));
            return new Derived.Rate(
                    name, Json.text(where, node, "rate"), Json.number(where, node, "smoothing"));
        }
        if (node.has("values")) {
            vocabularies.put(name, texts(where, Json.array(where, node, "values")));
        }
        return new Derived.Cross(
                name,
                Json.text(where, node, "left"),
                Json.text(where, node, "right"),
                codes(where, node));
    }

    private static Codes codes(String where, ObjectNode node) {
        if (node.has("hash")) {
            return new Codes.Hash(
                    Math.toIntExact(Json.whole(where, node, "hash")),
                    Json.whole(where, node, "seed"));
        }
        return new Codes.Vocabulary(
                Math.toIntExact(Json.whole(where, node, "min-count")),
                node.has("max-size")
                        ? Math.toIntExact(Json.whole(where, node, "max-size"))
                        : Integer.MAX_VALUE);
    }

    private static Feature feature(String where, ObjectNode node) {
        String name = Json.text(where, node, "name");
        int bins = Math.toIntExact(Json.whole(where, node, "bins"));
        if (node.has("match")) {
            return new Feature.Match(
                    name,
                    Feature.MatchKind.valueOf(
                            Json.text(where, node, "match").toUpperCase(Locale.ROOT)),
                    Feature.Side.parse(Json.text(where, node, "left")),
                    Feature.Side.parse(Json.text(where, node, "right")),
                    bins);
        }
        Entity from = Entity.valueOf(Json.text(where, node, "from").toUpperCase(Locale.ROOT));
        String type = Json.text(where, node, "type");
        if (type.equals("id")) {
            return new Feature.Id(name, from, codes(where, node));
        }
        return new Feature.Column(
                name,
                from,
                Json.text(where, node, "column"),
                FeatureType.valueOf(type.toUpperCase(Locale.ROOT)),
                bins,
                node.has("transform")
                        ? Transform.valueOf(
                                Json.text(where, node, "transform").toUpperCase(Locale.ROOT))
                        : Transform.NONE,
                codes(where, node));
    }

    private static List<Double> doubles(String where, ArrayNode array) {
        var all = new ArrayList<Double>();
        for (JsonNode element : array) {
            if (!element.isNumber()) {
                throw new CorruptFileException(
                        where + ": an edge should be a number, found " + element);
            }
            all.add(element.doubleValue());
        }
        return all;
    }

    private static List<String> texts(String where, ArrayNode array) {
        var all = new ArrayList<String>();
        for (JsonNode element : array) {
            if (!element.isTextual()) {
                throw new CorruptFileException(
                        where + ": a value should be a text, found " + element);
            }
            all.add(element.textValue());
        }
        return all;
    }
}
