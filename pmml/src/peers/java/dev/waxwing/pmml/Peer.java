package dev.waxwing.pmml;

import org.jpmml.evaluator.EvaluationException;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;
import org.jpmml.model.InvalidMarkupException;
import org.jpmml.model.MarkupException;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Evaluates one document on both sides and tells where JPMML-Evaluator and we part.
final class Peer {
    /// What became of one document.
    /// @param refusal why we do not read it; empty if we do
    /// @param unread why JPMML does not read it; empty if it does
    /// @param onlyOurs why JPMML refuses rows that we answer
    record Outcome(
            String refusal,
            String unread,
            int values,
            int errors,
            List<String> differences,
            List<String> onlyOurs) {}

    private record Answer(Map<String, Object> values, String error, boolean unsupported) {}

    private Peer() {}

    static Outcome compare(String document, List<Map<String, String>> rows) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        Optional<org.jpmml.evaluator.Evaluator> theirs;
        String unread = "";
        try {
            theirs =
                    Optional.of(
                            new LoadingModelEvaluatorBuilder()
                                    .load(new ByteArrayInputStream(bytes))
                                    .build());
            theirs.get().verify();
        } catch (Exception e) {
            theirs = Optional.empty();
            unread = e.toString();
        }
        Evaluator ours;
        try {
            ours = Evaluator.of(XmlReader.read("m.pmml", new ByteArrayInputStream(bytes)));
        } catch (PmmlException e) {
            if (theirs.isPresent()) {
                org.jpmml.evaluator.Evaluator evaluator = theirs.get();
                if (rows.stream().noneMatch(row -> theirs(evaluator, row).error.isEmpty())) {
                    unread = "no row is answered";
                }
            }
            return new Outcome(e.getMessage(), unread, 0, 0, List.of(), List.of());
        }
        if (theirs.isEmpty()) {
            return new Outcome("", unread, 0, 0, List.of(), List.of());
        }
        List<String> differences = new ArrayList<>();
        List<String> onlyOurs = new ArrayList<>();
        int values = 0;
        int errors = 0;
        for (Map<String, String> row : rows) {
            Answer their = theirs(theirs.get(), row);
            if (their.unsupported) {
                unread = their.error;
                continue;
            }
            Answer our = ours(ours, row);
            if (!their.error.isEmpty() || !our.error.isEmpty()) {
                errors++;
                if (their.error.isEmpty() && !our.error.isEmpty()) {
                    differences.add(row + ": JPMML " + their.values + ", we " + our.error);
                } else if (our.error.isEmpty()) {
                    onlyOurs.add(their.error);
                }
                continue;
            }
            for (Map.Entry<String, Object> entry : their.values.entrySet()) {
                if (entry.getKey().startsWith("report(")) {
                    continue; // JPMML's own reports, which it does not write unless asked to
                }
                values++;
                Object found = our.values.get(entry.getKey());
                if (!our.values.containsKey(entry.getKey())
                        || !agree(entry.getValue(), found, document.contains("\"float\""))) {
                    differences.add(
                            row
                                    + ": "
                                    + entry.getKey()
                                    + " JPMML "
                                    + shown(entry.getValue())
                                    + ", we "
                                    + (our.values.containsKey(entry.getKey())
                                            ? shown(found)
                                            : "tell none"));
                }
            }
        }
        return new Outcome("", unread, values, errors, differences, onlyOurs);
    }

    private static Answer theirs(org.jpmml.evaluator.Evaluator evaluator, Map<String, String> row) {
        try {
            Map<String, Object> named = new LinkedHashMap<>();
            EvaluatorUtil.decodeAll(evaluator.evaluate(row))
                    .forEach((name, value) -> named.put(name == null ? "_target" : name, value));
            return new Answer(named, "", false);
        } catch (EvaluationException | InvalidMarkupException e) {
            return new Answer(Map.of(), e.toString(), false);
        } catch (MarkupException e) {
            return new Answer(Map.of(), e.toString(), true);
        } catch (RuntimeException e) {
            return new Answer(Map.of(), e.toString(), false);
        }
    }

    private static Answer ours(Evaluator evaluator, Map<String, String> row) {
        try {
            Map<String, Object> known = new LinkedHashMap<>();
            row.forEach(
                    (name, value) -> {
                        if (evaluator.knows(name)) {
                            known.put(name, value);
                        }
                    });
            return new Answer(evaluator.evaluate(known), "", false);
        } catch (InvalidValueException e) {
            return new Answer(Map.of(), e.toString(), false);
        }
    }

    private static String shown(Object value) {
        return value == null ? "missing" : value + " (" + value.getClass().getSimpleName() + ")";
    }

    private static boolean agree(Object their, Object our, boolean single) {
        if (their instanceof List<?> warnings && warnings.isEmpty()) {
            return our == null; // JPMML tells a list of warnings, which is empty
        }
        if (their == null || our == null) {
            return their == null && our == null;
        }
        if (their instanceof Number a && our instanceof Number b) {
            double x = a.doubleValue();
            double y = b.doubleValue();
            double close = single || a instanceof Float || b instanceof Float ? 2e-6 : 1e-9;
            return Double.compare(x, y) == 0 || Math.abs(x - y) <= close * Math.max(1, Math.abs(x));
        }
        return String.valueOf(their).equals(String.valueOf(our));
    }
}
