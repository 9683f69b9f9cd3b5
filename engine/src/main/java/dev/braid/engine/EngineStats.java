package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerEngine;
import dev.braid.engine.EngineCounters.PerThread;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.status.CountersReader;

/**
 * Live numbers of an engine: of one in this process, from {@link BraidEngine#stats()}, or of one in any process on this machine
 * that keeps its counters in a file, see {@link EngineBuilder#countersFile(Path)}. For any thread.
 * <p>
 * In this process numbers are current, and those of groups no older than a batch. Numbers in a file are refreshed once a second.
 */
public final class EngineStats {
    private final CountersReader reader;
    private final long processId;
    private final StatsRefresh source;
    private final List<GroupStats> groups;

    EngineStats(CountersReader reader, long processId, StatsRefresh source) {
        this.reader = reader;
        this.processId = processId;
        this.source = source;
        List<GroupStats> groups = new ArrayList<>();
        for (int i = 0; i < EngineCounters.get(reader, PerEngine.GROUPS); i++) {
            groups.add(new GroupStats(reader, i, source));
        }
        this.groups = List.copyOf(groups);
    }

    /**
     * Maps the counters file of an engine. An engine that is started later with this file replaces it; the returned numbers remain
     * those of the earlier engine.
     *
     * @param file the file.
     * @return its numbers, as they change.
     * @throws IOException if the file cannot be read, or is not a counters file.
     */
    public static EngineStats map(Path file) throws IOException {
        CountersFile mapped = CountersFile.map(file);
        return new EngineStats(new CountersReader(mapped.metadata, mapped.values), mapped.processId, StatsRefresh.NONE);
    }

    /**
     * Returns the stage of the engine's life. The file of an engine whose process was killed says {@link EngineState#RUNNING}
     * forever, but is not updated any more: see {@link #updatedAtMs()}. A process id from another container's set of processes says
     * nothing.
     *
     * @return the state.
     */
    public EngineState state() {
        return EngineState.values()[(int) get(PerEngine.STATE)];
    }

    /**
     * Returns when the engine was built.
     *
     * @return milliseconds since 1970-01-01T00:00Z.
     */
    public long startedAtMs() {
        return get(PerEngine.STARTED_AT_MS);
    }

    /**
     * Returns when the numbers were last refreshed: in a file, the engine's heartbeat, about once a second.
     *
     * @return milliseconds since 1970-01-01T00:00Z.
     */
    public long updatedAtMs() {
        return get(PerEngine.UPDATED_AT_MS);
    }

    /** {@return the id of the engine's process} */
    public long processId() {
        return processId;
    }

    /** {@return the groups, in the order in which they were added} */
    public List<GroupStats> groups() {
        return groups;
    }

    /**
     * Returns how long each of the engine's threads has had work. A thread that blocks in a handler counts as having work.
     *
     * @return one entry for each thread.
     */
    public List<ThreadStats> threads() {
        List<ThreadStats> threads = new ArrayList<>();
        for (int i = 0; i < get(PerEngine.THREADS); i++) {
            threads.add(new ThreadStats(
                    EngineCounters.threadName(reader, i), EngineCounters.get(reader, i, PerThread.BUSY_NS), call(i)));
        }
        return threads;
    }

    private Optional<HandlerCallStats> call(int thread) {
        long sequence = EngineCounters.get(reader, thread, PerThread.CALL_SEQUENCE);
        if (sequence == HandlerCall.NONE) {
            return Optional.empty();
        }
        int group = (int) EngineCounters.get(reader, thread, PerThread.CALL_GROUP);
        long sinceMs = EngineCounters.get(reader, thread, PerThread.CALL_SINCE_MS);
        return Optional.of(new HandlerCallStats(sequence, groups.get(group).name(), Instant.ofEpochMilli(sinceMs)));
    }

    /** {@return the number of the ring's slots, for the shared ingress and groups' own ingresses together} */
    public long ringSize() {
        return get(PerEngine.RING_SIZE);
    }

    /** {@return the number of free slots in the ring} */
    public long ringFree() {
        return get(PerEngine.RING_FREE);
    }

    /** {@return the low watermark, see {@link BraidEngine#lowWatermark()}} */
    public long lowWatermark() {
        return get(PerEngine.LOW_WATERMARK);
    }

    /**
     * Returns how many records {@link Outcome#FAILED} without a sub-stream: their partitioner or their translator threw, or the
     * partitioner's answer was out of range.
     *
     * @return the count so far.
     */
    public long failedBeforeGroup() {
        return get(PerEngine.FAILED_BEFORE_GROUP);
    }

    /**
     * Returns what the merge handler says of itself: see {@link MergeHandler#gauges()}.
     *
     * @return values by name.
     */
    public Map<String, Long> gauges() {
        Map<String, Long> values = new LinkedHashMap<>();
        for (int i = 0; i < get(PerEngine.GAUGES); i++) {
            values.put(EngineCounters.gaugeName(reader, i), EngineCounters.getGauge(reader, i));
        }
        return values;
    }

    /** {@return a reader of all counters, with labels, for tools; for any thread} */
    public CountersReader counters() {
        return reader;
    }

    private long get(PerEngine kind) {
        source.refresh();
        return EngineCounters.get(reader, kind);
    }

    /**
     * A thread of an engine.
     *
     * @param name   the thread's role.
     * @param busyNs how long it has had work, in nanoseconds.
     * @param call   the handler call that was under way at the last look and still is, if there is one: see {@link
     *               EngineBuilder#stuckHandlerAfter}. Handlers are looked at once a second, and whenever these numbers are read in
     *               the engine's process.
     */
    public record ThreadStats(String name, long busyNs, Optional<HandlerCallStats> call) {}

    /**
     * A handler call that has not returned yet. If the merge handler runs on the thread of the handlers, the call may be the merge
     * handler's, for the result of that record.
     *
     * @param sequence sequence of the record, if its handler takes more than about 10 microseconds; otherwise that of the first of
     *                 the records of its sub-stream that are handled in one run.
     * @param group    name of the record's group.
     * @param since    when the call, or the run, was first seen, at most a second after it began.
     */
    public record HandlerCallStats(long sequence, String group, Instant since) {}
}
