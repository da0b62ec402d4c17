package dev.waxwing.bench.score;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// The compiled ifs, called without leaving Java's state and on arrays in the heap.
final class CompiledC extends Peer {
    private final MethodHandle score;
    private final MethodHandle scores;
    private MemorySegment values;

    @SuppressWarnings("restricted") // calling native code is what this peer is for
    CompiledC(Path library) {
        SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
        Linker linker = Linker.nativeLinker();
        Linker.Option inPlace = Linker.Option.critical(true);
        score =
                linker.downcallHandle(
                        symbols.findOrThrow("score"),
                        FunctionDescriptor.of(ValueLayout.JAVA_DOUBLE, ValueLayout.ADDRESS),
                        inPlace);
        scores =
                linker.downcallHandle(
                        symbols.findOrThrow("scores"),
                        FunctionDescriptor.ofVoid(
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS),
                        inPlace);
    }

    @Override
    void take(Rows rows) {
        values = MemorySegment.ofArray(rows.values);
    }

    @Override
    double one(int row) throws Exception {
        try {
            return (double)
                    score.invokeExact(values.asSlice(4L * row * Rows.WIDTH, 4L * Rows.WIDTH));
        } catch (Throwable e) { // what invokeExact declares
            throw new IllegalStateException(e);
        }
    }

    @Override
    void batch(double[] out) {
        try {
            scores.invokeExact(
                    values, (long) Rows.BATCH, (long) Rows.WIDTH, MemorySegment.ofArray(out));
        } catch (Throwable e) { // what invokeExact declares
            throw new IllegalStateException(e);
        }
    }
}
