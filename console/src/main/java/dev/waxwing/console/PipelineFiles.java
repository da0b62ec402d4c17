package dev.waxwing.console;

import dev.waxwing.config.ConfigException;
import dev.waxwing.config.DidYouMean;
import dev.waxwing.flow.Backfill;
import dev.waxwing.flow.PipelineFile;
import dev.waxwing.flow.Pipelines;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// The project's pipeline files, read anew for each request and by one request at a time.
final class PipelineFiles {
    private final Pipelines pipelines;
    private final ReentrantLock lock = new ReentrantLock();

    PipelineFiles(Pipelines pipelines) {
        this.pipelines = pipelines;
    }

    List<String> names() {
        return pipelines.names();
    }

    /// @throws Refusal if it is not there or cannot be read, with all problems
    PipelineFile named(String name) {
        if (!pipelines.names().contains(name)) {
            throw new Refusal(
                    404,
                    "there is no pipeline " + name,
                    "pipeline",
                    name,
                    DidYouMean.hint(name, pipelines.names()));
        }
        return read(each -> each.named(name));
    }

    /// @throws Refusal if one of them cannot be read, with all problems
    List<PipelineFile> all() {
        return read(Pipelines::all);
    }

    /// The runs of a backfill.
    /// @param set where steps differ from their files
    /// @throws Refusal if a file cannot be read, or not with what is set
    /// @throws IllegalArgumentException if the project has not what the backfill names
    List<Backfill.Wanted> plan(Backfill backfill, Map<String, String> set) {
        List<PipelineFile> asTheyStand = all();
        if (set.isEmpty()) {
            return backfill.plan(asTheyStand);
        }
        try {
            return locked(each -> backfill.plan(each, set));
        } catch (ConfigException e) {
            throw Refusal.badRequest(
                    "set", String.join("; ", e.problems()), "what the steps take in their files");
        }
    }

    /// @throws ConfigException if it cannot be read
    PipelineFile asItStands(String name) {
        return locked(each -> each.named(name));
    }

    private <T> T read(Function<Pipelines, T> work) {
        try {
            return locked(work);
        } catch (ConfigException e) {
            throw new Refusal(
                    409,
                    "files of the project are wrong",
                    "pipelines",
                    String.join("; ", e.problems()),
                    "mend them, then ask again");
        }
    }

    private <T> T locked(Function<Pipelines, T> work) {
        lock.lock();
        try {
            return work.apply(pipelines);
        } finally {
            lock.unlock();
        }
    }
}
