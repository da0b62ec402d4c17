package dev.waxwing.bench.quality;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/// First acts of users on items, in the order of time, with days from 0 and items' tags.
final class Acts {
    final List<int[]> all = new ArrayList<>(); // user, item, day
    final Map<String, Integer> users = new HashMap<>();
    final Map<String, Integer> items = new HashMap<>();
    final List<int[]> tags = new ArrayList<>(); // by item
    int tagCount;

    /// @param folder with `events.csv.gz` (user,item,ts,event,weight; by time) and `items.csv.gz` (item,title,tags)
    static Acts read(Path folder) throws IOException {
        Acts acts = new Acts();
        Map<String, Boolean> seen = new HashMap<>();
        long[] first = {-1};
        lines(
                folder.resolve("events.csv.gz"),
                line -> {
                    String[] cells = line.split(",", -1);
                    if (cells[0].equals("user")) {
                        return;
                    }
                    if (seen.putIfAbsent(cells[0] + "\n" + cells[1], true) != null) {
                        return;
                    }
                    long day = Long.parseLong(cells[2]) / 86_400;
                    if (first[0] < 0) {
                        first[0] = day;
                    }
                    int user = acts.users.computeIfAbsent(cells[0], _ -> acts.users.size());
                    int item = acts.items.computeIfAbsent(cells[1], _ -> acts.items.size());
                    acts.all.add(new int[] {user, item, (int) (day - first[0])});
                });
        for (int item = 0; item < acts.items.size(); item++) {
            acts.tags.add(new int[0]);
        }
        Map<String, Integer> tags = new HashMap<>();
        lines(
                folder.resolve("items.csv.gz"),
                line -> {
                    int firstComma = line.indexOf(',');
                    Integer item = acts.items.get(line.substring(0, firstComma));
                    String told = line.substring(line.lastIndexOf(',') + 1);
                    if (item == null || told.isEmpty()) {
                        return;
                    }
                    String[] words = told.split("\\|");
                    int[] numbers = new int[words.length];
                    for (int i = 0; i < words.length; i++) {
                        numbers[i] = tags.computeIfAbsent(words[i], _ -> tags.size());
                    }
                    acts.tags.set(item, Arrays.stream(numbers).distinct().toArray());
                });
        acts.tagCount = tags.size();
        return acts;
    }

    static void lines(Path file, Consumer<String> reader) throws IOException {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                reader.accept(line);
            }
        }
    }
}
