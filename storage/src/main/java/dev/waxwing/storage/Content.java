package dev.waxwing.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What an upload sends: it can be read again from any place, because a cut connection makes it be sent again.
sealed interface Content {
    long size();

    String sha256();

    /// `length` bytes from `offset` on.
    InputStream open(long offset, long length);

    final class Bytes implements Content {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public String sha256() {
            return Sha256.of(bytes);
        }

        @Override
        public InputStream open(long offset, long length) {
            return new ByteArrayInputStream(bytes, (int) offset, (int) length);
        }
    }

    record File(Path path, long size) implements Content {
        static File of(Path path) {
            try {
                return new File(path, Files.size(path));
            } catch (IOException e) {
                throw new StorageException("cannot read " + path + ": " + e, e);
            }
        }

        @Override
        public String sha256() {
            return Sha256.of(path);
        }

        @Override
        public InputStream open(long offset, long length) {
            try {
                FileChannel channel = FileChannel.open(path);
                channel.position(offset);
                return new Slice(Channels.newInputStream(channel), length);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + path, e);
            }
        }
    }

    /// MD5 of a part, which S3 wants to see beside it.
    default byte[] md5(long offset, long length) {
        MessageDigest md5 = md5();
        try (InputStream in = new DigestInputStream(open(offset, length), md5)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new StorageException("cannot read what is to be stored: " + e, e);
        }
        return md5.digest();
    }

    static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime must have MD5", e);
        }
    }

    /// The first `left` bytes of a stream.
    final class Slice extends InputStream {
        private final InputStream in;
        private long left;

        private Slice(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            int value = left == 0 ? -1 : in.read();
            left -= value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(buffer, offset, (int) Math.min(length, left));
            left -= Math.max(n, 0);
            return n;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
