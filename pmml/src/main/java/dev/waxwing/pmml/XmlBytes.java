package dev.waxwing.pmml;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;

/// The bytes of an XML document as UTF-8, whatever its encoding: as they are if that is what they are, else turned into it.
///
/// The encoding is the one that the byte order mark or the first characters show and the XML declaration names (XML 1.0,
/// appendix F). UTF-8 is checked by who reads it.
final class XmlBytes {
    private static final int DECLARATION = 1_024; // bytes within which a declaration ends

    private XmlBytes() {}

    static InputStream open(InputStream in) throws IOException {
        BufferedInputStream bytes = new BufferedInputStream(in, 1 << 16);
        byte[] start = Arrays.copyOf(peek(bytes, 4), 4);
        int first = ByteBuffer.wrap(start).getInt();
        if (first >>> 16 == 0xfeff || first >>> 16 == 0xfffe) {
            bytes.skipNBytes(2);
            return turned(bytes, sixteen(bytes, first >>> 16 == 0xfeff ? "UTF-16BE" : "UTF-16LE"));
        }
        if (first == 0x003c003f || first == 0x3c003f00) { // "<?"
            return turned(bytes, sixteen(bytes, first == 0x003c003f ? "UTF-16BE" : "UTF-16LE"));
        }
        if (first >>> 8 == 0xefbbbf) {
            bytes.skipNBytes(3);
        }
        byte[] declaration = peek(bytes, DECLARATION);
        String named = encoding(new String(declaration, StandardCharsets.ISO_8859_1));
        return named.isEmpty() || named.equalsIgnoreCase("UTF-8")
                ? bytes
                : turned(bytes, eight(named));
    }

    private static byte[] peek(BufferedInputStream in, int most) throws IOException {
        in.mark(most);
        byte[] start = in.readNBytes(most);
        in.reset();
        return start;
    }

    /// An encoding of 16 bits: what the bytes show, which the declaration, if there is one, must not deny.
    private static Charset sixteen(BufferedInputStream in, String shown) throws IOException {
        Charset charset = Charset.forName(shown);
        String named = encoding(new String(peek(in, DECLARATION), charset));
        if (!named.isEmpty()
                && !named.equalsIgnoreCase("UTF-16")
                && !named.equalsIgnoreCase(shown)) {
            throw new Malformed("its encoding is said to be " + named + ", and it is " + shown);
        }
        return charset;
    }

    /// An encoding that has ASCII's characters where ASCII has them, or else the declaration could not have been read.
    private static Charset eight(String named) throws IOException {
        Charset charset;
        try {
            charset = Charset.forName(named);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new Malformed("there is no encoding '" + named + "'", e);
        }
        byte[] ascii = {'<', '?', 'x', 'm', 'l', '"', '/', '>', '&', ';', 'A', '0'};
        if (!new String(ascii, charset).equals(new String(ascii, StandardCharsets.US_ASCII))) {
            throw new Malformed("its encoding is said to be " + named + ", and it is not");
        }
        return charset;
    }

    /// What an XML declaration says of the encoding; empty if it says nothing. Its form is checked by who reads on.
    private static String encoding(String start) {
        int end = start.indexOf("?>");
        if (end < 0 || !start.startsWith("<?xml") || start.charAt(5) > ' ') {
            return "";
        }
        int at = start.indexOf("encoding", 5);
        if (at < 0 || at > end) {
            return "";
        }
        at += "encoding".length();
        while (at < end && (start.charAt(at) <= ' ' || start.charAt(at) == '=')) {
            at++;
        }
        int close = start.indexOf(start.charAt(at), at + 1);
        return close > 0 && close < end ? start.substring(at + 1, close) : "";
    }

    private static InputStream turned(InputStream in, Charset from) {
        return new Turned(
                new InputStreamReader(
                        in,
                        from.newDecoder()
                                .onMalformedInput(CodingErrorAction.REPORT)
                                .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }

    /// Says that a document is no XML.
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        Malformed(String why) {
            super(why);
        }

        Malformed(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /// Characters as UTF-8.
    private static final class Turned extends InputStream {
        private final Reader in;
        private final char[] chars = new char[1 << 13];
        private int held; // 1 if the first character is the first half of a pair
        private byte[] bytes = {};
        private int at;

        Turned(Reader in) {
            this.in = in;
        }

        private boolean fill() throws IOException {
            while (at == bytes.length) {
                int read = in.read(chars, held, chars.length - held);
                if (read < 0) {
                    return false;
                }
                int count = held + read;
                held = Character.isHighSurrogate(chars[count - 1]) ? 1 : 0;
                bytes = new String(chars, 0, count - held).getBytes(StandardCharsets.UTF_8);
                chars[0] = chars[count - 1];
                at = 0;
            }
            return true;
        }

        @Override
        public int read() throws IOException {
            return fill() ? bytes[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (!fill()) {
                return -1;
            }
            int some = Math.min(length, bytes.length - at);
            System.arraycopy(bytes, at, into, offset, some);
            at += some;
            return some;
        }
    }
}
