package dev.waxwing.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.storage.Sha256;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// `bundle.json`: what a bundle is and the checksums of its files. The content hash covers all of it but the hash itself.
record Manifest(
        BundleKind kind,
        String name,
        LocalDate bizdate,
        SortedMap<String, String> parameters,
        List<EntityColumn> offers,
        List<ColumnNeed> needs,
        SortedMap<String, Stored> files) {
    static final String FILE = "bundle.json";
    static final String PROVENANCE = "provenance.json";
    private static final int FORMAT = 1;

    /// One file as it must be found.
    record Stored(long bytes, String sha256) {}

    Manifest {
        Names.checkSlot("a bundle's name", name);
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
        offers = List.copyOf(offers);
        needs = List.copyOf(needs);
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    String hash() {
        return Sha256.of(Json.line(Json.canonical(json())).getBytes(StandardCharsets.UTF_8));
    }

    BundleRef ref() {
        return new BundleRef(name, bizdate, hash().substring(0, 8));
    }

    String toJson() {
        return Json.pretty(Json.canonical(json().put("hash", hash())));
    }

    private ObjectNode json() {
        ObjectNode root = Json.object();
        root.put("format", FORMAT)
                .put("kind", kind.word())
                .put("name", name)
                .put("bizdate", bizdate.format(DateTimeFormatter.BASIC_ISO_DATE));
        ObjectNode parameterNode = root.putObject("parameters");
        parameters.forEach(parameterNode::put);
        ArrayNode offerNodes = root.putArray("offers");
        offers.forEach(
                o -> offerNodes.addObject().put("column", o.name()).put("kind", o.kind().word()));
        ArrayNode needNodes = root.putArray("needs");
        needs.forEach(
                n ->
                        needNodes
                                .addObject()
                                .put("snapshot", n.snapshot())
                                .put("column", n.column())
                                .put("kind", n.kindWords()));
        ObjectNode fileNodes = root.putObject("files");
        files.forEach(
                (file, stored) ->
                        fileNodes
                                .putObject(file)
                                .put("bytes", stored.bytes)
                                .put("sha256", stored.sha256));
        return root;
    }

    /// @throws CorruptFileException if the text is not a manifest or its hash is not the hash of the rest
    static Manifest parse(String where, String text) {
        ObjectNode root = Json.parse(where, text);
        long format = Json.whole(where, root, "format");
        if (format != FORMAT) {
            throw new CorruptFileException(
                    where + " is of format " + format + "; this version reads " + FORMAT);
        }
        Manifest manifest;
        try {
            manifest = read(where, root);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new CorruptFileException(where + ": " + e.getMessage(), e);
        }
        String hash = Json.text(where, root, "hash");
        if (!hash.equals(manifest.hash())) {
            throw new CorruptFileException(
                    where
                            + " says its hash is "
                            + hash
                            + ", but its content has "
                            + manifest.hash()
                            + "; it was altered");
        }
        return manifest;
    }

    private static Manifest read(String where, ObjectNode root) {
        var parameters = new TreeMap<String, String>();
        for (Map.Entry<String, JsonNode> member :
                Json.object(where, root, "parameters").properties()) {
            parameters.put(member.getKey(), member.getValue().textValue());
        }
        var offers = new ArrayList<EntityColumn>();
        for (JsonNode node : Json.array(where, root, "offers")) {
            offers.add(
                    new EntityColumn(
                            node.path("column").asText(), kind(node.path("kind").asText())));
        }
        var needs = new ArrayList<ColumnNeed>();
        for (JsonNode node : Json.array(where, root, "needs")) {
            var kinds = EnumSet.noneOf(EntityColumn.Kind.class);
            Arrays.stream(node.path("kind").asText().split("\\|"))
                    .map(Manifest::kind)
                    .forEach(kinds::add);
            needs.add(
                    new ColumnNeed(
                            node.path("snapshot").asText(), node.path("column").asText(), kinds));
        }
        var files = new TreeMap<String, Stored>();
        for (Map.Entry<String, JsonNode> member : Json.object(where, root, "files").properties()) {
            files.put(
                    member.getKey(),
                    new Stored(
                            member.getValue().path("bytes").asLong(-1),
                            member.getValue().path("sha256").asText()));
        }
        return new Manifest(
                BundleKind.valueOf(Json.text(where, root, "kind").toUpperCase(Locale.ROOT)),
                Json.text(where, root, "name"),
                LocalDate.parse(
                        Json.text(where, root, "bizdate"), DateTimeFormatter.BASIC_ISO_DATE),
                parameters,
                offers,
                needs,
                files);
    }

    private static EntityColumn.Kind kind(String word) {
        return EntityColumn.Kind.valueOf(word.toUpperCase(Locale.ROOT));
    }
}
