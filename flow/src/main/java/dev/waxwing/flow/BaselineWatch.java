package dev.waxwing.flow;

import dev.waxwing.config.ConfigException;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Looks after the baselines of a project: how each promise stands, and that whoever is to know of a change is told. What it
/// reads are the newest runs of the pipelines on the way, whatever lies behind them.
final class BaselineWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BaselineWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(10);

    /// What an estimate may move by without being written down again.
    private static final Duration SAME = Duration.ofMinutes(1);

    private final Runs runs;
    private final Baselines baselines;
    private final ZoneId zone;
    private final History history;
    private final AlertSender sender;
    private final Set<String> broken = new HashSet<>();
    private Instant looked = Instant.MIN;

    /// @param folder the project's `baselines`
    BaselineWatch(Runs runs, Path folder, ZoneId zone) {
        this.runs = runs;
        this.baselines = Baselines.in(folder);
        this.zone = zone;
        this.history = new History(zone);
        this.sender = new AlertSender(runs, folder.toAbsolutePath().getParent());
    }

    /// @param files all pipelines that can be read
    void tick(Collection<? extends PipelineFile> files, Instant now) {
        boolean due = now.isBefore(looked) || !now.isBefore(looked.plus(LOOK));
        if (looked.equals(Instant.MIN) || due) {
            looked = now;
            look(files, now);
        }
        sender.tick(now);
    }

    private void look(Collection<? extends PipelineFile> files, Instant now) {
        List<Baseline> all = read(files);
        if (all.isEmpty()) {
            return;
        }
        List<BaselineStatus> news =
                runs.database()
                        .read(
                                handle -> {
                                    var outlook = new Outlook(handle, files, history, zone, now);
                                    return all.stream()
                                            .flatMap(each -> outlook.of(each).stream())
                                            .filter(status -> isNews(handle, status, now))
                                            .toList();
                                });
        if (news.isEmpty()) {
            return;
        }
        var changed = new ArrayList<BaselineStatus>();
        runs.database()
                .turn(
                        handle -> {
                            changed.clear();
                            for (BaselineStatus status : news) {
                                if (BaselineRecord.write(handle, status, now)) {
                                    changed.add(status);
                                }
                            }
                            return changed;
                        });
        for (BaselineStatus status : changed) {
            LOG.warn(
                    "baseline {} of {} is {}: committed {}, {} {}{}",
                    status.baseline().name(),
                    status.cycle(),
                    status.state(),
                    status.deadline(),
                    status.finished() ? "finished" : "estimated",
                    status.estimate(),
                    status.message().isEmpty() ? "" : "; " + status.message());
        }
    }

    /// A promise that was over before the baseline was declared is nobody's; one that was over while no scheduler ran is told.
    private static boolean isNews(Handle handle, BaselineStatus status, Instant now) {
        String baseline = status.baseline().name();
        String cycle = status.cycle().toString();
        Optional<BaselineRecord.Told> told = BaselineRecord.told(handle, baseline, cycle);
        if (told.isEmpty()) {
            return !status.deadline().isBefore(now)
                    || BaselineRecord.watchedBefore(handle, baseline, cycle);
        }
        BaselineRecord.Told before = told.get();
        if (before.finished()) {
            return false; // a rerun of what was done breaks no promise
        }
        return before.state() != status.state()
                || status.finished()
                || !before.message().equals(status.message())
                || Duration.between(before.estimate(), status.estimate()).abs().compareTo(SAME)
                        >= 0;
    }

    /// One that cannot be read is told once, until it can be.
    private List<Baseline> read(Collection<? extends PipelineFile> files) {
        var all = new ArrayList<Baseline>();
        for (String name : baselines.names()) {
            try {
                all.add(baselines.named(name, files));
                broken.remove(name);
            } catch (ConfigException e) {
                if (broken.add(name)) {
                    LOG.warn(
                            "baseline {} is not looked after as it stands: {}",
                            name,
                            String.join("; ", e.problems()));
                }
            }
        }
        return all;
    }

    @Override
    public void close() {
        sender.close();
    }
}
