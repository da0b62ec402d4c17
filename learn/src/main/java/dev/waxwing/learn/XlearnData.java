package dev.waxwing.learn;

import dev.waxwing.model.FactorModel;

import java.io.IOException;
import java.nio.file.Path;

/// The rows of a libsvm, libffm or CSV file, read as xLearn reads them: format found out from line 1 ([XlearnFormat]), features counted from 0,
/// a line a row. Line `n` of the file is row `n - 1`.
///
/// It differs from xLearn where that would guess: what is no number, a blank line in a file with labels, an entry of another kind or a
/// line above 10 MB is refused, up to [#PROBLEMS] of them at once, each with line and column. xLearn takes text as 0 and
/// stops, or goes on with wrong rows, at the others. Nothing is written beside the file.
///
/// @param rows labels as they stand in the file; NaN where the file has none
public record XlearnData(Path file, XlearnFormat format, FactorRows rows) {
    /// So many problems are told at once.
    public static final int PROBLEMS = 20;

    /// Reads a file with two threads or as many as there are.
    ///
    /// @param kind fields are kept for an FFM alone
    /// @throws XlearnFileException if it cannot be read, or holds what is no row
    public static XlearnData read(Path file, FactorModel.Kind kind) {
        int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
        try (XlearnReader reader = new XlearnReader(file, kind == FactorModel.Kind.FFM, threads)) {
            return new XlearnData(file, reader.format(), reader.rows());
        } catch (IOException e) {
            XlearnFileException refused = new XlearnFileException(file + " cannot be read: " + e);
            refused.initCause(e);
            throw refused;
        }
    }
}
