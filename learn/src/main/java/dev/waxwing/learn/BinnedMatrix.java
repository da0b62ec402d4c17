package dev.waxwing.learn;

import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/// Rows as XGBoost's histograms take them: each value is replaced by the number of its bin while XGBoost reads the rows, chunk by chunk.
///
/// An ordinary [DMatrix] first keeps all rows as pairs of column and value (8 bytes each) beside ours (4 bytes), and bins them when training begins;
/// here 1 byte a value is all that stays of them. The trees that are grown are the same. XGBoost's Java API has no such matrix for
/// rows in main memory, so this calls its C API (`XGQuantileDMatrixCreateFromCallback` in `c_api.h`) in the library that the Java API has loaded.
@SuppressWarnings("restricted") // calls native functions, as XGBoost's own Java API does
final class BinnedMatrix extends DMatrix {
    private static final int CHUNK = 1 << 14; // rows

    private BinnedMatrix(long handle) {
        super(handle);
    }

    /// @param categorical columns of categories, each of which has a bin of its own
    /// @param like the matrix whose bins are to be used, for rows that are watched; null for training rows
    static BinnedMatrix of(
            FloatMatrix rows,
            float[] labels,
            List<String> categorical,
            int bins,
            int threads,
            BinnedMatrix like)
            throws XGBoostError {
        BinnedMatrix made = new BinnedMatrix(create(rows, categorical, bins, threads, like));
        made.setLabel(labels);
        return made;
    }

