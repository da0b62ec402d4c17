package dev.waxwing.bench.score;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/// ONNX Runtime with one thread, from a buffer outside the heap.
final class OnnxRuntime extends Peer {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private float[] values;
    private FloatBuffer single;
    private FloatBuffer many;

    OnnxRuntime(Path model) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        session = environment.createSession(model.toString(), options);
    }

    private static FloatBuffer buffer(int floats) {
        return ByteBuffer.allocateDirect(4 * floats).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private static double logistic(double margin) {
        return 1 / (1 + Math.exp(-margin));
    }

    @Override
    void take(Rows rows) {
        values = rows.values;
        single = buffer(Rows.WIDTH);
        many = buffer(Rows.BATCH * Rows.WIDTH);
        many.put(0, values, 0, Rows.BATCH * Rows.WIDTH);
    }

    @Override
    double one(int row) throws OrtException {
        single.put(0, values, row * Rows.WIDTH, Rows.WIDTH);
        try (OnnxTensor tensor =
                        OnnxTensor.createTensor(environment, single, new long[] {1, Rows.WIDTH});
                OrtSession.Result result = session.run(Map.of("x", tensor))) {
            return logistic(((OnnxTensor) result.get(0)).getFloatBuffer().get(0));
        }
    }

    @Override
    void batch(double[] out) throws OrtException {
        try (OnnxTensor tensor =
                        OnnxTensor.createTensor(
                                environment, many, new long[] {Rows.BATCH, Rows.WIDTH});
                OrtSession.Result result = session.run(Map.of("x", tensor))) {
            FloatBuffer answers = ((OnnxTensor) result.get(0)).getFloatBuffer();
            for (int row = 0; row < Rows.BATCH; row++) {
                out[row] = logistic(answers.get(row));
            }
        }
    }
}
