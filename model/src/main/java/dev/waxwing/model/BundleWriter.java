package dev.waxwing.model;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.waxwing.storage.FileStore;
import dev.waxwing.storage.Sha256;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A bundle in the making: files are written into a draft folder, then [#publish] makes all of it visible at once.
///
/// Use it in a try block; closing removes the draft. One thread.
public final class BundleWriter implements AutoCloseable {
    private final FileStore store;
    private final BundleKind kind;
    private final String name;
    private final LocalDate bizdate;
    private final Path draft;
    private final SortedMap<String, String> parameters = new TreeMap<>();
    private final ObjectNode provenance = Json.object();
    private List<EntityColumn> offers = List.of();
    private List<ColumnNeed> needs = List.of();

    BundleWriter(FileStore store, BundleKind kind, String name, LocalDate bizdate) {
        Names.checkSlot("a bundle's name", name);
        this.store = store;
        this.kind = kind;
        this.name = name;
        this.bizdate = bizdate;
        try {
            this.draft = Files.createTempDirectory("bundle-");
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot make a draft folder for bundle " + name + ": " + e, e);
        }
    }

    /// Where to write a file of the bundle.
    public Path file(String fileName) {
        Names.checkFile(fileName);
        if (fileName.equals(Manifest.FILE) || fileName.equals(Manifest.PROVENANCE)) {
            throw new IllegalArgumentException(
                    fileName + " is written by publish(); use parameter() and provenance()");
        }
        return draft.resolve(fileName);
    }

    /// Writes a text file of the bundle.
    public BundleWriter file(String fileName, String text) {
        try {
            Files.writeString(file(fileName), text);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot write " + fileName + " of bundle " + name + ": " + e, e);
        }
        return this;
    }

    /// Notes what the bundle was made with; part of its hash, so nothing that differs from run to run.
    public BundleWriter parameter(String key, String value) {
        parameters.put(key, value);
        return this;
    }

    /// Notes where the bundle came from; outside its hash.
    public BundleWriter provenance(String key, String value) {
        provenance.put(key, value);
        return this;
    }

    /// Writes the rows of a `features` bundle.
    public BundleWriter features(FeatureTable.Builder table) {
        expect(BundleKind.FEATURES);
        table.write(file(FeatureTable.FILE));
        offers = table.columns();
        return this;
    }

    /// Writes the lists of a `neighbours` bundle.
    public BundleWriter neighbours(Neighbours.Builder lists) {
        expect(BundleKind.NEIGHBOURS);
        lists.write(file(Neighbours.FILE));
        return this;
    }

    /// Writes the items of a `list` bundle.
    public BundleWriter list(ItemList list) {
        expect(BundleKind.LIST);
        list.write(file(ItemList.FILE));
        return this;
    }

    /// Writes `features.json` and `feature_map.csv` of a ranker, and notes which snapshot columns it needs.
    ///
    /// @param algorithm how the bundle is to be scored, for example `gbdt_lr`
    public BundleWriter ranker(String algorithm, FeatureSpace space) {
        expect(BundleKind.RANKER);
        parameter(Ranker.ALGORITHM, algorithm);
        file(Ranker.FEATURES, space.toJson());
        file(Ranker.FEATURE_MAP, RankerFiles.featureMap(algorithm, space));
        needs = space.spec().needs();
        return this;
    }

    /// Writes the golden rows of a ranker, with the features of its space only.
    public BundleWriter golden(FeatureSpec spec, List<GoldenRow> rows) {
        expect(BundleKind.RANKER);
        return file(Ranker.GOLDEN, GoldenRow.lines(spec, rows));
    }

    private void expect(BundleKind wanted) {
        if (kind != wanted) {
            throw new IllegalStateException(
                    "bundle " + name + " was drafted as " + kind.word() + ", not " + wanted.word());
        }
    }

    /// Makes the bundle visible, whole or not at all. If the same content was published before, that bundle stays as it is, its provenance
    /// too, unless it is damaged: then it is replaced.
    public BundleRef publish() {
        var files = new TreeMap<String, Manifest.Stored>();
        try (Stream<Path> drafted = Files.list(draft)) {
            for (Path path : drafted.toList()) {
                files.put(
                        path.getFileName().toString(),
                        new Manifest.Stored(Files.size(path), Sha256.of(path)));
            }
            files.keySet().removeAll(List.of(Manifest.FILE, Manifest.PROVENANCE));
            if (files.isEmpty()) {
                throw new BundleException(
                        "bundle " + name + " has no file; write one before publishing");
            }
            var manifest = new Manifest(kind, name, bizdate, parameters, offers, needs, files);
            Files.writeString(draft.resolve(Manifest.FILE), manifest.toJson());
            Files.writeString(
                    draft.resolve(Manifest.PROVENANCE), Json.pretty(Json.canonical(provenance)));
            BundleStore.publish(store, manifest, draft);
            return manifest.ref();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot publish bundle " + name + ": " + e, e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(draft)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the draft " + draft + ": " + e, e);
        }
    }
}
