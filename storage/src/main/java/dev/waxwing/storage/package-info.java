/// Whole files in a folder or an object store. Start at [FileStore].
///
/// Bundles and tables rest on one promise made here: a name shows either nothing or a whole file (or folder), also
/// after a power cut. Nothing here knows what the files mean.
package dev.waxwing.storage;
