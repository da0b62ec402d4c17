package dev.waxwing.bench.score;

import dev.waxwing.pmml.Scorer;

import java.nio.file.Path;
import java.util.List;

/// Who scores, and how each is made from the folder of forms.
final class Peers {
    /// In the order of the table; ours first, since all others are told as multiples of it.
    static final List<String> NAMES =
            List.of(
                    "ours",
                    "ours-gbdt+lr",
                    "ours-by-name",
                    "compiled-c",
                    "java-flat",
                    "java-objects",
                    "onnxruntime",
                    "lightgbm4j",
                    "xgboost4j",
                    "jpmml",
                    "jpmml-gbdt+lr",
                    "pmml4s");

    private Peers() {}

    static boolean scoresLeaves(String name) {
        return name.endsWith("gbdt+lr");
    }

    /// What a peer's figures are told as multiples of.
    static String ours(String peer) {
        return scoresLeaves(peer) ? "ours-gbdt+lr" : "ours";
    }

    static Peer load(String name, Path folder) throws Exception {
        return switch (name) {
            case "ours" -> new Ours(Scorer.load(folder.resolve("plain.pmml")));
            case "ours-gbdt+lr" ->
                    new Ours(Scorer.load(folder.resolve("gbdt.pmml"), folder.resolve("lr.pmml")));
            case "ours-by-name" -> new OursByName(Scorer.load(folder.resolve("plain.pmml")));
            case "compiled-c" -> new CompiledC(folder.resolve("model.so"));
            case "java-flat" -> new Naive.Flat(folder);
            case "java-objects" -> new Naive.Objects(folder);
            case "onnxruntime" -> new OnnxRuntime(folder.resolve("model.onnx"));
            case "lightgbm4j" -> new LightGbm(folder.resolve("lightgbm.txt"));
            case "xgboost4j" -> new XgBoost(folder.resolve("xgboost.json"));
            case "jpmml" -> new Jpmml(folder.resolve("plain.pmml"));
            case "jpmml-gbdt+lr" -> new Jpmml(folder.resolve("leaves.pmml"));
            case "pmml4s" -> new Pmml4s(folder.resolve("plain.pmml"));
            default ->
                    throw new IllegalArgumentException(
                            "'" + name + "' is no peer; " + String.join(", ", NAMES) + " are");
        };
    }
}
