package dev.waxwing.bench.factors;

import dev.waxwing.learn.FactorParams;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// One thing that is measured, in a process of its own.
///
/// @param heap of its process
record Subject(
        String name, String kind, int k, int threads, boolean lockFree, int epochs, String heap) {
    static final Subject[] ALL = {
        ours("lr", "linear", 1, 6, "600m"),
        ours("fm8", "fm", 8, 6, "700m"),
        ours("fm16", "fm", 16, 6, "850m"),
        ours("ffm4", "ffm", 4, 3, "2g")
    };

    private static Subject ours(String name, String kind, int k, int epochs, String heap) {
        return new Subject(name, kind, k, 1, false, epochs, heap);
    }

    /// The same with threads: `fm8`, `fm8-2` (lock-free), `fm8-2-same-bits`.
    static Subject of(String name) {
        for (Subject subject : ALL) {
            if (name.equals(subject.name)) {
                return subject;
            }
            for (boolean lockFree : new boolean[] {true, false}) {
                String two = subject.name + "-2" + (lockFree ? "" : "-same-bits");
                if (name.equals(two)) {
                    return new Subject(
                            two,
                            subject.kind,
                            subject.k,
                            2,
                            lockFree,
                            subject.epochs,
                            subject.heap);
                }
            }
        }
        throw new IllegalArgumentException(
                name.toLowerCase(Locale.ROOT)
                        + " is not a subject; there are stream, libsvm, plain-fm8, c-fm8, c-ffm4, and lr, fm8, fm16, ffm4,"
                        + " each also with -2 and -2-same-bits");
    }

    /// Rate and spread of the first factors were chosen on the validation rows; the rest are the defaults.
    FactorParams params() {
        Map<String, Object> named = new HashMap<>();
        named.put("kind", kind);
        named.put("k", Math.max(k, 1));
        named.put("learning-rate", 0.03);
        named.put("init", 0.03);
        named.put("epochs", epochs);
        named.put("stop-window", epochs); // every epoch is measured, the best one is kept
        named.put("threads", threads);
        named.put("lock-free", lockFree);
        return FactorParams.of(named);
    }
}
