package dev.waxwing.flow;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The processes that may hold steps, seen from one of them, which beats to show that it lives.
///
/// A process of this machine is asked whether it lives. One of another machine is taken for gone when its count of beats has
/// stood still for [#LEASE] of this process's own time; so no clock that is set, here or there, takes a lease away.
final class Workers {
    static final Duration BEAT = Duration.ofSeconds(3);
    static final Duration LEASE = Duration.ofSeconds(30);

    /// When a count of beats was first seen.
    private record Seen(long beats, long nanos) {}

    private final String self;
    private final Owner owner;
    private final Map<String, Seen> seen = new HashMap<>();
    private long lastLook;

    /// @param self this worker's id
    Workers(String self, Owner owner) {
        this.self = self;
        this.owner = owner;
    }

    static Owner owner(ResultSet row) throws SQLException {
        return new Owner(
                row.getLong("pid"),
                row.getString("process_started"),
                row.getString("host"),
                row.getString("boot"));
    }

    /// Shows that this worker lives.
    void beat(Handle handle, Instant now) {
        int known = handle.execute("UPDATE worker SET beats = beats + 1 WHERE id = ?", self);
        if (known == 0) {
            handle.createUpdate(
                            """
                            INSERT INTO worker (id, pid, process_started, host, boot, started_at, beats)
                            VALUES (:id, :pid, :started, :host, :boot, :now, 1)
                            """)
                    .bind("id", self)
                    .bind("pid", owner.pid())
                    .bind("started", owner.started())
                    .bind("host", owner.host())
                    .bind("boot", owner.boot())
                    .bind("now", now.toEpochMilli())
                    .execute();
        }
    }

    void leave(Handle handle) {
        handle.execute("DELETE FROM worker WHERE id = ?", self);
    }

    /// Strikes out workers that are gone.
    /// @param nanos this process's own time
    /// @return their ids
    List<String> strikeOut(Handle handle, long nanos) {
        // After a stop of our own, or of the database, everybody's beats have stood still.
        if (nanos - lastLook > LEASE.toNanos() / 2) {
            seen.clear();
        }
        lastLook = nanos;
        var gone = new ArrayList<String>();
        handle.createQuery("SELECT * FROM worker WHERE id <> :self")
                .bind("self", self)
                .map(
                        (row, _) -> {
                            String id = row.getString("id");
                            switch (owner(row).life()) {
                                case ALIVE -> {}
                                case GONE -> gone.add(id);
                                case ELSEWHERE -> {
                                    if (stoodStill(id, row.getLong("beats"), nanos)) {
                                        gone.add(id);
                                    }
                                }
                            }
                            return id;
                        })
                .list();
        for (String id : gone) {
            handle.execute("DELETE FROM worker WHERE id = ?", id);
            seen.remove(id);
        }
        return gone;
    }

    private boolean stoodStill(String id, long beats, long nanos) {
        Seen before = seen.get(id);
        if (before == null || before.beats() != beats) {
            seen.put(id, new Seen(beats, nanos));
            return false;
        }
        return nanos - before.nanos() > LEASE.toNanos();
    }
}
