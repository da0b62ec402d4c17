package dev.waxwing.model;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A raw row with the margin and score that the *trainer's* own arithmetic gives it, never our scorer's.
public record GoldenRow(FeatureRow row, double margin, double score) {
    public GoldenRow {
        if (!Double.isFinite(margin) || !(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException(
                    "a golden row needs a finite margin and a score in [0, 1], found "
                            + margin
                            + " and "
                            + score);
        }
    }

    /// `golden.jsonl`: one row a line, with the features of `spec` only.
    static String lines(FeatureSpec spec, List<GoldenRow> rows) {
        var lines = new StringBuilder();
        for (GoldenRow golden : rows) {
            ObjectNode node = Json.object();
            node.put("margin", golden.margin)
                    .put("score", golden.score)
                    .set("row", golden.row.as(spec).json());
            lines.append(Json.line(node)).append('\n');
        }
        return lines.toString();
    }

    static List<GoldenRow> read(Path file, FeatureSpec spec) {
        var rows = new ArrayList<GoldenRow>();
        try {
            for (String line : Files.readAllLines(file)) {
                String where = file.getFileName() + ":" + (rows.size() + 1);
                ObjectNode node = Json.parse(where, line);
                try {
                    rows.add(
                            new GoldenRow(
                                    FeatureRow.of(spec, Json.object(where, node, "row")),
                                    Json.number(where, node, "margin"),
                                    Json.number(where, node, "score")));
                } catch (IllegalArgumentException | FeatureException e) {
                    throw new CorruptFileException(where + ": " + e.getMessage(), e);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e, e);
        }
        return rows;
    }
}
