package dev.waxwing.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.model.BundleRef;
import dev.waxwing.model.FeatureRow;
import dev.waxwing.model.RankExplanation;

import java.util.Collection;
import java.util.Map;

/// How answers look as JSON. A number that is not one (NaN) is null.
public final class Json {
    static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(32)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree in memory can always be written", e);
        }
    }

    /// `{request_id, scene, user, ranker, note?, items: [{position, item, score, sources, title?, tags?, author?}], bundles}`
    public static ObjectNode of(Answer answer) {
        ObjectNode json = object();
        json.put("request_id", answer.requestId())
                .put("scene", answer.scene())
                .put("user", answer.user())
                .put("ranker", answer.ranker());
        putIfAny(json, "note", answer.note());
        ArrayNode items = json.putArray("items");
        for (Answer.Item item : answer.items()) {
            ObjectNode one = items.addObject();
            one.put("position", item.position()).put("item", item.item());
            putNumber(one, "score", item.score());
            texts(one.putArray("sources"), item.sources());
            putIfAny(one, "title", item.title());
            if (!item.tags().isEmpty()) {
                texts(one.putArray("tags"), item.tags());
            }
            putIfAny(one, "author", item.author());
        }
        bundles(json, answer.bundles());
        return json;
    }

    /// `{scene, user, item, sources, filtered, place, ranker, features, ranking: {base, contributions, margin, score}, bundles}`
    public static ObjectNode of(Explanation explanation) {
        ObjectNode json = object();
        json.put("scene", explanation.scene())
                .put("user", explanation.user())
                .put("item", explanation.item());
        putIfAny(json, "title", explanation.title());
        ObjectNode sources = json.putObject("sources");
        explanation
                .sources()
                .forEach(
                        (recall, source) ->
                                putNumber(
                                        sources.putObject(recall).put("place", source.place()),
                                        "score",
                                        source.score()));
        texts(json.putArray("filtered"), explanation.leaves());
        json.put("place", explanation.place()).put("ranker", explanation.ranker());
        putIfAny(json, "note", explanation.note());
        explanation.features().ifPresent(row -> json.set("features", features(row)));
        explanation.ranking().ifPresent(ranking -> json.set("ranking", of(ranking)));
        bundles(json, explanation.bundles());
        return json;
    }

    private static ObjectNode of(RankExplanation ranking) {
        ObjectNode json = object();
        putNumber(json, "base", ranking.base());
        ArrayNode parts = json.putArray("contributions");
        for (RankExplanation.Part part : ranking.strongest()) {
            ObjectNode one = parts.addObject().put("feature", part.feature());
            one.set("value", tree(part.value()));
            putNumber(one, "contribution", part.contribution());
        }
        putNumber(json, "margin", ranking.margin());
        putNumber(json, "score", ranking.score());
        return json;
    }

    static ObjectNode of(KnownItems.Similar similar) {
        ObjectNode json = object();
        json.put("item", similar.item());
        ArrayNode items = json.putArray("items");
        for (int i = 0; i < similar.items().size(); i++) {
            ObjectNode one = items.addObject().put("item", similar.items().get(i).id());
            putNumber(one, "score", similar.items().get(i).score());
            putIfAny(one, "title", similar.titles().get(i));
        }
        json.putObject("bundles").put(similar.alias(), similar.bundle());
        return json;
    }

    static ObjectNode of(ServeException e) {
        return object().put("error", e.getMessage())
                .put("where", e.where())
                .put("found", e.found())
                .put("wouldDo", e.wouldDo());
    }

    static void bundles(ObjectNode json, Map<String, BundleRef> bundles) {
        ObjectNode refs = json.putObject("bundles");
        bundles.forEach((alias, ref) -> refs.put(alias, ref.toString()));
    }

    private static JsonNode features(FeatureRow row) {
        return tree(row.toJson());
    }

    private static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("written by our own writer", e);
        }
    }

    static void putNumber(ObjectNode json, String key, double value) {
        if (Double.isFinite(value)) {
            json.put(key, value);
        } else {
            json.putNull(key);
        }
    }

    private static void putIfAny(ObjectNode json, String key, String text) {
        if (!text.isEmpty()) {
            json.put(key, text);
        }
    }

    private static void texts(ArrayNode array, Collection<String> texts) {
        texts.forEach(array::add);
    }
}
