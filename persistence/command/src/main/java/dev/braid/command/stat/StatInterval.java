package dev.braid.command.stat;

import dev.braid.command.stat.StatSnapshot.Group;
import dev.braid.engine.EngineStats.ThreadStats;
import dev.braid.persistence.JournalStats;

/** The work of an engine between two moments: rates, and due and actual shares of groups. */
final class StatInterval {
    private static final double NS_PER_S = 1e9;
    /** Service comes in whole batches: a group that lacks less than two, or a very small part, is not behind. */
    private static final int BATCHES = 2;

    private static final double TOLERANCE = 0.02;

    final StatSnapshot now;
    final double seconds;
    private final StatSnapshot before;

    /** @param before of the same engine, or {@code null} for its start. */
    StatInterval(StatSnapshot now, StatSnapshot before) {
        this.now = now;
        this.before = before;
        this.seconds = before == null ? now.seconds() : Math.max(1, now.updatedAtMs - before.updatedAtMs) / 1e3;
    }

    boolean isSinceStart() {
        return before == null;
    }

    /** Returns records per second. */
    double handledPerSecond(int group) {
        return (now.groups.get(group).handled - (before == null ? 0 : before.groups.get(group).handled)) / seconds;
    }

    /** Returns the group's share of all service while it was backlogged; {@link Double#NaN} if there was none. */
    double got(int group) {
        long ofAll = serviceOfAll(group);
        return ofAll <= 0 ? Double.NaN : Math.min(1, (double) service(group) / ofAll);
    }

    /** Whether the group got less than its due. */
    boolean isBehind(int group) {
        Group g = now.groups.get(group);
        double due = g.due * serviceOfAll(group);
        return service(group) + BATCHES * g.largestBatch < due * (1 - TOLERANCE);
    }

    private long service(int group) {
        return now.groups.get(group).service - (before == null ? 0 : before.groups.get(group).service);
    }

    private long serviceOfAll(int group) {
        return now.groups.get(group).serviceOfAll - (before == null ? 0 : before.groups.get(group).serviceOfAll);
    }

    /** Returns the part of the time in which a thread had work. */
    double busy(int thread) {
        ThreadStats stats = now.threads.get(thread);
        long sinceNs = before == null ? 0 : before.threads.get(thread).busyNs();
        return Math.min(1, (stats.busyNs() - sinceNs) / NS_PER_S / seconds);
    }

    /** Returns the bytes per second that the journal wrote. */
    double bytesPerSecond(JournalStats journal) {
        long sinceBytes =
                before == null ? 0 : before.journal.map(JournalStats::bytes).orElse(0L);
        return (journal.bytes() - sinceBytes) / seconds;
    }
}
