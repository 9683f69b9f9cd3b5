package dev.braid.command.stat;

import dev.braid.engine.EngineState;
import dev.braid.engine.EngineStats;
import dev.braid.engine.GroupStats;
import dev.braid.engine.LatencyStats;
import java.util.List;
import java.util.Locale;

/**
 * An engine's numbers at one moment.
 *
 * @param atMs   when they were taken.
 * @param isGone whether the engine's process ended without the engine's knowing.
 */
record StatSnapshot(
        long atMs,
        long processId,
        EngineState state,
        boolean isGone,
        long startedAtMs,
        long updatedAtMs,
        long ringSize,
        long ringFree,
        long lowWatermark,
        long failedBeforeGroup,
        List<EngineStats.ThreadStats> threads,
        List<Group> groups) {

    /** A group's numbers. */
    record Group(
            String name,
            int weight,
            double p,
            double due,
            double share,
            long accepted,
            long processed,
            long failed,
            long shed,
            long backlog,
            long inFlight,
            int inFlightBound,
            long service,
            long largestLead,
            long largestBatch,
            LatencyStats waiting,
            LatencyStats handling) {

        static Group of(GroupStats stats) {
            return new Group(
                    stats.name(),
                    stats.weight(),
                    stats.weightShare(),
                    stats.dueShare(),
                    Double.isNaN(stats.share()) ? 0 : stats.share(),
                    stats.accepted(),
                    stats.processed(),
                    stats.failed(),
                    stats.shed(),
                    stats.backlog(),
                    stats.inFlight(),
                    stats.inFlightBound(),
                    stats.service(),
                    stats.largestLead(),
                    stats.largestBatch(),
                    stats.waiting(),
                    stats.handling());
        }

        long handled() {
            return processed + failed;
        }
    }

    static StatSnapshot of(EngineStats stats, long nowMs) {
        EngineState state = stats.state();
        boolean alive = ProcessHandle.of(stats.processId())
                .filter(ProcessHandle::isAlive)
                .isPresent();
        return new StatSnapshot(
                nowMs,
                stats.processId(),
                state,
                state == EngineState.RUNNING && !alive,
                stats.startedAtMs(),
                stats.updatedAtMs(),
                stats.ringSize(),
                stats.ringFree(),
                stats.lowWatermark(),
                stats.failedBeforeGroup(),
                stats.threads(),
                stats.groups().stream().map(Group::of).toList());
    }

    /** @param other may be {@code null}. */
    boolean isSameEngineAs(StatSnapshot other) {
        return other != null
                && processId == other.processId
                && startedAtMs == other.startedAtMs
                && groups.size() == other.groups.size();
    }

    /** In one word. */
    String stateName() {
        return isGone ? "gone" : state.name().toLowerCase(Locale.ROOT);
    }

    boolean hasEnded() {
        return isGone || state != EngineState.RUNNING;
    }

    /** How long the engine has been there: until now, or until it was last heard of. */
    double seconds() {
        return Math.max(1, (hasEnded() ? updatedAtMs : atMs) - startedAtMs) / 1e3;
    }
}
