package dev.waxwing.steps;

import dev.waxwing.learn.Interactions;
import dev.waxwing.learn.ItemCf;
import dev.waxwing.learn.NeighbourLists;
import dev.waxwing.learn.NeighbourParams;
import dev.waxwing.warehouse.Column;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/// `pai_etrec`: items that the same users took, as `item:score,item:score,…` in column `similarity` of each `itemid`, best first.
/// The search is that of step `item_cf`, whose formulas are told there.
final class PaiEtrec implements PaiComponent {
    @Override
    public List<String> names() {
        return List.of("pai_etrec");
    }

    @Override
    public List<PaiParameter> parameters() {
        return PaiComponent.with(
                PaiParameter.input("inputTableName"),
                PaiParameter.optional("inputTablePartitions", ""),
                PaiParameter.required("userColName"),
                PaiParameter.required("itemColName"),
                PaiParameter.output("outputTableName"),
                PaiParameter.optional("outputTablePartition", ""),
                PaiParameter.optional("similarityType", "wbcosine"),
                PaiParameter.optional("topN", "2000"),
                PaiParameter.optional("minUserBehavior", "2"),
                PaiParameter.optional("maxUserBehavior", "500"),
                PaiParameter.optional("alpha", "0.5"),
                PaiParameter.optional("weight", "1.0"),
                PaiParameter.optional("itemDelimiter", ","),
                PaiParameter.optional("kvDelimiter", ":"),
                PaiParameter.optional("lifecycle", ""),
                PaiParameter.ignored("operator", "PAI's page says that it has no effect any more"));
    }

    @Override
    public long run(PaiRun run) {
        PaiRun.Input input = run.input("inputTableName");
        List<String[]> acts = acts(run, input);
        Map<String, Integer> users = numbers(acts, 0);
        Map<String, Integer> items = numbers(acts, 1);
        int[] user = new int[acts.size()];
        int[] item = new int[acts.size()];
        float[] weight = new float[acts.size()];
        for (int act = 0; act < user.length; act++) {
            user[act] = users.get(acts.get(act)[0]);
            item[act] = items.get(acts.get(act)[1]);
            weight[act] = 1;
        }
        NeighbourLists lists =
                ItemCf.train(
                        new Interactions(
                                users.size(),
                                items.size(),
                                user,
                                item,
                                new long[user.length],
                                weight),
                        params(run));
        run.log(lists.report().toString());
        return write(run, input, new ArrayList<>(new TreeSet<>(items.keySet())), lists);
    }

    private static NeighbourParams params(PaiRun run) {
        Map<String, Object> params = new HashMap<>();
        for (String name :
                List.of("topN", "minUserBehavior", "maxUserBehavior", "alpha", "weight")) {
            params.put(name, run.text(name));
        }
        params.put("similarityType", run.text("similarityType").toLowerCase(Locale.ROOT));
        params.put("min-support", 1); // PAI has no such floor
        params.put("threads", run.workplace.threads());
        return NeighbourParams.of(params);
    }

    /// Each user and item once.
    private static List<String[]> acts(PaiRun run, PaiRun.Input input) {
        String user = "CAST(" + Entities.quoted(run.column("userColName", input)) + " AS VARCHAR)";
        String item = "CAST(" + Entities.quoted(run.column("itemColName", input)) + " AS VARCHAR)";
        List<String[]> acts = new ArrayList<>();
        run.workplace
                .warehouse()
                .batches(
                        "SELECT DISTINCT "
                                + user
                                + " AS u, "
                                + item
                                + " AS i"
                                + input.from()
                                + " AND "
                                + user
                                + " IS NOT NULL AND "
                                + item
                                + " IS NOT NULL ORDER BY u, i",
                        batch -> {
                            String[] users = batch.strings(0);
                            String[] items = batch.strings(1);
                            for (int row = 0; row < batch.rows(); row++) {
                                acts.add(new String[] {users[row], items[row]});
                            }
                        });
        if (acts.isEmpty()) {
            throw run.wrong("inputTableName", "there is no row with user and item");
        }
        return acts;
    }

    /// Numbers in the order of the texts, so that ties break by id.
    private static Map<String, Integer> numbers(List<String[]> acts, int column) {
        TreeSet<String> all = new TreeSet<>();
        acts.forEach(act -> all.add(act[column]));
        Map<String, Integer> numbers = HashMap.newHashMap(all.size());
        all.forEach(text -> numbers.put(text, numbers.size()));
        return numbers;
    }

    private static long write(
            PaiRun run, PaiRun.Input input, List<String> items, NeighbourLists lists) {
        String between = run.text("itemDelimiter");
        String inside = run.text("kvDelimiter");
        String ds = run.outputDs("outputTablePartition");
        List<Object[]> rows = new ArrayList<>();
        for (int item = 0; item < lists.size(); item++) {
            int[] ids = lists.ids(item);
            double[] scores = lists.scores(item);
            List<String> similar = new ArrayList<>();
            for (int n = 0; n < ids.length; n++) {
                similar.add(items.get(ids[n]) + inside + scores[n]);
            }
            if (!similar.isEmpty()) {
                rows.add(new Object[] {items.get(item), String.join(between, similar), ds});
            }
        }
        List<Column> columns =
                List.of(
                        new Column("itemid", "VARCHAR"),
                        new Column("similarity", "VARCHAR"),
                        new Column("ds", "VARCHAR"));
        return run.write(
                "outputTableName",
                "outputTablePartition",
                input,
                write -> write.rows(columns, rows));
    }
}
