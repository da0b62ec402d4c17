package dev.waxwing.steps;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Partitions as PAI and pyodps write them: levels parted by `/` (or by `,` while their names differ), partitions by `,`.
/// `dt` and `pt` mean our `ds`; quotes around a value are left out.
record PaiPartitions(List<SequencedMap<String, String>> partitions) {

    /// @throws StepProblem if a part is no name=value
    static PaiPartitions parse(String text) {
        List<SequencedMap<String, String>> all = new ArrayList<>();
        SequencedMap<String, String> present = new LinkedHashMap<>();
        for (String group : text.split(",")) {
            for (String level : group.split("/")) {
                String[] pair = level.strip().split("=", 2);
                if (pair.length != 2 || !pair[0].strip().matches("[A-Za-z_][A-Za-z0-9_]*")) {
                    throw new StepProblem(
                            "\""
                                    + text
                                    + "\" names no partitions; write ds=20200101, n1=v1/n2=v2, or"
                                    + " several parted by commas");
                }
                String name = column(pair[0].strip());
                if (present.containsKey(name)) {
                    all.add(present);
                    present = new LinkedHashMap<>();
                }
                present.put(name, pair[1].strip().replaceAll("^['\"]|['\"]$", ""));
            }
        }
        all.add(present);
        return new PaiPartitions(all);
    }

    private static String column(String name) {
        return name.matches("(?i)ds|dt|pt") ? "ds" : name;
    }

    /// As a condition of SQL.
    String where() {
        List<String> either = new ArrayList<>();
        for (Map<String, String> partition : partitions) {
            List<String> both = new ArrayList<>();
            partition.forEach(
                    (name, value) ->
                            both.add(
                                    "CAST("
                                            + Entities.quoted(name)
                                            + " AS VARCHAR) = '"
                                            + value.replace("'", "''")
                                            + "'"));
            either.add(String.join(" AND ", both));
        }
        return "((" + String.join(") OR (", either) + "))";
    }

    /// The days that are named.
    List<String> days() {
        return partitions.stream().filter(p -> p.containsKey("ds")).map(p -> p.get("ds")).toList();
    }

    /// The one day that is named, if nothing else is.
    Optional<String> day() {
        return partitions.size() == 1 && partitions.getFirst().size() == 1
                ? Optional.ofNullable(partitions.getFirst().get("ds"))
                : Optional.empty();
    }
}
