package dev.waxwing.steps;

import dev.waxwing.bench.gbdt.Cpu;
import dev.waxwing.learn.Binning;
import dev.waxwing.learn.FeatureSpaceFitter;
import dev.waxwing.learn.FittedSpace;
import dev.waxwing.learn.FloatMatrix;
import dev.waxwing.learn.GbdtLr;
import dev.waxwing.learn.GbdtOnlyModel;
import dev.waxwing.learn.GbdtParams;
import dev.waxwing.model.FeatureSpec;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Warehouse;
import dev.waxwing.warehouse.WarehouseSettings;
import dev.waxwing.warehouse.Writer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The way that a train step takes from a wide table to trees, piece by piece.
///
/// The table is made by SQL: ten days of exposures, numbers even in [-2, 2) that no float holds exactly, of which the first twelve
/// columns lack a tenth, and clicks that depend on some of them.
public final class TablePath implements AutoCloseable {
    private static final int DAYS = 10;

    private final Warehouse warehouse;
    private final FeatureSpec spec;
    private final String table;

    /// CPU seconds.
    ///
    /// @param encode all the times that rows are encoded, of which the others say nothing
    /// @param bin XGBoost's finding and filling of bins
    /// @param whole training with its bins
    public record Cost(double read, double fit, double encode, double bin, double whole) {}

    /// Opens the table in a folder; makes it if it is not there.
    public TablePath(Path folder, int rows, int columns) throws Exception {
        this.warehouse = Warehouse.open(folder, new WarehouseSettings("2GB", 1));
        this.table = "wide_" + rows + "_" + columns;
        String features =
                IntStream.range(0, columns)
                        .mapToObj(c -> "  c" + c + ": { from: item, type: number }\n")
                        .collect(Collectors.joining());
        this.spec =
                FeatureSpec.parse(
                        "wide.yaml",
                        "features: wide\nsnapshots: { user: users, item: items }\ncolumns:\n"
                                + features);
        if (!Files.exists(folder.resolve(table + ".made"))) {
            for (int day = 0; day < DAYS; day++) {
                write(day, rows / DAYS, columns);
            }
            Files.createFile(folder.resolve(table + ".made"));
        }
    }

    private void write(int day, int rows, int columns) throws Exception {
        String ds = "202601" + (10 + day);
        List<String> numbers = new ArrayList<>();
        for (int c = 0; c < columns; c++) {
            String number = "hash(i * 64 + " + c + ") % 1000000 / 250000.0::DOUBLE - 2";
            String lacks = "hash(i * 64 + " + c + ", 1) % 10 = 0";
            numbers.add(
                    (c < 12 ? "CASE WHEN " + lacks + " THEN NULL ELSE " + number + " END" : number)
                            + " AS c"
                            + c);
        }
        String margin =
                "-2.6 + coalesce(c0, 0) * c13 + sin(2 * coalesce(c1, 0)) + 0.8 * abs(c14)"
                        + " + 0.7 * (CASE WHEN c2 > 0.5 THEN c15 ELSE -c16 END)"
                        + " + 0.4 * coalesce(c3, 0) * c17 * c18 + 0.3 * (c20 + c21 - c22)";
        String drawn = "hash(i, 2) % 1000000 / 1000000.0";
        String sql =
                "SELECT 'u' || hash(i, 3) % "
                        + rows
                        + " AS user_id, 'i' || hash(i, 4) % 20000 AS item_id, CAST("
                        + drawn
                        + " < 1 / (1 + exp(-("
                        + margin
                        + "))) AS INTEGER) AS label, 'made' AS source, 'r' || i AS request_id, "
                        + IntStream.range(0, columns)
                                .mapToObj(c -> "c" + c)
                                .collect(Collectors.joining(", "))
                        + ", '"
                        + ds
                        + "' AS ds FROM (SELECT range AS i, "
                        + String.join(", ", numbers)
                        + " FROM range("
                        + (long) day * rows
                        + ", "
                        + (day + 1L) * rows
                        + "))";
        try (PartitionWrite write =
                warehouse.write(
                        table, new TreeSet<>(List.of(ds)), new Writer("bench", "wide", 1))) {
            write.select(sql);
            write.commit();
        }
    }

    /// Reads, fits, encodes, bins and trains.
    public Cost run(GbdtParams params) throws Exception {
        String[] days = {"20260110", "202601" + (9 + DAYS)};
        var part = new SplitStep.Part(table, days[0], days[1]);
        var raw = new WideTable.Rows[1];
        WideTable wide = new WideTable(warehouse, part);
        double read =
                Cpu.seconds(
                        () -> {
                            raw[0] = wide.read(spec);
                            if (wide.users() == 0) {
                                throw new IllegalStateException("nobody is in the table");
                            }
                        });
        FittedSpace[] fitted = new FittedSpace[1];
        WideTable.Rows rows = raw[0];
        double fit =
                Cpu.seconds(
                        () ->
                                fitted[0] =
                                        FeatureSpaceFitter.fit(
                                                spec, rows.features, rows.clicks, 0.8));
        FloatMatrix encoded = rows.encode(fitted[0]);
        long[] present = {0};
        double once = Cpu.seconds(() -> present[0] = Binning.encode(encoded));
        if (present[0] < rows.features.size()) {
            throw new IllegalStateException("only " + present[0] + " values");
        }
        double bin = Cpu.seconds(() -> Binning.once(encoded, rows.labels(), params.bins()));
        GbdtOnlyModel[] model = new GbdtOnlyModel[1];
        double whole =
                Cpu.seconds(
                        () ->
                                model[0] =
                                        GbdtLr.trainTreesOnly(
                                                fitted[0].space(), encoded, rows.labels(), params));
        if (model[0].gbdt().trees() != params.trees()) {
            throw new IllegalStateException("only " + model[0].gbdt().trees() + " trees");
        }
        return new Cost(
                read,
                fit,
                Binning.READS * once,
                bin - (Binning.READS - 1) * once,
                whole - Binning.READS * once);
    }

    @Override
    public void close() {
        warehouse.close();
    }
}
