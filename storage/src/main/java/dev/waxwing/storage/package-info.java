/// Whole files in a folder or an object store.
package dev.waxwing.storage;
