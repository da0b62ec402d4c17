package dev.waxwing.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

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
                }
                case Feature.Match m -> {
                    node.put("match", m.kind().word());
                    node.put("left", m.left().toString());
                    node.put("right", m.right().toString());
                }
            }
            node.put("bins", feature.bins());
            if (space.edges().containsKey(feature.name())) {
                ArrayNode edges = node.putArray("edges");
                space.edges(feature.name()).forEach(edges::add);
            }
            if (space.vocabularies().containsKey(feature.name())) {
                ArrayNode values = node.putArray("values");
                space.vocabulary(feature.name()).forEach(values::add);
            }
        }
        return Json.pretty(root);
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
        for (JsonNode element : Json.array(where, root, "columns")) {
            if (!(element instanceof ObjectNode node)) {
                throw new CorruptFileException(
                        where + ": a column should be an object, found " + element);
            }
            Feature feature = feature(where, node);
            features.add(feature);
            if (node.has("edges")) {
                edges.put(feature.name(), doubles(where, Json.array(where, node, "edges")));
            }
            if (node.has("values")) {
                vocabularies.put(feature.name(), texts(where, Json.array(where, node, "values")));
            }
        }
        return new FeatureSpace(
                new FeatureSpec(Json.text(where, root, "features"), snapshots, features),
                edges,
                vocabularies);
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
        return new Feature.Column(
                name,
                Entity.valueOf(Json.text(where, node, "from").toUpperCase(Locale.ROOT)),
                Json.text(where, node, "column"),
                FeatureType.valueOf(Json.text(where, node, "type").toUpperCase(Locale.ROOT)),
                bins,
                Math.toIntExact(Json.whole(where, node, "min-count")));
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
