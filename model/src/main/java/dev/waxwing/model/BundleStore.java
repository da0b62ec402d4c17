package dev.waxwing.model;

import dev.waxwing.storage.FileStore;
import dev.waxwing.storage.LinkedCopy;
import dev.waxwing.storage.Sha256;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// All bundles and which of them are live, in a folder or an object store and nothing else.
///
/// `bundles/<name>/<bizdate>-<hash8>/` never changes once it is there. `activations/<number>.json` is a log; an alias like
/// `home_rank/champion` is what the last entry that names it says. So publishing alone moves nothing, and a process that dies between
/// publishing and activating leaves the old set live. Serves all threads; several processes may share a store.
public final class BundleStore {
    private static final Logger LOG = LoggerFactory.getLogger(BundleStore.class);

    private final FileStore store;
    private final ActivationLog log;
    private final Map<BundleRef, Manifest> manifests =
            new ConcurrentHashMap<>(); // bundles never change

    private BundleStore(FileStore store, InstantSource clock) {
        this.store = store;
        this.log = new ActivationLog(store, clock);
    }

    public static BundleStore open(FileStore store) {
        return open(store, InstantSource.system());
    }

    /// @param clock what activations are dated by
    public static BundleStore open(FileStore store, InstantSource clock) {
        return new BundleStore(store, clock);
    }

    /// Begins a bundle.
    ///
    /// @param name the slot it is to fill, for example `item_cf`
    public BundleWriter draft(BundleKind kind, String name, LocalDate bizdate) {
        return new BundleWriter(store, kind, name, bizdate);
    }

    /// Opens a bundle after checking that its files are all there, unaltered, and no others.
    ///
    /// @throws BundleException if it is not in the store or does not pass; names the file
    public Bundle open(BundleRef ref) {
        Bundle bundle = verified(store, ref);
        manifests.put(ref, bundle.manifest());
        return bundle;
    }

