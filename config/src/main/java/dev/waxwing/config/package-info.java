/// YAML and JSON text to typed values, all problems of a file together. Start at [Config].
///
/// A file is read into a tree whose every key knows its line. The owner of the file asks for its keys, one getter a
/// key; whatever is missing, of another type or out of range is collected, not thrown, and [MapNode#done] ends the
/// reading: it adds the keys that nobody asked for, each with the nearest known key, and throws one
/// [ConfigException] that holds every problem with its line.
///
/// JSON is read by the same rules, since every JSON text is YAML too. YAML's tags, merge keys and second documents are
/// refused, and so are texts that are too large, too deep or that unfold too far.
package dev.waxwing.config;
