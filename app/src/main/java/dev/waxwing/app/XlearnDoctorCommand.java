package dev.waxwing.app;

import dev.waxwing.learn.XlearnData;
import dev.waxwing.learn.XlearnDoctor;
import dev.waxwing.learn.XlearnDoctor.Finding;
import dev.waxwing.model.FactorModel.Kind;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

@Command(
        name = "doctor",
        description = {
            "Says what in a file of rows would train or predict badly, and where.",
            "Exit code: 0 nothing found, 3 something found, 1 the file cannot be read."
        },
        mixinStandardHelpOptions = true)
final class XlearnDoctorCommand implements Callable<Integer> {
    private static final int FOUND = 3;

    @Parameters(paramLabel = "FILE", description = "Rows: libsvm, libffm or CSV.")
    private Path file;

    @Option(
            names = "--against",
            paramLabel = "TRAIN",
            description =
                    "The rows that a model learns from: ids they do not have, rows they have, too.")
    private Path training;

    @Override
    public Integer call() {
        XlearnData data = XlearnData.read(file, Kind.FFM);
        System.out.printf(
                Locale.ROOT,
                "%s: %s; %,d rows, %,d entries%n",
                file,
                data.format(),
                data.rows().rows(),
                data.rows().entries());
        List<Finding> findings =
                training == null
                        ? XlearnDoctor.examine(data)
                        : XlearnDoctor.examine(data, XlearnData.read(training, Kind.FFM));
        long serious = findings.stream().filter(Finding::serious).count();
        findings.stream()
                .filter(finding -> !finding.serious())
                .forEach(finding -> System.out.println("  fact     " + finding.text()));
        findings.stream()
                .filter(Finding::serious)
                .forEach(finding -> System.out.println("  finding  " + finding.text()));
        System.out.println(
                serious == 0
                        ? "nothing found"
                        : serious + (serious == 1 ? " finding" : " findings"));
        return serious == 0 ? 0 : FOUND;
    }
}
