package dev.waxwing.bench.score;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The peers of [ScoreBench] under JMH, which measures by the clock: a second opinion on the same forests.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Threads(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class ScoreJmh {
    /// The folder of forms, as [ScoreBench] makes them.
    @Param("waxwing-bench")
    public String folder;

    /// The forest.
    @Param({"m100", "m500"})
    public String subject;

    /// Who scores.
    @Param({"ours", "ours-gbdt+lr", "compiled-c", "onnxruntime", "jpmml", "jpmml-gbdt+lr"})
    public String peer;

    private Peer scorer;
    private int rows;
    private int next;
    private final double[] out = new double[Rows.BATCH];

    /// Makes the forms where they are not made yet, loads the peer and gives it its rows.
    @Setup
    public void load() throws Exception {
        Path forms = Path.of(folder).resolve(subject);
        if (!Files.exists(forms.resolve("answers.bin"))) {
            Forms.write(forms, Subject.named(subject));
        }
        Rows known = Forms.checkedRows();
        scorer = Peers.load(peer, forms);
        scorer.take(known);
        rows = known.clicked.length;
    }

    /// A hundred single rows, each by a call of its own, so that the clock's own cost does not count.
    @Benchmark
    @OperationsPerInvocation(100)
    public double single() throws Exception {
        double sum = 0;
        for (int i = 0; i < 100; i++) {
            next = next + 1 == rows ? 0 : next + 1;
            sum += scorer.one(next);
        }
        return sum;
    }

    /// 500 rows by one call.
    @Benchmark
    @OperationsPerInvocation(Rows.BATCH)
    public double[] batch() throws Exception {
        scorer.batch(out);
        return out;
    }
}
