package dev.waxwing.learn;

import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FactorModel.Kind;

import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;

/// xLearn's binary model, little-endian: score function and loss, each a u64 length and its word; u32 features, fields, k, numbers a weight (1 sgd,
/// 2 adagrad, 3 ftrl); u32 length of w and, unless linear, of v; then floats. Each weight of w and the bias is followed by what the optimiser
/// remembers of it. k is padded to a multiple of 4: FM stores a feature's k values, then as many remembered numbers; FFM changes between them
/// every 4.
///
/// xLearn scores with the padding, too. It stays 0 under sgd and adagrad; FTRL trains it, as its z begins with 1. A model whose padding is not 0 is
/// therefore read with the padded k.
///
/// Source: xLearn's `model_parameters.cc`, and files that it wrote.
final class XlearnBinaryModel {
    private static final int ALIGN = 4;
    private static final int HEADER = 128; // longer than any

    /// @param fields 1 unless it is an FFM
    /// @param k 0 if linear
    /// @param length of the header, in bytes
    private record Header(
            Kind kind,
            FactorLoss loss,
            int features,
            int fields,
            int k,
            FactorOptimizer optimizer,
            int length) {

        int paddedK() {
            return padded(k);
        }

        /// Slots of k factors.
        long slots() {
            return (long) features * fields;
        }

        long numbersOfV() {
            return slots() * paddedK() * optimizer.numbers;
        }

        long bytes() {
            return length + 4 * ((long) (features + 1) * optimizer.numbers + numbersOfV());
        }
    }

    private XlearnBinaryModel() {}

    private static int padded(int k) {
        return (k + ALIGN - 1) / ALIGN * ALIGN;
    }

    /// Whether a file begins as such a model does: with a word of a few letters.
    static boolean begins(byte[] head) {
        return head.length >= 8
                && head[0] > 0
                && head[0] < 64
                && head[1] == 0
                && head[2] == 0
                && head[3] == 0
                && head[4] == 0;
    }

