package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The baseline cumulative hazard of a Cox regression: a step function of time, one for each stratum.
final class Hazard {
    private final Expression time;
    private final Optional<Field> stratum;
    private final Map<Object, Steps> strata = new LinkedHashMap<>();

    private record Steps(double maxTime, List<double[]> cells) {}

    Hazard(Element model, Scope scope) {
        this.time = ExpressionReader.field(model, model.attribute("endTimeVariable"), scope);
        Element tables = model.child("BaseCumHazardTables");
        this.stratum =
                model.has("baselineStrataVariable")
                        ? Optional.of(scope.field(model, model.attribute("baselineStrataVariable")))
                        : Optional.empty();
        if (stratum.isPresent()) {
            for (Element table : tables.children("BaselineStratum")) {
                strata.put(
                        stratum.get().type().parse(table, table.attribute("value")), steps(table));
            }
        } else {
            strata.put("", steps(tables));
        }
    }

    private static Steps steps(Element table) {
        List<double[]> cells = new ArrayList<>();
        for (Element cell : table.children("BaselineCell")) {
            cells.add(new double[] {cell.number("time"), cell.number("cumHazard")});
        }
        cells.sort((a, b) -> Double.compare(a[0], b[0]));
        return new Steps(table.number("maxTime", Double.POSITIVE_INFINITY), cells);
    }

    /// @return NaN if it is not known
    double at(Row row) {
        Object when = time.value(row);
        Object which = stratum.isPresent() ? row.get(stratum.get().slot()) : "";
        Steps steps = which == null ? null : strata.get(which);
        if (when == null || steps == null) {
            return Double.NaN;
        }
        double t = DataType.toDouble(when);
        if (t > steps.maxTime) {
            return Double.NaN;
        }
        double hazard = 0;
        for (double[] cell : steps.cells) {
            if (cell[0] <= t) {
                hazard = cell[1];
            }
        }
        return hazard;
    }
}
