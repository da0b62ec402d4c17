package dev.waxwing.bench.rows;

import com.sun.management.OperatingSystemMXBean;

import dev.waxwing.bench.FreshJvm;
import dev.waxwing.learn.FactorRows;
import dev.waxwing.learn.XlearnData;
import dev.waxwing.model.FactorModel;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// Reads two libsvm files, 1,000,000 and 200,000 rows of 39 one-hot entries below a million (418 MB together), once in each of several fresh processes:
/// ours, and the plain way (`BufferedReader`, `split`, `parseFloat`) as a yardstick. CPU seconds hold everything from the start of the reading to
/// rows in memory, also what the JVM spends on compiling and collecting. Both must find the same entries.
public final class ReadBench {
    private static final int ENTRIES = 39;
    private static final int IDS = 1_000_000;
    private static final long SEED = 20_250_402L;

    private ReadBench() {}

    /// The folder to work in, then `ours`, `plain` or the number of rounds.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 2 || arguments[1].startsWith("0")) {
            System.err.println("usage: bench/rows [ROUNDS]");
            System.exit(2);
        }
        Path folder = Path.of(arguments[0]);
        List<Path> files = List.of(folder.resolve("train.svm"), folder.resolve("test.svm"));
        switch (arguments[1]) {
            case "ours", "plain" -> measure(arguments[1], files);
            default -> {
                Files.createDirectories(folder);
                generate(files.get(0), 1_000_000, SEED);
                generate(files.get(1), 200_000, SEED + 1);
                compare(folder, Integer.parseInt(arguments[1]));
            }
        }
    }

    /// Ids follow Zipf's law within a field and are spread over all by a hash.
    private static void generate(Path file, int rows, long seed) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        SplittableRandom random = new SplittableRandom(seed);
        Path fresh = Path.of(file + ".tmp");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 20)) {
            StringBuilder line = new StringBuilder();
            for (int row = 0; row < rows; row++) {
                line.setLength(0);
                line.append(random.nextInt(5) == 0 ? '1' : '0');
                for (int field = 0; field < ENTRIES; field++) {
                    long value = (long) Math.pow(10, 5 * random.nextDouble());
                    long id = Math.floorMod(value * 2_654_435_761L + field * 97_531L, IDS);
                    line.append(' ').append(id).append(":1");
                }
                out.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
            }
        }
        Files.move(fresh, file);
    }

    /// What one reading took and found.
    private record Reading(double cpu, double wall, long rows, long entries, double checksum) {
        static Reading parse(String line) {
            String[] cells = line.split(" ");
            return new Reading(
                    Double.parseDouble(cells[0]),
                    Double.parseDouble(cells[1]),
                    Long.parseLong(cells[2]),
                    Long.parseLong(cells[3]),
                    Double.parseDouble(cells[4]));
        }
    }

    private static void compare(Path folder, int rounds) throws IOException, InterruptedException {
        List<Reading> ours = new ArrayList<>();
        List<Reading> plain = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            ours.add(inProcessOfItsOwn(folder, "ours"));
            plain.add(inProcessOfItsOwn(folder, "plain"));
            if (ours.getLast().checksum != plain.getLast().checksum
                    || ours.getLast().entries != plain.getLast().entries) {
                throw new IllegalStateException(
                        "not the same rows: " + ours.getLast() + ", " + plain.getLast());
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%,d rows, %,d entries; median [least .. most] of %d processes%n",
                ours.getFirst().rows,
                ours.getFirst().entries,
                rounds);
        print("ours", ours);
        print("plain", plain);
        System.out.printf(
                Locale.ROOT, "plain / ours, CPU: %.1f%n", median(cpu(plain)) / median(cpu(ours)));
    }

    private static void print(String who, List<Reading> readings) {
        double[] cpu = cpu(readings);
        double[] wall = readings.stream().mapToDouble(Reading::wall).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%-6s CPU s %.2f [%.2f .. %.2f], wall s %.2f [%.2f .. %.2f]%n",
                who,
                median(cpu),
                cpu[0],
                cpu[cpu.length - 1],
                median(wall),
                wall[0],
                wall[wall.length - 1]);
    }

    private static double[] cpu(List<Reading> readings) {
        return readings.stream().mapToDouble(Reading::cpu).sorted().toArray();
    }

    private static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    /// As `waxwing xlearn` starts its JVM.
    private static Reading inProcessOfItsOwn(Path folder, String who)
            throws IOException, InterruptedException {
        List<String> lines =
                FreshJvm.lines(
                        List.of(
                                "-XX:MaxRAMPercentage=60",
                                "-Xms64m",
                                "-XX:+UseTransparentHugePages",
                                "-XX:+UseSerialGC",
                                "-XX:+UseCompactObjectHeaders"),
                        ReadBench.class,
                        folder.toString(),
                        who);
        return Reading.parse(lines.getLast());
    }

    private static void measure(String who, List<Path> files) throws IOException {
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long wall = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        List<FactorRows> read = new ArrayList<>();
        for (Path file : files) {
            read.add(
                    who.equals("ours")
                            ? XlearnData.read(file, FactorModel.Kind.FM).rows()
                            : plain(file));
        }
        double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9;
        double wallSeconds = (System.nanoTime() - wall) / 1e9;
        long rows = read.stream().mapToLong(FactorRows::rows).sum();
        long entries = read.stream().mapToLong(FactorRows::entries).sum();
        System.out.println(
                cpuSeconds + " " + wallSeconds + " " + rows + " " + entries + " " + checksum(read));
    }

    /// The way of the first lines one would write.
    private static FactorRows plain(Path file) throws IOException {
        FactorRows.Builder rows = FactorRows.builder();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] tokens = line.split(" ");
                for (int i = 1; i < tokens.length; i++) {
                    String[] entry = tokens[i].split(":");
                    rows.add(0, Integer.parseInt(entry[0]), Float.parseFloat(entry[1]));
                }
                rows.endRow(Float.parseFloat(tokens[0]));
            }
        }
        return rows.build();
    }

    /// Every hundredth row scored by a made-up linear model: the same for the same entries.
    private static double checksum(List<FactorRows> read) {
        float[] weights = new float[IDS];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < IDS; i++) {
            weights[i] = (float) random.nextDouble();
        }
        FactorModel model = FactorModel.linear(0, weights);
        double sum = 0;
        for (FactorRows rows : read) {
            for (int row = 0; row < rows.rows(); row += 100) {
                sum += rows.margin(model, row, FactorModel.Scaling.NONE) * (1 + rows.label(row));
            }
        }
        return sum;
    }
}
