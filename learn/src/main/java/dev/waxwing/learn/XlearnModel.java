package dev.waxwing.learn;

import dev.waxwing.config.Config;
import dev.waxwing.config.MapNode;
import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FactorModel.Scaling;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A model in a file of xLearn's, text or binary, and what the file tells of it.
///
/// Neither file tells whether rows are scaled by their length, and the text not even the loss. So ours have a small file beside them, the model's name and
/// `.json`, which is read if it is there. It holds the checksum of its model, so that it is never taken for another's.
///
/// @see XlearnTextModel for the formats
public final class XlearnModel {
    private static final List<String> LOSSES = List.of("cross-entropy", "squared");

    private final FactorModel model;
    private final FactorLoss loss; // null if not told
    private final Scaling scaling; // null if not told
    private final FactorState state; // null if not told

    /// @param loss null if not told
    /// @param scaling null if not told
    /// @param state null if not told
    XlearnModel(FactorModel model, FactorLoss loss, Scaling scaling, FactorState state) {
        this.model = model;
        this.loss = loss;
        this.scaling = scaling;
        this.state = state;
    }

    public FactorModel model() {
        return model;
    }

    /// Told by a binary model, and by what lies beside one of ours.
    public Optional<FactorLoss> loss() {
        return Optional.ofNullable(loss);
    }

    /// Told by what lies beside one of ours.
    public Optional<Scaling> scaling() {
        return Optional.ofNullable(scaling);
    }

    /// What the optimiser remembers; told by a binary model that was read by [#readToGoOn].
    public Optional<FactorState> state() {
        return Optional.ofNullable(state);
    }

    /// Reads a text or a binary model; which of them it is, is seen from its first bytes.
    ///
    /// @throws XlearnFileException if it is neither, or cut off, or holds what is no finite number; memory is taken for what the file holds, not for what
    ///     its header says
    public static XlearnModel read(Path file) {
        return read(file, false);
    }

    /// As [#read], and what the optimiser remembers too, for a training that goes on from there; takes two to three times the memory.
    public static XlearnModel readToGoOn(Path file) {
        return read(file, true);
    }

    private static XlearnModel read(Path file, boolean withState) {
        try {
            XlearnModel found = alone(file, withState);
            Path beside = beside(file);
            return Files.exists(beside) ? found.with(beside, file) : found;
        } catch (NoSuchFileException e) {
            throw refused(
                    file + ": there is no such model (looked for " + file.toAbsolutePath() + ")",
                    e);
        } catch (IOException e) {
            throw refused(file + " cannot be read: " + e, e);
        }
    }

    private static XlearnModel alone(Path file, boolean withState) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(8);
        }
        if (XlearnTextModel.begins(head)) {
            return XlearnTextModel.read(file);
        }
        if (XlearnBinaryModel.begins(head)) {
            return XlearnBinaryModel.read(file, withState);
        }
        throw new XlearnFileException(
                file
                        + " is no model of xLearn: a text model begins with \"bias:\", a binary one with its score function");
    }

    private XlearnModel with(Path beside, Path file) throws IOException {
        MapNode notes = Config.read(beside);
        String checksum = notes.text("sha256");
        FactorLoss told =
                notes.choice("loss", LOSSES).equals("squared")
                        ? FactorLoss.SQUARED
                        : FactorLoss.LOGISTIC;
        boolean norm = notes.flag("norm", true);
        notes.text("score");
        notes.text("optimizer");
        notes.done();
        if (!checksum.equals(sha256(file))) {
            throw new XlearnFileException(
                    beside
                            + " was written with another model than "
                            + file
                            + " (its sha256 differs); delete it, and say --no-norm if the model was trained so");
        }
        return new XlearnModel(model, told, norm ? Scaling.XLEARN : Scaling.NONE, state);
    }

    /// Which form a model is written in.
    public enum Form {
        BINARY,
        TEXT
    }

    /// Writes a model and, beside it, what the file does not tell. Either both are there in the end, whole, or what was there before.
    ///
    /// @param state as [FactorFit#state] gives it; goes into binary models, which otherwise say that the optimiser has just begun
    /// @throws XlearnFileException if it cannot be written
    public static void write(
            Path file,
            Form form,
            FactorModel model,
            FactorParams params,
            Optional<FactorState> state) {
        Path fresh = Path.of(file + ".tmp");
        Path beside = beside(file);
        Path freshBeside = Path.of(beside + ".tmp");
        try {
            switch (form) {
                case BINARY -> {
                    try (FileChannel channel =
                            FileChannel.open(
                                    fresh,
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE,
                                    StandardOpenOption.TRUNCATE_EXISTING)) {
                        XlearnBinaryModel.write(
                                channel, model, params.loss(), params.optimizer(), state);
                    }
                }
                case TEXT -> {
                    try (BufferedWriter out =
                            Files.newBufferedWriter(fresh, StandardCharsets.ISO_8859_1)) {
                        XlearnTextModel.write(out, model);
                    }
                }
            }
            Files.writeString(
                    freshBeside,
                    """
                    {
                      "score": "%s",
                      "loss": "%s",
                      "norm": %s,
                      "optimizer": "%s",
                      "sha256": "%s"
                    }
                    """
                            .formatted(
                                    model.kind().word(),
                                    LOSSES.get(params.loss() == FactorLoss.LOGISTIC ? 0 : 1),
                                    params.norm(),
                                    params.optimizer().name().toLowerCase(Locale.ROOT),
                                    sha256(fresh)));
            Files.deleteIfExists(
                    beside); // without it a model is read by flags; with another's it would be
            // refused
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
            Files.move(freshBeside, beside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw refused(file + " cannot be written: " + e, e);
        }
    }

    private static Path beside(Path file) {
        return Path.of(file + ".json");
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        try (InputStream in = Files.newInputStream(file);
                OutputStream out =
                        new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static XlearnFileException notFinite(Object where, String name, Object value) {
        return new XlearnFileException(
                where
                        + ": "
                        + name
                        + " is "
                        + value
                        + "; the training ran away, so train again with a smaller learning rate (-r) or smaller values");
    }

    private static XlearnFileException refused(String text, IOException cause) {
        XlearnFileException refused = new XlearnFileException(text);
        refused.initCause(cause);
        return refused;
    }
}
