package dev.waxwing.steps;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// Reads `PAI -name component -project algo_public -Dkey="value" … ;` as MaxCompute's SQL scripts hold it: calls end with `;`
/// (the last one need not), run over lines, and have comments from `--` to the line's end.
final class PaiScript {
    private final String text;
    private int at;

    private PaiScript(String text) {
        this.text = text;
    }

    /// One call.
    ///
    /// @param line where it begins, from 1
    /// @param parameters value by name in lower case, without quotes
    record Call(int line, String name, SequencedMap<String, String> parameters) {
        @Override
        public String toString() {
            return "PAI -name " + name + " (line " + line + ")";
        }
    }

    /// @throws IllegalArgumentException if it is something else; says the line, what was found and what would do
    static List<Call> parse(String text) {
        PaiScript script = new PaiScript(text);
        List<Call> calls = new ArrayList<>();
        while (script.skipsToSomething()) {
            if (script.peek() == ';') {
                script.at++; // an empty statement
            } else {
                calls.add(script.call());
            }
        }
        if (calls.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no PAI call; write PAI -name component -Dkey=value …;");
        }
        return calls;
    }

    private Call call() {
        int line = line();
        String first = word();
        if (!first.equalsIgnoreCase("pai")) {
            throw wrong(line, "found " + first + "; a call begins with PAI -name component");
        }
        String name = "";
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        while (skipsToSomething() && peek() != ';') {
            int here = line();
            if (peek() != '-') {
                String found = word();
                throw wrong(
                        here,
                        "found "
                                + found
                                + " where -Dkey=value or ; is wanted"
                                + (found.equalsIgnoreCase("pai")
                                        ? "; end the call before with ;"
                                        : "; put quotes around values with spaces"));
            }
            String option = option();
            if (option.startsWith("-D") || option.startsWith("-d")) {
                parameter(here, option.substring(2), parameters);
            } else if (option.equalsIgnoreCase("-name")) {
                name = value(here, option);
            } else if (option.equalsIgnoreCase("-project")) {
                value(here, option); // algo_public or whoever offered the algorithm there
            } else {
                throw wrong(here, "found " + option + "; options are -name, -project and -Dkey=");
            }
        }
        if (at < text.length()) {
            at++; // the ;
        }
        if (name.isEmpty()) {
            throw wrong(line, "the call has no -name");
        }
        return new Call(line, name.toLowerCase(Locale.ROOT), parameters);
    }

    private void parameter(int line, String key, Map<String, String> parameters) {
        if (key.isEmpty() || at >= text.length() || peek() != '=') {
            throw wrong(line, "-D" + key + " has no value; write -D" + key + "=value");
        }
        if (parameters.put(key.toLowerCase(Locale.ROOT), value(line, "-D" + key)) != null) {
            throw wrong(line, "-D" + key + " is there twice");
        }
    }

    private String value(int line, String of) {
        if (at < text.length() && peek() == '=') {
            at++;
        } else {
            skipsToSomething();
        }
        if (at >= text.length()) {
            return "";
        }
        char quote = peek();
        if (quote != '"' && quote != '\'') {
            return word();
        }
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length() && peek() != quote; at++) {
            if (peek() == '\\' && at + 1 < text.length() && text.charAt(at + 1) == quote) {
                at++;
            }
            value.append(peek());
        }
        if (at >= text.length()) {
            throw wrong(line, "the quote of " + of + " is never closed");
        }
        at++;
        return value.toString();
    }

    private String option() {
        int from = at;
        while (at < text.length()
                && peek() != '='
                && peek() != ';'
                && !Character.isWhitespace(peek())) {
            at++;
        }
        return text.substring(from, at);
    }

    private String word() {
        int from = at;
        while (at < text.length() && peek() != ';' && !Character.isWhitespace(peek())) {
            at++;
        }
        return text.substring(from, at);
    }

    /// Leaves spaces and comments behind.
    /// @return whether there is anything after them
    private boolean skipsToSomething() {
        while (at < text.length()) {
            if (Character.isWhitespace(peek())) {
                at++;
            } else if (text.startsWith("--", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else {
                return true;
            }
        }
        return false;
    }

    private char peek() {
        return text.charAt(at);
    }

    private int line() {
        return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    }

    private static IllegalArgumentException wrong(int line, String why) {
        return new IllegalArgumentException("line " + line + ": " + why);
    }
}
