package dev.waxwing.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Evaluates a `GeneralRegressionModel` of any of its six types.
final class GeneralRegressionModel extends Model {
    private static final Object EVERY =
            new Object(); // stands for cells that are for every category

    private final String type;
    private final Set<String> factors = new LinkedHashSet<>();
    private final Set<String> covariates = new LinkedHashSet<>();
    private final Map<String, Double> references =
            new LinkedHashMap<>(); // reference points by parameter
    private final Map<String, List<Cell>> cells =
            new LinkedHashMap<>(); // by parameter, factors before covariates
    private final Map<Object, Map<String, Double>> betas =
            new LinkedHashMap<>(); // category → parameter → beta
    private final List<Object> categories = new ArrayList<>();
    private final Expression offset;
    private final Expression trials;
    private final Optional<Hazard> hazard;

    private final Map<String, ContrastMatrix> contrasts = new LinkedHashMap<>(); // by factor

    /// What one predictor contributes to one parameter.
    private record Cell(Object category, int slot, Contribution contribution) {}

    private interface Contribution {
        /// @param value of the predictor, not missing
        double of(Object value);
    }

    GeneralRegressionModel(Element element, Scope outer, Optional<Model> around) {
        super(
                element,
                outer,
                around,
                Set.of(
                        "ParameterList",
                        "FactorList",
                        "CovariateList",
                        "PPMatrix",
                        "PCovMatrix",
                        "ParamMatrix",
                        "EventValues",
                        "BaseCumHazardTables"),
                Set.of());
        this.type =
                element.word(
                        "modelType",
                        "",
                        List.of(
                                "regression",
                                "generalLinear",
                                "multinomialLogistic",
                                "ordinalMultinomial",
                                "generalizedLinear",
                                "CoxRegression"));
        for (Element parameter : element.child("ParameterList").children("Parameter")) {
            references.put(parameter.attribute("name"), parameter.number("referencePoint", 0));
        }
        predictors("FactorList", factors);
        predictors("CovariateList", covariates);
        for (Element cell : element.child("PPMatrix").children("PPCell")) {
            List<Cell> of =
                    cells.computeIfAbsent(cell.attribute("parameterName"), k -> new ArrayList<>());
            if (factors.contains(cell.attribute("predictorName"))) {
                of.add(0, cell(cell));
            } else {
                of.add(cell(cell));
            }
        }
        for (Element cell : element.child("ParamMatrix").children("PCell")) {
            String parameter = cell.attribute("parameterName");
            if (!references.containsKey(parameter)) {
                throw cell.problem("parameter '" + parameter + "' is not in the <ParameterList>");
            }
            Object category =
                    classifies && cell.has("targetCategory")
                            ? target.category(cell, cell.attribute("targetCategory"))
                            : EVERY;
            Map<String, Double> of = betas.computeIfAbsent(category, k -> new LinkedHashMap<>());
            if (of.put(parameter, cell.finite("beta")) != null) {
                throw cell.problem("parameter '" + parameter + "' has two cells for one category");
            }
        }
        if (classifies) {
            readCategories();
        }
        boolean generalized = type.equals("generalizedLinear");
        this.offset =
                generalized || type.equals("ordinalMultinomial")
                        ? optional("offsetVariable", "offsetValue", 0)
                        : row -> 0.0;
        this.trials = generalized ? optional("trialsVariable", "trialsValue", 1) : row -> 1.0;
        this.hazard =
                type.equals("CoxRegression")
                        ? Optional.of(new Hazard(element, scope))
                        : Optional.empty();
        link(0); // refuses an unknown link when loading
        readOutputs(scope);
    }

    private void predictors(String list, Set<String> into) {
        if (element.hasChild(list)) {
            for (Element predictor : element.child(list).children("Predictor")) {
                String name = predictor.attribute("name");
                into.add(name);
                if (predictor.hasChild("Matrix")) {
                    contrasts.put(
                            name, new ContrastMatrix(predictor, scope.field(predictor, name)));
                }
            }
        }
    }

