package dev.waxwing.learn;

import dev.waxwing.model.Bundle;
import dev.waxwing.model.CodeMeanings;
import dev.waxwing.model.FactorFile;
import dev.waxwing.model.FactorModel;
import dev.waxwing.model.FeatureSpace;
import dev.waxwing.model.Ranker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An earlier linear model, FM or FFM laid over the columns of a newly fitted space, for [FactorTrainer#startFrom(FactorModel)].
///
/// Columns and fields go by name, because values come and go and move every night. A column that the earlier model lacks has weight 0 and the
/// factors that a fresh model would have drawn for it; a column that is gone is left behind.
///
/// @param model over all columns of the new space
/// @param kept how many of its columns the earlier model had learnt
public record WarmStart(FactorModel model, int kept) {

    /// Why a model of the parameters cannot begin where the bundle's ended; empty if it can.
    public static Optional<String> obstacle(
            Bundle before, FeatureSpace today, FactorParams params) {
        Ranker ranker = Ranker.open(before);
        FeatureSpace its = ranker.space();
        if (!ranker.algorithm().equals(params.kind().word())) {
            return Optional.of(
                    before.ref() + " is " + ranker.algorithm() + ", not " + params.kind().word());
        }
        if (!its.spec().name().equals(today.spec().name())) {
            return Optional.of(
                    before.ref()
                            + " was trained on features "
                            + its.spec().name()
                            + ", not "
                            + today.spec().name());
        }
        List<String> changes = CodeMeanings.changes(its, today);
        if (!changes.isEmpty()) {
            return Optional.of("since " + before.ref() + ", " + String.join("; ", changes));
        }
        FactorFile.Held held = FactorFile.read(before.file(FactorFile.FILE));
        int k = params.kind() == FactorModel.Kind.LINEAR ? 0 : params.k();
        if (held.model().k() != k || held.scaling() != params.scaling()) {
            return Optional.of(
                    before.ref()
                            + " has k "
                            + held.model().k()
                            + " and scaling "
                            + held.scaling()
                            + ", this one k "
                            + k
                            + " and "
                            + params.scaling());
        }
        return Optional.empty();
    }

    /// @param before a bundle that [#obstacle] lets pass
    public static WarmStart of(Bundle before, FeatureSpace today, FactorParams params) {
        return of(
                FactorFile.read(before.file(FactorFile.FILE)).model(),
                Ranker.open(before).space(),
                today,
                params);
    }

    static WarmStart of(
            FactorModel before, FeatureSpace its, FeatureSpace today, FactorParams params) {
        int width = today.sparseWidth();
        Map<String, Integer> places = new HashMap<>();
        for (int column = 0; column < before.features(); column++) {
            places.put(its.sparseColumn(column), column);
        }
        List<String> names = today.spec().fields();
        boolean ffm = before.kind() == FactorModel.Kind.FFM;
        int fields = ffm ? names.size() : 1;
        int[] fieldBefore = new int[fields];
        for (int field = 0; field < fields && ffm; field++) {
            int place = its.spec().fields().indexOf(names.get(field));
            fieldBefore[field] = place < before.fields() ? place : -1;
        }
        FactorModel fresh =
                FactorTable.fresh(params, FeaturePlaces.asNumbered(width), fields).model();
        int k = before.k();
        float[] linear = new float[width];
        float[] factors = new float[Math.multiplyExact(width, fields * k)];
        int kept = 0;
        for (int column = 0; column < width; column++) {
            int place = places.getOrDefault(today.sparseColumn(column), -1);
            if (place >= 0) {
                kept++;
                linear[column] = before.weight(place);
            }
            for (int field = 0; field < fields && k > 0; field++) {
                boolean known = place >= 0 && fieldBefore[field] >= 0;
                for (int f = 0; f < k; f++) {
                    factors[(column * fields + field) * k + f] =
                            known
                                    ? before.factor(place, fieldBefore[field], f)
                                    : fresh.factor(column, field, f);
                }
            }
        }
        FactorModel model =
                switch (before.kind()) {
                    case LINEAR -> FactorModel.linear(before.bias(), linear);
                    case FM -> FactorModel.fm(before.bias(), linear, k, factors);
                    case FFM -> FactorModel.ffm(before.bias(), linear, fields, k, factors);
                };
        return new WarmStart(model, kept);
    }
}
