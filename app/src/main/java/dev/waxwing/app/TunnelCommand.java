package dev.waxwing.app;

import dev.waxwing.warehouse.Committed;
import dev.waxwing.warehouse.FileFormat;
import dev.waxwing.warehouse.PartitionWrite;
import dev.waxwing.warehouse.Writer;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.time.Instant;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

@Command(
        name = "tunnel",
        description = "Carries one day of a table to or from a file (.csv, .csv.gz or .parquet).",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(download | upload)",
        subcommands = {TunnelCommand.Download.class, TunnelCommand.Upload.class})
final class TunnelCommand {
    /// `dwd_action/ds=20130831`
    record Day(String table, String ds) {
        private static final Pattern FORM = Pattern.compile("(\\w+)/ds=(\\d{8})");

        static Day parse(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new CommandLine.TypeConversionException(
                        "'" + text + "' names no day of a table; wanted TABLE/ds=yyyymmdd");
            }
            return new Day(form.group(1), form.group(2));
        }
    }

    static final class DayConverter implements CommandLine.ITypeConverter<Day> {
        @Override
        public Day convert(String text) {
            return Day.parse(text);
        }
    }

    @Command(
            name = "download",
            description = "Writes a table's day to a file.",
            mixinStandardHelpOptions = true)
    static final class Download implements Callable<Integer> {
        @Mixin private ProjectOption project;

        @Parameters(index = "0", paramLabel = "TABLE/ds=yyyymmdd", converter = DayConverter.class)
        private Day day;

        @Parameters(index = "1", paramLabel = "FILE")
        private Path file;

        @Override
        public Integer call() {
            try (Installation installation = project.install()) {
                long rows =
                        installation
                                .warehouse()
                                .download(day.table(), day.ds(), file, FileFormat.of(file));
                System.out.println(rows + " rows to " + file);
                return 0;
            }
        }
    }

    @Command(
            name = "upload",
            description = "Replaces a table's day with the rows of a file.",
            mixinStandardHelpOptions = true)
    static final class Upload implements Callable<Integer> {
        @Mixin private ProjectOption project;

        @Parameters(index = "0", paramLabel = "TABLE/ds=yyyymmdd", converter = DayConverter.class)
        private Day day;

        @Parameters(index = "1", paramLabel = "FILE")
        private Path file;

        @Override
        public Integer call() {
            SortedSet<String> ds = new TreeSet<>(java.util.Set.of(day.ds()));
            try (Installation installation = project.install();
                    PartitionWrite write =
                            installation
                                    .warehouse()
                                    .write(day.table(), ds, new Writer("tunnel", "upload", 1))) {
                Committed committed = write.file(file, FileFormat.of(file)).commit();
                installation.runs().announce(day.table(), Instant.now());
                System.out.println(
                        committed.rows() + " rows in " + day.table() + "/ds=" + day.ds());
                return 0;
            }
        }
    }
}