    private Cell cell(Element cell) {
        String name = cell.attribute("predictorName");
        Field field = scope.field(cell, name);
        boolean factor = factors.contains(name);
        if (!factor && !covariates.contains(name)) {
            throw cell.problem(
                    "predictor '" + name + "' is in neither <FactorList> nor <CovariateList>");
        }
        Object category =
                classifies && cell.has("targetCategory")
                        ? target.category(cell, cell.attribute("targetCategory"))
                        : EVERY;
        if (!factor) {
            double exponent = cell.number("value", 1);
            return new Cell(
                    category, field.slot(), value -> Math.pow(DataType.toDouble(value), exponent));
        }
        Object coded = field.type().parse(cell, cell.attribute("value"));
        ContrastMatrix contrast = contrasts.get(name);
        if (contrast == null) {
            return new Cell(category, field.slot(), value -> DataType.same(value, coded) ? 1 : 0);
        }
        int column = contrast.column(cell, coded);
        return new Cell(category, field.slot(), value -> contrast.at(value, column));
    }

    private void readCategories() {
        Optional<Object> reference =
                element.has("targetReferenceCategory")
                        ? Optional.of(
                                target.category(
                                        element, element.attribute("targetReferenceCategory")))
                        : Optional.empty();
        target.field().ifPresent(field -> categories.addAll(field.values()));
        if (categories.isEmpty()) {
            betas.keySet().stream().filter(k -> k != EVERY).forEach(categories::add);
            reference.filter(r -> !categories.contains(r)).ifPresent(categories::add);
        }
        if (categories.size() < 2) {
            throw element.problem("the categories of the target are not known");
        }
    }

    private Expression optional(String variable, String constant, double absent) {
        if (element.has(variable)) {
            return ExpressionReader.field(element, element.attribute(variable), scope);
        }
        double value = element.number(constant, absent);
        return row -> value;
    }

    /// Σ beta · parameter; NaN if a value is missing, except beside a factor that makes the product 0 anyway.
    private double sum(Row row, Object category, Map<String, Double> beta) {
        double sum = 0;
        for (Map.Entry<String, Double> entry : beta.entrySet()) {
            double x = 1;
            for (Cell cell : cells.getOrDefault(entry.getKey(), List.of())) {
                if (cell.category != EVERY && !cell.category.equals(category)) {
                    continue;
                }
                if (x == 0) {
                    break;
                }
                Object value = row.get(cell.slot);
                if (value == null) {
                    return Double.NaN;
                }
                x *= cell.contribution.of(value);
            }
            sum += entry.getValue() * x;
        }
        return sum;
    }

    /// The betas of a category, with those that are for every one.
    private Map<String, Double> betas(Object category) {
        Map<String, Double> shared = betas.getOrDefault(EVERY, Map.of());
        Map<String, Double> own = betas.getOrDefault(category, Map.of());
        if (shared.isEmpty() || own.isEmpty()) {
            return own.isEmpty() ? shared : own;
        }
        Map<String, Double> both = new LinkedHashMap<>(shared);
        both.putAll(own);
        return both;
    }

    @Override
    Result compute(Row row) {
        Object shift = offset.value(row);
        Object count = trials.value(row);
        if (shift == null || count == null) {
            return Result.missing();
        }
        if (classifies) {
            return classified(row, DataType.toDouble(shift));
        }
        if (hazard.isPresent() && hazard.get().at(row) == 0) {
            return Result.of(0.0); // before the first step nothing happens, to whomever
        }
        double sum = sum(row, EVERY, betas.getOrDefault(EVERY, Map.of()));
        if (Double.isNaN(sum)) {
            return Result.missing();
        }
        return switch (type) {
            case "generalizedLinear" ->
                    Result.of(link(sum + DataType.toDouble(shift)) * DataType.toDouble(count));
            case "CoxRegression" -> {
                double reference = 0;
                for (Map.Entry<String, Double> entry :
                        betas.getOrDefault(EVERY, Map.of()).entrySet()) {
                    reference += entry.getValue() * references.get(entry.getKey());
                }
                double base = hazard.orElseThrow().at(row);
                yield Double.isNaN(base)
                        ? Result.missing()
                        : Result.of(base * Math.exp(sum - reference));
            }
            default -> Result.of(sum); // offsets are for generalizedLinear and ordinalMultinomial
        };
    }

