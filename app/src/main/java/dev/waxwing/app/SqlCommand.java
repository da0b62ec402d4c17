package dev.waxwing.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

@Command(
        name = "sql",
        description = "Runs one SELECT over the project's tables.",
        mixinStandardHelpOptions = true)
final class SqlCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Parameters(
            paramLabel = "SELECT",
            description = "Such as \"SELECT ds, count(*) FROM dwd_action GROUP BY ds\".")
    private String sql;

    @Option(
            names = "--limit",
            defaultValue = "100",
            description = "Rows to show; default ${DEFAULT-VALUE}.")
    private int limit;

    @Option(
            names = "--as-of",
            description = "Tables as they were at that time, such as 2026-01-31T02:00:00Z.")
    private java.time.Instant asOf;

    @Override
    public Integer call() {
        try (Installation installation = project.install()) {
            Sheet sheet =
                    asOf == null
                            ? installation.warehouse().query(sql, rows -> Sheet.read(rows, limit))
                            : installation
                                    .warehouse()
                                    .queryAsOf(
                                            new dev.waxwing.warehouse.AsOf.Time(asOf),
                                            sql,
                                            rows -> Sheet.read(rows, limit));
            sheet.print(System.out);
            return 0;
        }
    }
}
