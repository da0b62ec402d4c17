package dev.waxwing.storage;

import java.nio.file.Path;
import java.util.List;

/// Whole files under names like `bundles/item_cf/20130801-1a2b3c4d/bundle.json`.
///
/// A reader sees a name absent, old or new, never half-written, and what a method has returned from survives a power
/// cut. A name is made of parts separated by `/`; a part is not empty, does not begin with a dot and holds no
/// backslash or control character, so that no name leaves the store or meets its temporary files.
///
/// Several threads and processes may use one store. Writers of the same name do not mix: the last [#put] stays, the
/// first [#putIfAbsent] or [#publishFolder] wins.
public interface FileStore {

    /// Stores a copy of `file` under `name`, replacing what was there.
    void put(String name, Path file);

    /// Stores `bytes` under `name`, replacing what was there.
    void put(String name, byte[] bytes);

    /// Stores `bytes` unless something has that name already.
    ///
    /// @return whether this call stored it; of any number of calls for one name exactly one answers true
    boolean putIfAbsent(String name, byte[] bytes);

    /// @throws StorageException if there is no such file
    byte[] read(String name);

    /// Whether a file or a folder has this name.
    boolean exists(String name);

    /// The names of all files (not folders) that begin with `prefix`, in the order of [String#compareTo].
    ///
    /// @param prefix any text; empty for everything, `activations/` for one folder, `bundles/item_` for some of them
    List<String> list(String prefix);

    /// Removes a file, or a folder with all that is in it, which goes at once and not file by file. An absent name is
    /// no error.
    void delete(String name);

    /// A local file or folder that holds what `name` holds, to be read and never written.
    ///
    /// @throws StorageException if there is nothing of that name
    Path local(String name);

    /// Stores a copy of a whole folder under `name`; its files appear together or not at all.
    ///
    /// @return false, with nothing changed, if the name exists already
    boolean publishFolder(String name, Path folder);

    /// A store in a local folder, which is made if it is missing.
    static FileStore folder(Path root) {
        return new FolderStore(root);
    }
}