    /// @param withState whether to keep what the optimiser remembers
    static XlearnModel read(Path file, boolean withState) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Header header = header(file, channel);
            if (channel.size() != header.bytes()) {
                throw new XlearnFileException(
                        file
                                + ": "
                                + header.kind.word()
                                + " of "
                                + header.features
                                + " features"
                                + (header.kind == Kind.FFM
                                        ? " and " + header.fields + " fields"
                                        : "")
                                + (header.kind == Kind.LINEAR ? "" : " with k " + header.k)
                                + ", trained by "
                                + header.optimizer.name().toLowerCase(Locale.ROOT)
                                + ", takes "
                                + header.bytes()
                                + " bytes, found "
                                + channel.size()
                                + "; was it cut off?");
            }
            return new Reading(file, channel, header, withState).model(header.k);
        }
    }

    private static Header header(Path file, FileChannel channel) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        while (head.hasRemaining() && channel.read(head) >= 0) {}
        head.flip();
        try {
            String score = word(file, head, "score function");
            Kind kind =
                    switch (score) {
                        case "linear" -> Kind.LINEAR;
                        case "fm" -> Kind.FM;
                        case "ffm" -> Kind.FFM;
                        default ->
                                throw new XlearnFileException(
                                        file
                                                + ": the score function is \""
                                                + score
                                                + "\"; known are linear, fm and ffm");
                    };
            String word = word(file, head, "loss");
            FactorLoss loss =
                    switch (word) {
                        case "cross-entropy" -> FactorLoss.LOGISTIC;
                        case "squared" -> FactorLoss.SQUARED;
                        default ->
                                throw new XlearnFileException(
                                        file
                                                + ": the loss is \""
                                                + word
                                                + "\"; known are cross-entropy and squared");
                    };
            long features = Integer.toUnsignedLong(head.getInt());
            long notedFields = Integer.toUnsignedLong(head.getInt());
            long fields = kind == Kind.FFM ? notedFields : 1;
            long notedK = Integer.toUnsignedLong(head.getInt());
            long k = kind == Kind.LINEAR ? 0 : notedK;
            int numbers = head.getInt();
            long ofW = Integer.toUnsignedLong(head.getInt());
            long ofV = kind == Kind.LINEAR ? 0 : Integer.toUnsignedLong(head.getInt());
            FactorOptimizer optimizer = optimizer(file, numbers);
            // In this order, so that no product is beyond a long.
            boolean fits =
                    features < Integer.MAX_VALUE
                            && fields < Integer.MAX_VALUE
                            && k <= 1 << 20
                            && features * fields <= Integer.MAX_VALUE
                            && features * fields * Math.max(1, k) <= Integer.MAX_VALUE;
            if (!fits || (kind != Kind.LINEAR && k == 0) || fields == 0) {
                throw new XlearnFileException(
                        file
                                + ": the header tells "
                                + features
                                + " features, "
                                + fields
                                + " fields and k "
                                + k
                                + "; each must be above 0, and their product at most "
                                + Integer.MAX_VALUE);
            }
            Header header =
                    new Header(
                            kind,
                            loss,
                            (int) features,
                            (int) fields,
                            (int) k,
                            optimizer,
                            head.position());
            if (ofW != features * numbers || ofV != header.numbersOfV()) {
                throw new XlearnFileException(
                        file
                                + ": the header tells "
                                + ofW
                                + " numbers of w and "
                                + ofV
                                + " of v, where "
                                + features * numbers
                                + " and "
                                + header.numbersOfV()
                                + " follow from its features, fields and k");
            }
            return header;
        } catch (BufferUnderflowException e) {
            XlearnFileException cut =
                    new XlearnFileException(
                            file + " ends in the header of a binary model; was it cut off?");
            cut.initCause(e);
            throw cut;
        }
    }

    private static FactorOptimizer optimizer(Path file, int numbers) {
        for (FactorOptimizer each : FactorOptimizer.values()) {
            if (each.numbers == numbers) {
                return each;
            }
        }
        throw new XlearnFileException(
                file
                        + ": the header tells "
                        + Integer.toUnsignedString(numbers)
                        + " numbers a weight; there are 1 (sgd), 2 (adagrad) or 3 (ftrl)");
    }

    private static String word(Path file, ByteBuffer head, String what) {
        long length = head.getLong();
        if (length < 1 || length > 32) {
            throw new XlearnFileException(
                    file
                            + ": the name of its "
                            + what
                            + " has "
                            + length
                            + " letters; is it a model?");
        }
        byte[] letters = new byte[(int) length];
        head.get(letters);
        return new String(letters, StandardCharsets.ISO_8859_1);
    }

    /// Floats in the order of the file.
    private static final class Reading {
        private final Path file;
        private final FileChannel channel;
        private final Header header;
        private final int remembered;
        private final boolean withState;
        private final ByteBuffer floats =
                ByteBuffer.allocate(1 << 18).order(ByteOrder.LITTLE_ENDIAN).limit(0);

        Reading(Path file, FileChannel channel, Header header, boolean withState)
                throws IOException {
            this.file = file;
            this.channel = channel;
            this.header = header;
            this.remembered = header.optimizer.numbers - 1;
            this.withState = withState;
        }

        /// @param k the model's, or the padded one where the padding has come to count
        XlearnModel model(int k) throws IOException {
            if (header.slots() * k > Integer.MAX_VALUE) {
                throw new XlearnFileException(
                        file + ": its padding counts, and with it the factors are more than fit");
            }
            channel.position(header.length);
            floats.limit(0);
            float[] linear = new float[header.features];
            float[][] ofLinear = new float[remembered][withState ? header.features : 0];
            for (int i = 0; i < linear.length; i++) {
                linear[i] = weight("i_" + i);
                for (int r = 0; r < remembered; r++) {
                    float value = next();
                    if (withState) {
                        ofLinear[r][i] = value;
                    }
                }
            }
            float bias = weight("the bias");
            float[] ofBias = new float[remembered];
            for (int r = 0; r < remembered; r++) {
                ofBias[r] = next();
            }
            int size = header.features * header.fields * k;
            float[] factors = new float[size];
            float[][] ofFactors = new float[remembered][withState ? size : 0];
            int block = header.kind == Kind.FFM ? ALIGN : header.paddedK();
            for (int slot = 0; k > 0 && slot < header.slots(); slot++) {
                for (int from = 0; from < header.paddedK(); from += block) {
                    for (int r = -1; r < remembered; r++) {
                        float[] into = r < 0 ? factors : ofFactors[r];
                        for (int f = from; f < from + block; f++) {
                            float value = r < 0 ? factor(slot) : next();
                            if (f < k && (r < 0 || withState)) {
                                into[slot * k + f] = value;
                            } else if (r < 0 && f >= k && value != 0) {
                                return model(header.paddedK()); // reads all anew
                            }
                        }
                    }
                }
            }
            FactorModel model =
                    switch (header.kind) {
                        case LINEAR -> FactorModel.linear(bias, linear);
                        case FM -> FactorModel.fm(bias, linear, k, factors);
                        case FFM -> FactorModel.ffm(bias, linear, header.fields, k, factors);
                    };
            FactorState state =
                    withState
                            ? new FactorState(header.optimizer, ofBias, ofLinear, ofFactors)
                            : null;
            return new XlearnModel(model, header.loss, null, state);
        }

        private float factor(int slot) throws IOException {
            float value = next();
            if (!Float.isFinite(value)) {
                throw XlearnModel.notFinite(
                        file, "a factor of feature " + slot / header.fields, value);
            }
            return value;
        }

        private float weight(String name) throws IOException {
            float value = next();
            if (!Float.isFinite(value)) {
                throw XlearnModel.notFinite(file, name, value);
            }
            return value;
        }

        private float next() throws IOException {
            if (!floats.hasRemaining()) {
                floats.clear();
                while (floats.position() % Float.BYTES != 0 || floats.position() == 0) {
                    if (channel.read(floats) < 0) {
                        throw new EOFException("it became shorter while it was read");
                    }
                }
                floats.flip();
            }
            return floats.getFloat();
        }
    }

    /// @param state numbers that the optimiser remembers; without, as if they had just begun
    static void write(
            FileChannel channel,
            FactorModel model,
            FactorLoss loss,
            FactorOptimizer optimizer,
            Optional<FactorState> state)
            throws IOException {
        new Writing(channel, model, optimizer, state).write(loss);
    }

    private static final class Writing {
        private final FileChannel channel;
        private final FactorModel model;
        private final FactorOptimizer optimizer;
        private final Optional<FactorState> state;
        private final ByteBuffer out = ByteBuffer.allocate(1 << 18).order(ByteOrder.LITTLE_ENDIAN);

        Writing(
                FileChannel channel,
                FactorModel model,
                FactorOptimizer optimizer,
                Optional<FactorState> state) {
            this.channel = channel;
            this.model = model;
            this.optimizer = optimizer;
            this.state = state;
        }

        void write(FactorLoss loss) throws IOException {
            int k = model.kind() == Kind.LINEAR ? 0 : model.k();
            int numbers = optimizer.numbers;
            long ofV = (long) model.features() * model.fields() * padded(k) * numbers;
            long ofW = (long) model.features() * numbers;
            if (ofV > 0xffffffffL || ofW > 0xffffffffL) {
                throw new XlearnFileException(
                        "a model of "
                                + ofV
                                + " factors is more than xLearn's binary files can hold; write text");
            }
            word(model.kind().word());
            word(loss == FactorLoss.LOGISTIC ? "cross-entropy" : "squared");
            out.putInt(model.features());
            out.putInt(model.kind() == Kind.FFM ? model.fields() : 0);
            out.putInt(k == 0 ? ALIGN : k); // xLearn notes its default in linear models
            out.putInt(numbers);
            out.putInt((int) ofW);
            if (k > 0) {
                out.putInt((int) ofV);
            }
            for (int i = 0; i < model.features(); i++) {
                put(model.weight(i));
                for (int r = 0; r < numbers - 1; r++) {
                    put(state.isPresent() ? state.get().weight(r, i) : 1);
                }
            }
            put(model.bias());
            for (int r = 0; r < numbers - 1; r++) {
                put(state.isPresent() ? state.get().bias(r) : 1);
            }
            if (k > 0) {
                factors(k);
            }
            flush();
        }

        private void factors(int k) throws IOException {
            int block = model.kind() == Kind.FFM ? ALIGN : padded(k);
            for (int i = 0; i < model.features(); i++) {
                for (int field = 0; field < model.fields(); field++) {
                    int slot = (i * model.fields() + field) * k;
                    for (int from = 0; from < padded(k); from += block) {
                        for (int f = from; f < from + block; f++) {
                            put(f < k ? model.factor(i, field, f) : 0);
                        }
                        for (int r = 0; r < optimizer.numbers - 1; r++) {
                            for (int f = from; f < from + block; f++) {
                                boolean told = f < k && state.isPresent();
                                put(told ? state.get().factor(r, slot + f) : 1);
                            }
                        }
                    }
                }
            }
        }

        private void word(String word) {
            out.putLong(word.length()).put(word.getBytes(StandardCharsets.ISO_8859_1));
        }

        private void put(float value) throws IOException {
            if (out.remaining() < Float.BYTES) {
                flush();
            }
            out.putFloat(value);
        }

        private void flush() throws IOException {
            out.flip();
            while (out.hasRemaining()) {
                channel.write(out);
            }
            out.clear();
        }
    }
}