    private static Bundle verified(FileStore store, BundleRef ref) {
        Manifest manifest = readManifest(store, ref);
        Path folder = store.local(ref.folder());
        var found = new TreeSet<String>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> found.add(file.getFileName().toString()));
            found.removeAll(List.of(Manifest.FILE, Manifest.PROVENANCE));
            for (String extra : found) {
                if (!manifest.files().containsKey(extra)) {
                    throw refused(
                            ref,
                            "has a file " + extra + " that " + Manifest.FILE + " does not name");
                }
            }
            for (Map.Entry<String, Manifest.Stored> entry : manifest.files().entrySet()) {
                check(
                        ref,
                        folder.resolve(entry.getKey()),
                        entry.getValue(),
                        found.contains(entry.getKey()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read bundle " + ref + ": " + e, e);
        }
        return new Bundle(ref, manifest, folder);
    }

    private static void check(BundleRef ref, Path file, Manifest.Stored stored, boolean there)
            throws IOException {
        String name = file.getFileName().toString();
        if (!there) {
            throw refused(ref, "lacks its file " + name);
        }
        if (Files.size(file) != stored.bytes()) {
            throw refused(
                    ref,
                    "has "
                            + name
                            + " with "
                            + Files.size(file)
                            + " bytes, but "
                            + stored.bytes()
                            + " were published");
        }
        if (!Sha256.of(file).equals(stored.sha256())) {
            throw refused(ref, "has an altered " + name + " (its SHA-256 differs)");
        }
    }

    private static BundleException refused(BundleRef ref, String what) {
        return new BundleException(
                "bundle "
                        + ref
                        + " "
                        + what
                        + "; publish it again, or copy it again from where it came");
    }

    private Manifest manifest(BundleRef ref) {
        Manifest known = manifests.get(ref);
        if (known != null && store.exists(ref.folder())) {
            return known;
        }
        Manifest read = readManifest(store, ref);
        manifests.put(ref, read);
        return read;
    }

    private static Manifest readManifest(FileStore store, BundleRef ref) {
        String file = ref.folder() + "/" + Manifest.FILE;
        if (!store.exists(file)) {
            throw new BundleException(
                    "there is no bundle "
                            + ref
                            + (store.exists(ref.folder())
                                    ? " (its folder has no " + Manifest.FILE + ")"
                                    : ""));
        }
        Manifest manifest;
        try {
            manifest = Manifest.parse(file, new String(store.read(file), StandardCharsets.UTF_8));
        } catch (CorruptFileException e) {
            throw new BundleException("bundle " + ref + " is refused: " + e.getMessage(), e);
        }
        if (!manifest.ref().equals(ref)) {
            throw refused(ref, "holds the content of " + manifest.ref());
        }
        return manifest;
    }

    /// Makes a drafted folder visible. What is there already stays if it is whole; a damaged bundle is replaced by the same content.
    static void publish(FileStore store, Manifest manifest, Path draft) {
        BundleRef ref = manifest.ref();
        if (store.publishFolder(ref.folder(), draft)) {
            return;
        }
        String there;
        try {
            there = verified(store, ref).hash();
        } catch (BundleException damaged) {
            LOG.warn(
                    "bundle {} is replaced by what was published now, because what was there does"
                            + " not open: {}",
                    ref,
                    damaged.getMessage());
            store.delete(ref.folder());
            store.publishFolder(ref.folder(), draft); // or another process has just mended it
            return;
        }
        if (!there.equals(manifest.hash())) {
            throw new BundleException(
                    "bundle "
                            + ref
                            + " is there already with other content ("
                            + there
                            + " and not "
                            + manifest.hash()
                            + "), though their first 8 digits agree; publish for another name");
        }
    }

    /// All bundles, by name, day and hash.
    public List<BundleRef> list() {
        return listUnder("bundles/");
    }

    /// All bundles of one name, by day and hash.
    public List<BundleRef> list(String name) {
        return listUnder("bundles/" + name + "/").stream()
                .filter(ref -> ref.name().equals(name))
                .toList();
    }

    private List<BundleRef> listUnder(String prefix) {
        String end = "/" + Manifest.FILE;
        return store.list(prefix).stream()
                .filter(file -> file.endsWith(end))
                .map(
                        file ->
                                BundleRef.parse(
                                        file.substring(
                                                "bundles/".length(), file.length() - end.length())))
                .sorted()
                .toList();
    }

    /// Removes a bundle that no alias names.
    ///
    /// @throws BundleException if an alias names it
    public void delete(BundleRef ref) {
        aliases()
                .forEach(
                        (alias, live) -> {
                            if (live.equals(ref)) {
                                throw new BundleException(
                                        "bundle "
                                                + ref
                                                + " is what "
                                                + alias
                                                + " names; move the alias first");
                            }
                        });
        store.delete(ref.folder());
        manifests.remove(ref);
    }

    /// What is live now, and the number of the entry that made it so: ask again and compare numbers to see a move. Costs one look at the store.
    public Live live() {
        return log.live();
    }

    /// All aliases and the bundles they name.
    ///
    /// @param number the last entry of the log; 0 = nothing was ever activated
    public record Live(long number, SortedMap<String, BundleRef> aliases) {}

    public SortedMap<String, BundleRef> aliases() {
        return log.live().aliases();
    }

    /// The bundle that an alias names; empty if none.
    public Optional<BundleRef> resolve(String alias) {
        return Optional.ofNullable(aliases().get(alias));
    }

    /// All entries of the log, oldest first.
    public List<Activation> history() {
        return log.history();
    }

    /// Moves a set of aliases as one entry. Each bundle is opened and so verified first. If every alias is there already, nothing is written
    /// and the last entry that touched one of them is returned.
    ///
    /// @param aliases alias → bundle; an alias is the bundle's name, `/`, a word: `home_rank/champion`, `user_features/live`
    /// @param gate figures that allow the move, kept in the log
    /// @throws BundleException if a bundle does not open, or a ranker that is aliased after the move would lack a feature column; nothing has moved then
    public Activation activate(
            Map<String, BundleRef> aliases, String by, String why, Map<String, String> gate) {
        if (aliases.isEmpty()) {
            throw new BundleException("no alias to move was given");
        }
        aliases.forEach(
                (alias, ref) -> {
                    Names.checkSlot("an alias", alias);
                    if (!alias.startsWith(ref.name() + "/")
                            || alias.indexOf('/', ref.name().length() + 1) >= 0) {
                        throw new BundleException(
                                "alias "
                                        + alias
                                        + " cannot name bundle "
                                        + ref
                                        + "; its aliases are "
                                        + ref.name()
                                        + "/<word>");
                    }
                    open(ref);
                });
        return log.activate(aliases, by, why, gate, this::check);
    }

    /// Undoes the last entry that was not undone yet: its aliases go back, as one new entry, to what they named before.
    ///
    /// @throws BundleException if there is nothing to undo, or the set before no longer holds together
    public Activation rollback(String by, String why) {
        return log.rollback(by, why, this::check);
    }

    /// Undoes the last move of one alias that was not undone yet.
    ///
    /// @throws BundleException as above
    public Activation rollback(String alias, String by, String why) {
        return log.rollback(alias, by, why, this::check);
    }

    /// Makes a store of its own in `folder` that holds these bundles; files are shared, and what one store does the other never
    /// sees. Its aliases are as they were before anything of `from` or later was live: the log's beginning, up to the first entry that
    /// moved an alias to a bundle of such a day.
    public void copyTo(Path folder, LocalDate from) {
        Path bundles = folder.resolve("bundles");
        linkBundles(bundles);
        FileStore copy = FileStore.folder(folder);
        for (Activation entry : log.history()) {
            if (entry.moved().values().stream().anyMatch(ref -> !ref.bizdate().isBefore(from))) {
                break;
            }
            copy.putIfAbsent(
                    Activation.file(entry.number()),
                    entry.toJson().getBytes(StandardCharsets.UTF_8));
        }
        linkBundles(bundles); // one that was published and activated meanwhile
    }

    private void linkBundles(Path target) {
        if (store.exists("bundles")) {
            LinkedCopy.of(store.local("bundles"), target);
        }
    }

    private void check(SortedMap<String, BundleRef> after) {
        FeatureCheck.check(after, this::manifest);
    }
}
