package dev.waxwing.learn;

import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FactorModel.Kind;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// xLearn's text model: `bias: x`; a line `i_<feature>: x` for every feature from 0; then for FM `v_<feature>: x …` with k numbers, for FFM
/// `v_<feature>_<field>: x …` for every feature and every field.
///
/// xLearn writes six digits. Ours are the shortest that read back to the same float.
///
/// Source: xLearn's `model_parameters.cc`, and files that it wrote.
final class XlearnTextModel {
    private static final int LONGEST_LINE = 1 << 20;

    private final Path file;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private int lineNumber;
    private String line; // the present one; null at the end
    private float[] factors = new float[1024];
    private int filled;
    private int k;

    private XlearnTextModel(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    static boolean begins(byte[] head) {
        return new String(head, StandardCharsets.ISO_8859_1).startsWith("bias:");
    }

    static XlearnModel read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new XlearnTextModel(file, in).model();
        }
    }

    /// What is held grows with the lines that came, never with what one of them says.
    private XlearnModel model() throws IOException {
        next();
        float bias = one("bias");
        float[] linear = new float[1024];
        int features = 0;
        while (line != null && line.startsWith("i_")) {
            if (features == linear.length) {
                linear = Arrays.copyOf(linear, grown(features));
            }
            linear[features] = one("i_" + features);
            features++;
        }
        linear = Arrays.copyOf(linear, features);
        if (features == 0) {
            throw wrong(
                    "found "
                            + found()
                            + " where the weight of feature 0 should stand: i_0: <number>");
        }
        if (line == null) {
            return found(FactorModel.linear(bias, linear));
        }
        boolean ffm = line.startsWith("v_0_");
        int fields = 0;
        for (int i = 0; i < features; i++) {
            if (!ffm) {
                many("v_" + i);
                continue;
            }
            int field = 0;
            while (i == 0 ? line != null && line.startsWith("v_0_") : field < fields) {
                many("v_" + i + "_" + field++);
            }
            fields = field;
        }
        if (line != null) {
            throw wrong("found " + found() + " after the last factors; the file should end here");
        }
        factors = Arrays.copyOf(factors, filled);
        return found(
                ffm
                        ? FactorModel.ffm(bias, linear, fields, k, factors)
                        : FactorModel.fm(bias, linear, k, factors));
    }

    private static XlearnModel found(FactorModel model) {
        return new XlearnModel(model, null, null, null);
    }

    /// The one number of the line with this name, which is then passed.
    private float one(String name) throws IOException {
        float value = number(name, afterName(name), line.length());
        next();
        return value;
    }

    /// The k numbers of the line with this name, which is then passed.
    private void many(String name) throws IOException {
        int from = afterName(name);
        int count = 0;
        while (from < line.length()) {
            int to = line.indexOf(' ', from);
            to = to < 0 ? line.length() : to;
            if (to > from) {
                if (filled == factors.length) {
                    factors = Arrays.copyOf(factors, grown(filled));
                }
                factors[filled++] = number(name, from, to);
                count++;
            }
            from = to + 1;
        }
        if (k == 0 && count > 0) {
            k = count;
        } else if (count != k || count == 0) {
            throw wrong(
                    name
                            + " has "
                            + count
                            + " numbers"
                            + (k == 0 ? "; it needs at least one" : ", those before have " + k));
        }
        next();
    }

    private int grown(int size) {
        if (size >= Integer.MAX_VALUE - 8) {
            throw wrong("the model has more numbers than fit (" + size + ")");
        }
        return (int) Math.min(Integer.MAX_VALUE - 8L, size + (size >> 1) + 16L);
    }

    private int afterName(String name) {
        if (line == null || !line.startsWith(name) || !line.startsWith(":", name.length())) {
            throw wrong(
                    "found "
                            + found()
                            + " where \""
                            + name
                            + ": …\" should stand; features and fields are told one by one from 0");
        }
        return name.length() + 1;
    }

    private String found() {
        if (line == null) {
            return "the end of the file";
        }
        return "\"" + (line.length() > 40 ? line.substring(0, 40) + "…" : line) + "\"";
    }

    private float number(String name, int from, int to) {
        String text = line.substring(from, to).strip();
        float value;
        try {
            value = Float.parseFloat(text);
        } catch (NumberFormatException e) {
            if (text.matches("(?i)[-+]?(nan|inf|infinity).*")) {
                throw XlearnModel.notFinite(file + ":" + lineNumber, name, text);
            }
            throw wrong(name + " is \"" + text + "\", which is no number");
        }
        if (!Float.isFinite(value)) {
            throw XlearnModel.notFinite(file + ":" + lineNumber, name, text);
        }
        return value;
    }

    private XlearnFileException wrong(String what) {
        return new XlearnFileException(file + ":" + lineNumber + " " + what);
    }

    /// Moves to the next line; blank ones may stand at the end alone.
    private void next() throws IOException {
        line = readLine();
        lineNumber++;
        if (line != null && line.isBlank()) {
            int blank = lineNumber;
            while (line != null && line.isBlank()) {
                line = readLine();
            }
            if (line != null) {
                throw new XlearnFileException(
                        file + ":" + blank + " is blank within the model; take the line out");
            }
        }
    }

    private String readLine() throws IOException {
        StringBuilder longer = null;
        while (true) {
            if (at == end) {
                end = in.read(buffer);
                at = 0;
                if (end <= 0) {
                    end = 0;
                    return longer == null ? null : longer.toString();
                }
            }
            int to = at;
            while (to < end && buffer[to] != '\n') {
                to++;
            }
            String piece = new String(buffer, at, to - at, StandardCharsets.ISO_8859_1);
            boolean whole = to < end;
            at = whole ? to + 1 : to;
            if (whole && longer == null) {
                return piece;
            }
            longer = longer == null ? new StringBuilder(piece) : longer.append(piece);
            if (longer.length() > LONGEST_LINE) {
                throw new XlearnFileException(
                        file
                                + ":"
                                + (lineNumber + 1)
                                + " is longer than 1 MB; no line of a text model is");
            }
            if (whole) {
                return longer.toString();
            }
        }
    }

    static void write(Writer out, FactorModel model) throws IOException {
        out.append("bias: ").append(Float.toString(model.bias())).append('\n');
        for (int i = 0; i < model.features(); i++) {
            out.append("i_").append(Integer.toString(i)).append(": ");
            out.append(Float.toString(model.weight(i))).append('\n');
        }
        if (model.kind() == Kind.LINEAR) {
            return;
        }
        for (int i = 0; i < model.features(); i++) {
            for (int field = 0; field < model.fields(); field++) {
                out.append("v_").append(Integer.toString(i));
                if (model.kind() == Kind.FFM) {
                    out.append('_').append(Integer.toString(field));
                }
                out.append(':');
                for (int f = 0; f < model.k(); f++) {
                    out.append(' ').append(Float.toString(model.factor(i, field, f)));
                }
                out.append('\n');
            }
        }
    }
}
