package dev.waxwing.model;

import dev.waxwing.storage.FileStore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A process of its own that moves aliases as fast as it can, once it is told to, and says which entries of the log are its own.
final class ActivatingChild {
    private ActivatingChild() {}

    /// @param args the store's folder, this child's name, how many moves
    public static void main(String[] args) throws IOException {
        BundleStore store = BundleStore.open(FileStore.folder(Path.of(args[0])));
        String name = args[1];
        BundleRef[] bundles = {published(store, name + "-1"), published(store, name + "-2")};
        System.out.println("ready");
        System.out.flush();
        if (System.in.read() < 0) {
            return;
        }
        for (int n = 0; n < Integer.parseInt(args[2]); n++) {
            BundleRef to = bundles[n % 2];
            Activation made =
                    store.activate(
                            Map.of("hot/" + name, to, "hot/live", to), name, "move " + n, Map.of());
            System.out.println(made.number() + " " + n);
        }
        System.out.flush();
    }

    private static BundleRef published(BundleStore store, String item) {
        try (BundleWriter writer = store.draft(BundleKind.LIST, "hot", RankSpec.DAY)) {
            return writer.list(new ItemList(Map.of("all", List.of(new ScoredId(item, 1)))))
                    .publish();
        }
    }
}
