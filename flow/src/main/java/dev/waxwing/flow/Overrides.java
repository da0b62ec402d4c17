package dev.waxwing.flow;

import dev.waxwing.config.ConfigException;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Where steps differ from their files: `train.fit.rounds` → `50` is the key `rounds` of the step `fit` of the pipeline `train`,
/// and its value as the file would have it.
final class Overrides {
    private Overrides() {}

    /// @throws ConfigException if it is not `PIPELINE.STEP.KEY` and a value of one line
    static void check(String key, String value, Collection<String> pipelines) {
        int dot = key.indexOf('.');
        boolean whole = dot > 0 && key.indexOf('.', dot + 1) > 0 && key.indexOf('=') < 0;
        if (!whole || !pipelines.contains(key.substring(0, dot))) {
            throw new ConfigException(
                    List.of(
                            "cannot set "
                                    + key
                                    + ": it must be PIPELINE.STEP.KEY, and pipelines are "
                                    + pipelines));
        }
        if ((key + value).matches("(?s).*[\\n\\r].*")) {
            throw new ConfigException(
                    List.of("cannot set " + key + ": its value must be one line"));
        }
    }

    /// Those of one pipeline.
    static SortedMap<String, String> of(String pipeline, Map<String, String> overrides) {
        String prefix = pipeline + ".";
        var own = new TreeMap<>(overrides);
        own.keySet().removeIf(key -> !key.startsWith(prefix));
        return own;
    }

    /// As the record of runs holds them, and as people read them: `key=value`, a line each.
    static String text(SortedMap<String, String> overrides) {
        return overrides.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("\n"));
    }

    /// What [#text] was made of.
    static SortedMap<String, String> parse(String text) {
        if (text.isEmpty()) {
            return Collections.emptySortedMap();
        }
        var overrides = new TreeMap<String, String>();
        text.lines()
                .forEach(
                        line -> {
                            int equals = line.indexOf('=');
                            overrides.put(line.substring(0, equals), line.substring(equals + 1));
                        });
        return overrides;
    }
}