    private Result classified(Row row, double shift) {
        Map<Object, Double> probabilities = new LinkedHashMap<>();
        double before = 0;
        double rest = 1;
        int last = categories.size() - 1;
        double[] sums = new double[categories.size()];
        int without = -1; // the category that takes what the others leave
        for (int i = 0; i < sums.length; i++) {
            Object category = categories.get(i);
            boolean named = // the document says that this one is what others are compared with
                    i == reference()
                            && element.has("targetReferenceCategory")
                            && !type.equals("ordinalMultinomial");
            boolean has =
                    !named
                            && (betas.containsKey(category)
                                    || (betas.containsKey(EVERY) && i != reference()));
            if (named || (!has && without < 0)) {
                without = i;
            }
            sums[i] = has ? sum(row, category, betas(category)) + shift : 0;
            if (Double.isNaN(sums[i])) {
                return Result.missing();
            }
        }
        double most = Arrays.stream(sums).max().orElse(0);
        for (int i = 0; i < sums.length; i++) {
            double share =
                    switch (type) {
                        case "ordinalMultinomial" -> {
                            double upTo = i == last ? 1 : cumulative(sums[i]);
                            double own = upTo - before;
                            before = upTo;
                            yield own;
                        }
                        case "generalizedLinear" -> i == without ? 0 : link(sums[i]);
                        default -> Math.exp(sums[i] - most); // divided below; cannot overflow
                    };
            probabilities.put(categories.get(i), share);
            rest -= share;
        }
        if (type.equals("generalizedLinear")) {
            if (without >= 0) {
                probabilities.put(categories.get(without), rest);
            }
        } else if (!type.equals("ordinalMultinomial")) {
            double total = probabilities.values().stream().mapToDouble(Double::doubleValue).sum();
            probabilities.replaceAll((k, v) -> v / total);
        }
        return Result.mostProbable(probabilities);
    }

    /// The place of the reference category: the one named, or the last.
    private int reference() {
        if (element.has("targetReferenceCategory")) {
            return categories.indexOf(
                    target.category(element, element.attribute("targetReferenceCategory")));
        }
        return categories.size() - 1;
    }

    private double cumulative(double sum) {
        return Normalization.read(element, "cumulativeLink", "none").ofOne(sum);
    }

    private double link(double sum) {
        if (!type.equals("generalizedLinear")) {
            return sum;
        }
        double d = element.number("linkParameter", 1);
        return switch (element.attribute("linkFunction", "identity")) {
            case "identity" -> sum;
            case "log" -> Math.exp(sum);
            case "logc" -> 1 - Math.exp(sum);
            case "logit" -> Normalization.LOGIT.ofOne(sum);
            case "probit" -> Normalization.PROBIT.ofOne(sum);
            case "cloglog" -> Normalization.CLOGLOG.ofOne(sum);
            case "loglog" -> Normalization.LOGLOG.ofOne(sum);
            case "cauchit" -> Normalization.CAUCHIT.ofOne(sum); // not in the standard's list
            case "power" -> d == 0 ? Math.exp(sum) : Math.pow(sum, 1 / d);
            case "oddspower" ->
                    d == 0
                            ? Normalization.LOGIT.ofOne(sum)
                            : 1 / (1 + Math.pow(1 + d * sum, -1 / d));
            case "negbin" -> 1 / (element.number("distParameter") * (Math.exp(-sum) - 1));
            default ->
                    throw element.problem(
                            "linkFunction=\""
                                    + element.attribute("linkFunction")
                                    + "\" is not read");
        };
    }
}
