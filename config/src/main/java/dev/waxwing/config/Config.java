package dev.waxwing.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads a YAML or JSON file that a user wrote.
///
///     MapNode doc = Config.read(path);
///     String title = doc.text("title");
///     int port = doc.whole("port", 1, 65535, 8080);
///     doc.done(); // throws if anything above was wrong, or if the file holds other keys
///     return new Settings(title, port);
///
/// Values are harmless placeholders until [MapNode#done] has returned, so build nothing that checks them before.
public final class Config {
    /// No file that a person writes is larger; it keeps a wrong path from filling the memory.
    static final int MAX_BYTES = 1 << 20;

    private Config() {}

    /// Reads a file. It is named by its file name in messages, with its folder where that tells two files apart.
    /// @throws ConfigException if there is no such file, or it is not YAML
    public static MapNode read(Path file) {
        return parse(shortName(file), text(file));
    }

    /// @param fileName how messages call the text
    /// @throws ConfigException if the text is not YAML; what a key holds is not looked at yet
    public static MapNode parse(String fileName, String text) {
        var problems = new Problems(fileName);
        Value.Mapping root = new YamlReader(problems).read(text);
        return MapNode.root(root, problems);
    }

    /// The last two names of the path: `pipelines/night.yaml`.
    private static String shortName(Path file) {
        int names = file.getNameCount();
        return names == 0
                ? file.toString()
                : file.subpath(Math.max(0, names - 2), names).toString();
    }

    private static String text(Path file) {
        String name = shortName(file);
        try {
            if (!Files.exists(file)) {
                throw refused(
                        name
                                + ": there is no such file (looked for "
                                + file.toAbsolutePath()
                                + ")");
            }
            if (Files.isDirectory(file)) {
                throw refused(name + ": is a folder, not a file");
            }
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw refused(
                        name + ": " + size + " bytes are too many; a file may have " + MAX_BYTES);
            }
            return decoded(name, Files.readAllBytes(file));
        } catch (IOException e) {
            var refused = refused(name + ": cannot be read: " + e);
            refused.initCause(e);
            throw refused;
        }
    }

    private static String decoded(String name, byte[] bytes) {
        CharsetDecoder utf8 =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        var input = ByteBuffer.wrap(bytes);
        try {
            return utf8.decode(input).toString();
        } catch (CharacterCodingException e) {
            int line = 1;
            for (int i = 0; i < input.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            var refused = refused(name + ":" + line + " is not UTF-8 text; save the file as UTF-8");
            refused.initCause(e);
            throw refused;
        }
    }

    private static ConfigException refused(String problem) {
        return new ConfigException(List.of(problem));
    }
}
