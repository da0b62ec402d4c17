package dev.waxwing.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// `factors.bin`: a [FactorModel] and how it scales rows; `docs/bundle.md` has its layout byte by byte.
public final class FactorFile {
    /// What the file is called in a bundle.
    public static final String FILE = "factors.bin";

    private static final byte[] MAGIC = "WXFACTR1".getBytes(StandardCharsets.US_ASCII);
    // Their places are part of the format.
    private static final List<FactorModel.Kind> KINDS =
            List.of(FactorModel.Kind.LINEAR, FactorModel.Kind.FM, FactorModel.Kind.FFM);
    private static final List<FactorModel.Scaling> SCALINGS =
            List.of(FactorModel.Scaling.NONE, FactorModel.Scaling.XLEARN);

    private static final int HEADER = 40;
    private static final int CHUNK = 1 << 16; // floats

    private FactorFile() {}

    /// Writes the file; same model, same bytes.
    public static void write(Path file, FactorModel model, FactorModel.Scaling scaling) {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            var crc = new CRC32C();
            ByteBuffer header = header(model, scaling);
            crc.update(header.slice(12, HEADER - 12));
            floats(model, crc::update);
            header.putInt(8, (int) crc.getValue());
            writeAll(channel, header.rewind());
            floats(model, chunk -> writeAll(channel, chunk));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e, e);
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static ByteBuffer header(FactorModel model, FactorModel.Scaling scaling) {
        ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putInt(0);
        header.putInt(KINDS.indexOf(model.kind())).putInt(SCALINGS.indexOf(scaling));
        header.putInt(model.features()).putInt(model.fields()).putInt(model.k());
        header.putFloat(model.bias()).putInt(0);
        return header;
    }

    @FunctionalInterface
    private interface Chunks {
        void take(ByteBuffer chunk) throws IOException;
    }

    /// All weights, then all factors, a chunk at a time.
    private static void floats(FactorModel model, Chunks chunks) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int feature = 0; feature < model.features(); feature++) {
            put(model.weight(feature), chunk, chunks);
        }
        for (int feature = 0; feature < model.features(); feature++) {
            for (int field = 0; field < model.fields(); field++) {
                for (int f = 0; f < model.k(); f++) {
                    put(model.factor(feature, field, f), chunk, chunks);
                }
            }
        }
        chunks.take(chunk.flip());
    }

    private static void put(float value, ByteBuffer chunk, Chunks chunks) throws IOException {
        chunk.putFloat(value);
        if (!chunk.hasRemaining()) {
            chunks.take(chunk.flip());
            chunk.clear();
        }
    }

    /// What a file holds.
    public record Held(FactorModel model, FactorModel.Scaling scaling) {}

    /// Reads what [#write] wrote.
    ///
    /// @throws CorruptFileException if it is cut off, altered or something else
    public static Held read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer header = read(channel, HEADER, file);
            byte[] magic = new byte[MAGIC.length];
            header.get(0, magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new CorruptFileException(file + " does not begin with WXFACTR1");
            }
            int kind = header.getInt(12);
            int scaling = header.getInt(16);
            int features = header.getInt(20);
            int fields = header.getInt(24);
            int k = header.getInt(28);
            boolean possible =
                    kind >= 0
                            && kind < KINDS.size()
                            && scaling >= 0
                            && scaling < SCALINGS.size()
                            && features >= 0
                            && fields >= 1
                            && k >= 0;
            // In double, because a damaged header may ask for more than a long holds.
            double wanted = HEADER + 4.0 * features * (1 + (double) fields * k);
            if (!possible || wanted != size) {
                throw new CorruptFileException(
                        file
                                + " is "
                                + size
                                + " bytes, which is not the length that its header tells; it was"
                                + " cut off, appended to or altered");
            }
            var crc = new CRC32C();
            crc.update(header.slice(12, HEADER - 12));
            float[] linear = floats(channel, features, crc, file);
            float[] factors = floats(channel, Math.multiplyExact(features, fields * k), crc, file);
            if ((int) crc.getValue() != header.getInt(8)) {
                throw new CorruptFileException(
                        file + " was altered (checksum differs); publish the bundle again");
            }
            float bias = header.getFloat(32);
            FactorModel model =
                    switch (KINDS.get(kind)) {
                        case LINEAR -> FactorModel.linear(bias, linear);
                        case FM -> FactorModel.fm(bias, linear, k, factors);
                        case FFM -> FactorModel.ffm(bias, linear, fields, k, factors);
                    };
            return new Held(model, SCALINGS.get(scaling));
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new CorruptFileException(file + " is no model: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e, e);
        }
    }

    private static float[] floats(FileChannel channel, int n, CRC32C crc, Path file)
            throws IOException {
        var floats = new float[n];
        for (int at = 0; at < n; ) {
            int some = Math.min(CHUNK, n - at);
            ByteBuffer chunk = read(channel, 4 * some, file);
            crc.update(chunk.duplicate());
            chunk.asFloatBuffer().get(floats, at, some);
            at += some;
        }
        return floats;
    }

    private static ByteBuffer read(FileChannel channel, int bytes, Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new CorruptFileException(file + " ends early; it was cut off");
            }
        }
        return buffer.flip();
    }
}
