package dev.waxwing.warehouse;

import static dev.waxwing.warehouse.Catalog.query;
import static dev.waxwing.warehouse.Catalog.update;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Who may write which partition.
///
/// A claim is a row with a token that nobody else has. It is taken before anything is written and looked at again in
/// the very transaction that moves the table's pointer: whoever lost it in between (its process was taken for dead, or
/// a later attempt of the same step began) fails there, however late it wakes up.
final class Claims {
    private final Catalog catalog;

    Claims(Catalog catalog) {
        this.catalog = catalog;
    }

    record Claim(
            String table, String ds, String token, Writer writer, Holder holder, String since) {
        static Claim of(ResultSet r) throws SQLException {
            return new Claim(
                    r.getString("table_name"),
                    r.getString("ds"),
                    r.getString("token"),
                    new Writer(r.getString("run"), r.getString("step"), r.getInt("attempt")),
                    new Holder(
                            r.getString("host"),
                            r.getString("boot"),
                            r.getLong("pid"),
                            r.getLong("pid_started")),
                    r.getString("since"));
        }
    }

    /// Claims all days or none.
    ///
    /// @return the claims of dead or overtaken writers that were replaced
    List<Claim> take(String table, SortedSet<String> days, Writer writer, String token) {
        return catalog.inTransaction(
                "claim partitions of " + table,
                c -> {
                    List<Claim> replaced = new ArrayList<>();
                    for (String ds : days) {
                        Optional<Claim> held = held(c, table, ds);
                        if (held.isPresent()) {
                            if (held.get().holder().mayLive()
                                    && !overtakes(writer, held.get().writer())) {
                                throw new PartitionClaimed(refusal(held.get()));
                            }
                            replaced.add(held.get());
                        }
                        Holder me = Holder.me();
                        update(
                                c,
                                """
                                INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'WRITING', ?)
                                """,
                                table,
                                ds,
                                token,
                                writer.runId(),
                                writer.step(),
                                writer.attempt(),
                                me.host(),
                                me.boot(),
                                me.pid(),
                                me.started(),
                                Instant.now().toString());
                    }
                    return replaced;
                });
    }

    private static boolean overtakes(Writer writer, Writer holder) {
        return writer.runId().equals(holder.runId())
                && writer.step().equals(holder.step())
                && writer.attempt() > holder.attempt();
    }

    private static String refusal(Claim held) {
        return held.table()
                + " ds="
                + held.ds()
                + " is being written by "
                + held.writer()
                + " ("
                + held.holder()
                + ", since "
                + held.since()
                + "); wait for it or stop it"
                + (held.holder().elsewhere()
                        ? ". If that machine is gone for good, give its claims up with"
                                + " releaseClaimsOf("
                                + held.holder().host()
                                + ")"
                        : "");
    }

    /// To be called inside the transaction that makes the partitions visible.
    static void verify(Connection c, String table, Collection<String> days, String token)
            throws SQLException {
        for (String ds : days) {
            Optional<Claim> held = held(c, table, ds);
            if (held.isEmpty() || !held.get().token().equals(token)) {
                throw new PartitionClaimed(
                        "this writer lost its claim on "
                                + table
                                + " ds="
                                + ds
                                + held.map(h -> " to " + h.writer() + " (" + h.holder() + ")")
                                        .orElse("")
                                + "; nothing was committed");
            }
        }
    }

    static void drop(Connection c, String token) throws SQLException {
        update(c, "DELETE FROM claim WHERE token = ?", token);
    }

    void release(String token) {
        catalog.inTransaction(
                "release claims", c -> update(c, "DELETE FROM claim WHERE token = ?", token));
    }

    /// The live claim on a partition.
    static Optional<Claim> live(Connection c, String table, String ds) throws SQLException {
        return held(c, table, ds).filter(claim -> claim.holder().mayLive());
    }

    private static Optional<Claim> held(Connection c, String table, String ds) throws SQLException {
        return query(
                        c,
                        "SELECT * FROM claim WHERE table_name = ? AND ds = ?",
                        List.of(table, ds),
                        Claim::of)
                .stream()
                .findFirst();
    }

    /// Removes the claims of processes that are gone, and those of another machine that the caller knows to be gone.
    ///
    /// @param lostHost empty if no machine was lost
    /// @return what was removed
    List<Claim> releaseDead(String lostHost) {
        return catalog.inTransaction(
                "release the claims of dead writers",
                c -> {
                    List<Claim> dead =
                            query(c, "SELECT * FROM claim", List.of(), Claim::of).stream()
                                    .filter(
                                            claim ->
                                                    !claim.holder().mayLive()
                                                            || (claim.holder().elsewhere()
                                                                    && claim.holder()
                                                                            .host()
                                                                            .equals(lostHost)))
                                    .toList();
                    for (Claim claim : dead) {
                        drop(c, claim.token());
                    }
                    return dead;
                });
    }

    /// The tokens of all writers that may live.
    SortedSet<String> liveTokens() {
        return catalog.read(
                "list the claims",
                c -> {
                    SortedSet<String> tokens = new TreeSet<>();
                    for (Claim claim : query(c, "SELECT * FROM claim", List.of(), Claim::of)) {
                        if (claim.holder().mayLive()) {
                            tokens.add(claim.token());
                        }
                    }
                    return tokens;
                });
    }
}
