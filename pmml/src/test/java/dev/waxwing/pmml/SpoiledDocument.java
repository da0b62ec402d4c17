package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A document with a few marks or values exchanged, left out, doubled or moved.
final class SpoiledDocument {
    private static final Pattern MARKS = Pattern.compile("<[^>]*>|[^<]+");
    private static final Pattern VALUE = Pattern.compile("\"([^\"]*)\"");
    private static final String[] ODD = {
        "",
        " ",
        "0",
        "-1",
        "1",
        "NaN",
        "INF",
        "-INF",
        "1e999",
        "1e-400",
        "999999999999999999999",
        "0.5",
        "true",
        "x",
        "k",
        "integer",
        "string",
        "double",
        "date",
        "dateTimeSecondsSince[0]",
        "categorical",
        "ordinal",
        "continuous",
        "classification",
        "regression",
        "modelChain",
        "selectFirst",
        "median",
        "isMissing",
        "lessThan",
        "isIn",
        "xor",
        "surrogate",
        "asMissing",
        "asIs",
        "asValue",
        "returnInvalid",
        "(a+)+$",
        "(|)(|)(|)",
        "$9",
        "%1$tY",
        "%9999d",
        "&#x10FFFF;",
        "twice",
        "if",
        "replace",
        "substring",
        "concat",
        "probability",
        "transformedValue",
        "residual"
    };

    private final List<String> marks = new ArrayList<>();
    private final IntUnaryOperator below;

    /// @param below draws a whole number from 0 that is below its argument
    private SpoiledDocument(String document, IntUnaryOperator below) {
        this.below = below;
        Matcher matcher = MARKS.matcher(document);
        while (matcher.find()) {
            marks.add(matcher.group());
        }
    }

    static String of(String document, IntUnaryOperator below) {
        SpoiledDocument spoiled = new SpoiledDocument(document, below);
        int times = 1 + below.applyAsInt(4);
        for (int i = 0; i < times && !spoiled.marks.isEmpty(); i++) {
            spoiled.once();
        }
        return String.join("", spoiled.marks);
    }

    private void once() {
        int at = below.applyAsInt(marks.size());
        switch (below.applyAsInt(8)) {
            case 0 -> take(at);
            case 1 -> {
                List<String> taken = take(at);
                marks.addAll(below.applyAsInt(marks.size() + 1), taken);
            }
            case 2 -> {
                List<String> copied = List.copyOf(marks.subList(at, end(at)));
                marks.addAll(below.applyAsInt(marks.size() + 1), copied);
            }
            case 3 -> value(at, ODD[below.applyAsInt(ODD.length)]);
            case 4 -> value(at, ODD[below.applyAsInt(ODD.length)]);
            case 5, 6 -> {
                Matcher other = VALUE.matcher(marks.get(below.applyAsInt(marks.size())));
                if (other.find()) {
                    value(at, other.group(1));
                }
            }
            default -> marks.set(at, withoutAttribute(marks.get(at)));
        }
    }

    /// An element with all that it holds, or one mark.
    private List<String> take(int at) {
        List<String> whole = marks.subList(at, end(at));
        List<String> taken = List.copyOf(whole);
        whole.clear();
        return taken;
    }

    private int end(int at) {
        String mark = marks.get(at);
        if (!mark.startsWith("<") || mark.startsWith("</") || mark.endsWith("/>")) {
            return at + 1;
        }
        int depth = 0;
        for (int i = at; i < marks.size(); i++) {
            String one = marks.get(i);
            if (one.startsWith("</")) {
                depth--;
            } else if (one.startsWith("<") && !one.endsWith("/>")) {
                depth++;
            }
            if (depth == 0) {
                return i + 1;
            }
        }
        return marks.size();
    }

    private void value(int at, String value) {
        String mark = marks.get(at);
        List<Integer> starts = new ArrayList<>();
        Matcher matcher = VALUE.matcher(mark);
        while (matcher.find()) {
            starts.add(matcher.start(1));
        }
        if (starts.isEmpty()) {
            marks.set(at, mark.startsWith("<") ? mark : value);
            return;
        }
        int from = starts.get(below.applyAsInt(starts.size()));
        marks.set(at, mark.substring(0, from) + value + mark.substring(mark.indexOf('"', from)));
    }

    private String withoutAttribute(String mark) {
        List<Integer> starts = new ArrayList<>();
        for (int i = mark.indexOf(' '); i >= 0; i = mark.indexOf(' ', i + 1)) {
            starts.add(i);
        }
        if (starts.isEmpty() || !mark.startsWith("<")) {
            return mark;
        }
        int from = starts.get(below.applyAsInt(starts.size()));
        int quote = mark.indexOf('"', from);
        int end = quote < 0 ? -1 : mark.indexOf('"', quote + 1);
        return end < 0 ? mark : mark.substring(0, from) + mark.substring(end + 1);
    }
}