    private static long create(
            FloatMatrix rows, List<String> categorical, int bins, int threads, BinnedMatrix like)
            throws XGBoostError {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
            CApi.check((int) CApi.PROXY.invokeExact(out));
            MemorySegment proxy = out.get(ValueLayout.ADDRESS, 0);
            try {
                MemorySegment reference =
                        like == null
                                ? MemorySegment.NULL
                                : MemorySegment.ofAddress(like.getHandle());
                if (!categorical.isEmpty()) {
                    setTypes(proxy, rows.columns(), categorical, arena);
                }
                Chunks chunks = new Chunks(rows, proxy, arena);
                String config =
                        "{\"missing\": NaN, \"nthread\": "
                                + threads
                                + ", \"max_bin\": "
                                + bins
                                + "}";
                int code =
                        (int)
                                CApi.CREATE.invokeExact(
                                        MemorySegment.NULL,
                                        proxy,
                                        reference,
                                        chunks.resetStub(),
                                        chunks.nextStub(),
                                        arena.allocateFrom(config),
                                        out);
                if (chunks.failure != null) {
                    throw chunks.failure;
                }
                CApi.check(code);
                return out.get(ValueLayout.ADDRESS, 0).address();
            } finally {
                CApi.check((int) CApi.FREE.invokeExact(proxy));
            }
        } catch (XGBoostError | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // what invokeExact declares
            throw new IllegalStateException(e);
        }
    }

    /// Says which columns are categories ("c") and which quantities ("q").
    private static void setTypes(
            MemorySegment proxy, List<String> columns, List<String> categorical, Arena arena)
            throws Throwable {
        MemorySegment types = arena.allocate(ValueLayout.ADDRESS, columns.size());
        MemorySegment category = arena.allocateFrom("c");
        MemorySegment quantity = arena.allocateFrom("q");
        for (int c = 0; c < columns.size(); c++) {
            boolean named = categorical.contains(columns.get(c));
            types.setAtIndex(ValueLayout.ADDRESS, c, named ? category : quantity);
        }
        CApi.check(
                (int)
                        CApi.SET_TEXTS.invokeExact(
                                proxy,
                                arena.allocateFrom("feature_type"),
                                types,
                                (long) columns.size()));
    }

    /// Hands the rows to XGBoost, as often as it asks for them.
    @SuppressWarnings("UnusedMethod") // XGBoost calls them
    private static final class Chunks {
        private final FloatMatrix rows;
        private final MemorySegment proxy;
        private final Arena arena;
        private final float[] values;
        private final MemorySegment buffer;
        private int next;
        private Throwable failure;

        Chunks(FloatMatrix rows, MemorySegment proxy, Arena arena) {
            this.rows = rows;
            this.proxy = proxy;
            this.arena = arena;
            int most = Math.multiplyExact(Math.min(CHUNK, rows.rows()), rows.columnCount());
            this.values = new float[most];
            this.buffer = arena.allocate((long) most * Float.BYTES, 64);
        }

        MemorySegment resetStub() throws ReflectiveOperationException {
            MethodHandle handle =
                    MethodHandles.lookup()
                            .bind(
                                    this,
                                    "reset",
                                    MethodType.methodType(void.class, MemorySegment.class));
            return CApi.LINKER.upcallStub(
                    handle, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS), arena);
        }

        MemorySegment nextStub() throws ReflectiveOperationException {
            MethodHandle handle =
                    MethodHandles.lookup()
                            .bind(
                                    this,
                                    "next",
                                    MethodType.methodType(int.class, MemorySegment.class));
            return CApi.LINKER.upcallStub(
                    handle,
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS),
                    arena);
        }

        void reset(MemorySegment unused) {
            next = 0;
        }

        /// @return 1 if there was a chunk, 0 at the end. An exception would end the process, so it is kept.
        int next(MemorySegment unused) {
            int n = Math.min(CHUNK, rows.rows() - next);
            if (n <= 0 || failure != null) {
                return 0;
            }
            try {
                int width = rows.columnCount();
                rows.copy(next, next + n, values);
                MemorySegment.copy(values, 0, buffer, ValueLayout.JAVA_FLOAT, 0, n * width);
                String array =
                        "{\"data\": ["
                                + buffer.address()
                                + ", true], \"shape\": ["
                                + n
                                + ", "
                                + width
                                + "], \"typestr\": \"<f4\", \"version\": 3}";
                try (Arena own = Arena.ofConfined()) {
                    CApi.check((int) CApi.SET_DENSE.invokeExact(proxy, own.allocateFrom(array)));
                }
                next += n;
                return 1;
            } catch (Throwable e) {
                failure = e;
                return 0;
            }
        }
    }

    /// The functions of XGBoost's `c_api.h` that this needs.
    private static final class CApi {
        static final Linker LINKER = Linker.nativeLinker();
        private static final AddressLayout P = ValueLayout.ADDRESS;
        static final MethodHandle PROXY = handle("XGProxyDMatrixCreate", P);
        static final MethodHandle SET_DENSE = handle("XGProxyDMatrixSetDataDense", P, P);
        static final MethodHandle CREATE =
                handle("XGQuantileDMatrixCreateFromCallback", P, P, P, P, P, P, P);
        static final MethodHandle SET_TEXTS =
                handle("XGDMatrixSetStrFeatureInfo", P, P, P, ValueLayout.JAVA_LONG);
        static final MethodHandle FREE = handle("XGDMatrixFree", P);
        private static final MethodHandle LAST_ERROR =
                LINKER.downcallHandle(symbol("XGBGetLastError"), FunctionDescriptor.of(P));

        private CApi() {}

        private static MethodHandle handle(String name, MemoryLayout... arguments) {
            return LINKER.downcallHandle(
                    symbol(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
        }

        private static MemorySegment symbol(String name) {
            loadLibrary();
            return SymbolLookup.loaderLookup()
                    .find(name)
                    .orElseThrow(
                            () ->
                                    new IllegalStateException(
                                            "XGBoost's library has no function "
                                                    + name
                                                    + "; another version than the one we are built with"
                                                    + " is on the class path"));
        }

        /// A class of the Java API that has to do with the library loads it.
        private static void loadLibrary() {
            try {
                Class.forName("ml.dmlc.xgboost4j.java.XGBoostJNI");
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }

        static void check(int code) throws XGBoostError {
            if (code != 0) {
                try {
                    MemorySegment text = (MemorySegment) LAST_ERROR.invokeExact();
                    throw new XGBoostError(text.reinterpret(Long.MAX_VALUE).getString(0));
                } catch (XGBoostError | RuntimeException | Error e) {
                    throw e;
                } catch (Throwable e) { // what invokeExact declares
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
