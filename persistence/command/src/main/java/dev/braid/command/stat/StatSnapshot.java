package dev.braid.command.stat;

import dev.braid.command.Texts;
import dev.braid.engine.EngineState;
import dev.braid.engine.EngineStats;
import dev.braid.engine.GroupStats;
import dev.braid.engine.LatencyStats;
import dev.braid.persistence.JournalStats;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An engine's counters at one moment. */
final class StatSnapshot {
    /**
     * Bound on the silence of a running engine, which refreshes its counters once a second. Its process id proves nothing: a
     * process in a container may have another id outside, or one that belongs to another process there.
     */
    static final long MAX_SILENCE_MS = TimeUnit.SECONDS.toMillis(5);

    final long atMs;
    final long processId;
    final EngineState state;
    final long startedAtMs;
    final long updatedAtMs;
    final long ringSize;
    final long ringFree;
    final long lowWatermark;
    final long failedBeforeGroup;
    final List<EngineStats.ThreadStats> threads;
    final List<Group> groups;
    final Optional<JournalStats> journal;

    /** A group's counters. */
    static final class Group {
        final String name;
        final int weight;
        final double p;
        final double due;
        final double share;
        final long accepted;
        final long failed;
        final long handled;
        final long shed;
        final long backlog;
        final long inFlight;
        final int inFlightBound;
        final long service;
        final long serviceOfAll;
        final long largestLead;
        final long largestBatch;
        final LatencyStats waiting;
        final LatencyStats recentlyWaiting;
        final LatencyStats handling;
        final LatencyStats recentlyHandling;

        private Group(GroupStats stats) {
            this.name = stats.name();
            this.weight = stats.weight();
            this.p = stats.weightShare();
            this.due = stats.dueShare();
            this.share = Double.isNaN(stats.share()) ? 0 : stats.share();
            this.accepted = stats.accepted();
            this.failed = stats.failed();
            this.handled = stats.processed() + failed;
            this.shed = stats.shed();
            this.backlog = stats.backlog();
            this.inFlight = stats.inFlight();
            this.inFlightBound = stats.inFlightBound();
            this.service = stats.service();
            this.serviceOfAll = stats.serviceOfAll();
            this.largestLead = stats.largestLead();
            this.largestBatch = stats.largestBatch();
            this.waiting = stats.waiting();
            this.recentlyWaiting = stats.recentlyWaiting();
            this.handling = stats.handling();
            this.recentlyHandling = stats.recentlyHandling();
        }
    }

    /** @param atMs now. */
    StatSnapshot(EngineStats stats, long atMs) {
        this.atMs = atMs;
        this.processId = stats.processId();
        this.state = stats.state();
        this.startedAtMs = stats.startedAtMs();
        this.updatedAtMs = stats.updatedAtMs();
        this.ringSize = stats.ringSize();
        this.ringFree = stats.ringFree();
        this.journal = JournalStats.of(stats);
        this.lowWatermark = stats.lowWatermark();
        this.failedBeforeGroup = stats.failedBeforeGroup();
        this.threads = stats.threads();
        this.groups = stats.groups().stream().map(Group::new).toList();
    }

    /** @param other may be {@code null}. */
    boolean isSameEngineAs(StatSnapshot other) {
        return other != null
                && processId == other.processId
                && startedAtMs == other.startedAtMs
                && groups.size() == other.groups.size();
    }

    /** Whether the engine ended without being closed, as far as can be told from outside. */
    boolean isGone() {
        return state == EngineState.RUNNING && silenceMs() > MAX_SILENCE_MS;
    }

    /** Returns the time since the engine last refreshed its counters. */
    long silenceMs() {
        return Math.max(0, atMs - updatedAtMs);
    }

    /** Returns the state in one word. */
    String stateName() {
        return isGone() ? "gone" : Texts.lowerCase(state);
    }

    boolean hasEnded() {
        return isGone() || state != EngineState.RUNNING;
    }

    /** Returns the age of the engine: until now, or until it last refreshed its counters. */
    double seconds() {
        return Math.max(1, (hasEnded() ? updatedAtMs : atMs) - startedAtMs) / 1e3;
    }
}
