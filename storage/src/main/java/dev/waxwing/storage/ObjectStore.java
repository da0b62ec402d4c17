package dev.waxwing.storage;

import java.nio.file.Path;
import java.util.List;

/// Whole files under names like `model/ctr.xml`, in a folder or at an S3 endpoint.
///
/// A reader sees a name absent, old or new, never half-written. A name is made of parts separated by `/`; a part is not
/// empty, does not begin with a dot and holds no backslash or control character.
///
/// Several threads and processes may use one store. Writers of the same name do not mix: the last [#put] stays.
public interface ObjectStore extends AutoCloseable {

    /// Stores a copy of `file` under `name`, replacing what was there.
    void put(String name, Path file);

    /// Stores `bytes` under `name`, replacing what was there.
    void put(String name, byte[] bytes);

    /// Stores a copy of `file` unless something has that name already.
    ///
    /// @return whether this call stored it. Of several calls at the same moment exactly one answers true in a folder, and at an
    ///     endpoint that decides conditional writes itself, as AWS does; elsewhere two may
    boolean putIfAbsent(String name, Path file);

    /// Stores `bytes` unless something has that name already; otherwise as above.
    boolean putIfAbsent(String name, byte[] bytes);

    /// @throws StorageException if there is no such file
    byte[] read(String name);

    /// Writes what `name` holds to a local file, replacing it whole.
    ///
    /// @throws StorageException if there is no such file
    void get(String name, Path target);

    /// Whether a file has this name.
    boolean exists(String name);

    /// The names of all files (not folders) that begin with `prefix`, in the order of [String#compareTo].
    ///
    /// @param prefix any text; empty for everything, `activations/` for one folder, `bundles/item_` for some of them
    List<String> list(String prefix);

    /// Removes a file. An absent name is no error.
    void delete(String name);

    /// Lets go of connections. A folder has none.
    @Override
    default void close() {}

    /// The store that a URL names. Nothing is asked of it yet, but credentials are looked for.
    ///
    /// @throws StorageException if no credentials are found; names the places that were looked at
    static ObjectStore at(StoreUrl url, StoreSettings settings) {
        return switch (url) {
            case StoreUrl.Folder(Path root) -> FileStore.folder(root);
            case StoreUrl.Bucket bucket -> S3Store.open(bucket, settings);
        };
    }
}
