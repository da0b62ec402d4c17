package dev.waxwing.pmml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The whole text of a model file, and how to name a place in it.
record SourceText(String file, String text) {
    static final int MAX_BYTES = 512 << 20;

    /// The largest part of the heap that a file's bytes may take; its text and its values take several times that.
    private static final int HEAP_SHARE = 16;

    /// @throws PmmlException if the file is too long or not UTF-8
    static SourceText read(String file, InputStream in) throws IOException {
        int most = (int) Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        byte[] bytes = in.readNBytes(most + 1);
        if (bytes.length > most) {
            throw new PmmlException(
                    file,
                    1,
                    1,
                    "the file is longer than "
                            + (most >> 20)
                            + " MB"
                            + (most < MAX_BYTES
                                    ? ", a sixteenth of the heap; start java with a larger -Xmx"
                                    : ""));
        }
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return new SourceText(file, text);
        } catch (CharacterCodingException e) {
            throw new PmmlException(file, 1, 1, "is not UTF-8 text", e);
        }
    }

    PmmlException problem(int offset, String what) {
        int line = 1;
        int begin = 0;
        int end = Math.min(offset, text.length());
        for (int i = 0; i < end; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                begin = i + 1;
            }
        }
        return new PmmlException(file, line, end - begin + 1, what);
    }
}
