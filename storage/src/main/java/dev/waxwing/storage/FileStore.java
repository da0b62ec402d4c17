package dev.waxwing.storage;

import java.nio.file.Path;

/// A store in a local folder. More is promised of it than of an [ObjectStore]: folders appear and go as a whole, and what a
/// method has returned from survives a power cut.
///
/// Names are those of bundles and activations, like `bundles/item_cf/20130801-1a2b3c4d/bundle.json`; no name leaves the
/// store or meets its temporary files. The first [#putIfAbsent] or [#publishFolder] of a name wins.
public interface FileStore extends ObjectStore {

    /// Whether a file or a folder has this name.
    @Override
    boolean exists(String name);

    /// Removes a file, or a folder with all that is in it, which goes at once and not file by file. An absent name is
    /// no error.
    @Override
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
