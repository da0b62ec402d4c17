package dev.waxwing.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/// An opened bundle: its files were there, all of them and no others, with the checksums that `bundle.json` names.
public final class Bundle {
    private final BundleRef ref;
    private final Manifest manifest;
    private final Path folder;

    Bundle(BundleRef ref, Manifest manifest, Path folder) {
        this.ref = ref;
        this.manifest = manifest;
        this.folder = folder;
    }

    Manifest manifest() {
        return manifest;
    }

    public BundleRef ref() {
        return ref;
    }

    public BundleKind kind() {
        return manifest.kind();
    }

    /// The content's whole hash, 64 hex digits.
    public String hash() {
        return manifest.hash();
    }

    /// What it was made with, part of the hash.
    public SortedMap<String, String> parameters() {
        return manifest.parameters();
    }

    /// The names of its files, `bundle.json` and `provenance.json` not among them.
    public SortedSet<String> files() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(manifest.files().keySet()));
    }

    /// Which snapshot columns a ranker reads; empty for other kinds.
    public List<ColumnNeed> needs() {
        return manifest.needs();
    }

    /// Which columns a `features` bundle has; empty for other kinds.
    public List<EntityColumn> offers() {
        return manifest.offers();
    }

    /// A file of the bundle, to be read and never written.
    ///
    /// @throws BundleException if it has no such file
    public Path file(String name) {
        if (!manifest.files().containsKey(name)) {
            throw new BundleException(
                    "bundle "
                            + ref
                            + " ("
                            + kind().word()
                            + ") has no file "
                            + name
                            + "; it has "
                            + manifest.files().keySet());
        }
        return folder.resolve(name);
    }

    /// The text of a file.
    public String text(String name) {
        return read(file(name));
    }

    /// Parents, run, times, versions as JSON: where the bundle came from, outside its hash. `{}` if nothing was noted.
    public String provenance() {
        Path path = folder.resolve(Manifest.PROVENANCE);
        return Files.exists(path) ? read(path) : "{}";
    }

    void require(BundleKind kind) {
        if (kind() != kind) {
            throw new BundleException(
                    "bundle " + ref + " is of kind " + kind().word() + ", not " + kind.word());
        }
    }

    private String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read " + path + " of bundle " + ref + ": " + e, e);
        }
    }

    @Override
    public String toString() {
        return ref.toString();
    }
}
