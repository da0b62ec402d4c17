package dev.waxwing.bench.score;

import dev.waxwing.pmml.GbdtDoc;
import dev.waxwing.pmml.Tree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes trees as an ONNX model of one `TreeEnsembleRegressor`, message by message of ONNX's protobuf schema (onnx.proto,
/// IR 7). It tells log-odds: ONNX Runtime leaves out the logistic function of a regressor with one target.
final class OnnxFile {
    private OnnxFile() {}

    static void write(Path file, GbdtDoc doc) throws IOException {
        List<Long> tree = new ArrayList<>();
        List<Long> node = new ArrayList<>();
        List<Long> feature = new ArrayList<>();
        List<Float> threshold = new ArrayList<>();
        List<String> mode = new ArrayList<>();
        List<Long> whenTrue = new ArrayList<>();
        List<Long> whenFalse = new ArrayList<>();
        List<Long> missingTrue = new ArrayList<>();
        List<Long> leafTree = new ArrayList<>();
        List<Long> leafNode = new ArrayList<>();
        List<Long> leafTarget = new ArrayList<>();
        List<Float> leafWeight = new ArrayList<>();
        for (int t = 0; t < doc.trees().size(); t++) {
            Tree from = doc.trees().get(t);
            for (int n = 0; n < from.nodes(); n++) {
                boolean leaf = from.left()[n] < 0;
                tree.add((long) t);
                node.add((long) n);
                feature.add(leaf ? 0L : from.feature()[n]);
                threshold.add(leaf ? 0f : from.threshold()[n]);
                mode.add(leaf ? "LEAF" : "BRANCH_LT");
                whenTrue.add(leaf ? 0L : from.left()[n]);
                whenFalse.add(leaf ? 0L : from.right()[n]);
                missingTrue.add(!leaf && from.missingLeft()[n] ? 1L : 0L);
                if (leaf) {
                    leafTree.add((long) t);
                    leafNode.add((long) n);
                    leafTarget.add(0L);
                    leafWeight.add((float) from.value()[n]);
                }
            }
        }
        Message op =
                new Message()
                        .text(1, "x")
                        .text(2, "y")
                        .text(4, "TreeEnsembleRegressor")
                        .text(7, "ai.onnx.ml")
                        .message(5, ints("nodes_treeids", tree))
                        .message(5, ints("nodes_nodeids", node))
                        .message(5, ints("nodes_featureids", feature))
                        .message(5, floats("nodes_values", threshold))
                        .message(5, texts("nodes_modes", mode))
                        .message(5, ints("nodes_truenodeids", whenTrue))
                        .message(5, ints("nodes_falsenodeids", whenFalse))
                        .message(5, ints("nodes_missing_value_tracks_true", missingTrue))
                        .message(5, ints("target_treeids", leafTree))
                        .message(5, ints("target_nodeids", leafNode))
                        .message(5, ints("target_ids", leafTarget))
                        .message(5, floats("target_weights", leafWeight))
                        .message(5, floats("base_values", List.of((float) doc.baseMargin())))
                        .message(5, new Message().text(1, "n_targets").number(3, 1).number(20, 2))
                        .message(5, word("aggregate_function", "SUM"))
                        .message(5, word("post_transform", "NONE"));
        Message graph =
                new Message()
                        .message(1, op)
                        .text(2, "trees")
                        .message(11, matrix("x", Rows.WIDTH))
                        .message(12, matrix("y", 1));
        Message model =
                new Message()
                        .number(1, 7)
                        .message(8, new Message().text(1, "ai.onnx.ml").number(2, 1))
                        .message(8, new Message().text(1, "").number(2, 13))
                        .message(7, graph);
        Files.write(file, model.bytes());
    }

    /// A matrix of floats of any height.
    private static Message matrix(String name, int width) {
        Message shape =
                new Message()
                        .message(1, new Message().text(2, "N"))
                        .message(1, new Message().number(1, width));
        Message tensor = new Message().number(1, 1).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    private static Message ints(String name, List<Long> values) {
        Message packed = new Message();
        for (long value : values) {
            packed.varint(value);
        }
        return new Message().text(1, name).message(8, packed).number(20, 7);
    }

    private static Message floats(String name, List<Float> values) {
        ByteBuffer packed = ByteBuffer.allocate(4 * values.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            packed.putFloat(value);
        }
        return new Message().text(1, name).bytes(7, packed.array()).number(20, 6);
    }

    private static Message texts(String name, List<String> values) {
        Message message = new Message().text(1, name);
        for (String value : values) {
            message.text(9, value);
        }
        return message.number(20, 8);
    }

    private static Message word(String name, String value) {
        return new Message().text(1, name).text(4, value).number(20, 3);
    }

    /// A protobuf message as it grows: fields of numbers and of bytes.
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            out.write((int) rest);
            return this;
        }

        Message number(int field, long value) {
            return varint(field << 3).varint(value);
        }

        Message bytes(int field, byte[] value) {
            varint(field << 3 | 2).varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.bytes());
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
