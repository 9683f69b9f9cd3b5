package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerEngine;
import dev.braid.engine.EngineCounters.PerThread;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.status.CountersReader;

/**
 * Live numbers of an engine: of one in this process, from {@link BraidEngine#stats()}, or of one in any process on this
 * machine that keeps its counters in a file, see {@link EngineBuilder#countersFile(Path)}. For any thread.
 * <p>
 * In this process numbers are as of now, and of groups no older than a batch; those in a file are brought up to date once
 * a second.
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
     * Maps the file in which an engine keeps its counters. An engine that is started later with the same file replaces it;
     * then this goes on showing the old one.
     *
     * @param file the file.
     * @return its numbers, as they change.
     * @throws IOException if the file cannot be read, or is none of counters.
     */
    public static EngineStats map(Path file) throws IOException {
        CountersFile mapped = CountersFile.map(file);
        return new EngineStats(new CountersReader(mapped.metadata, mapped.values), mapped.processId, StatsRefresh.NONE);
    }

    /**
     * Where the engine is in its life. One whose process was killed is {@link EngineState#RUNNING} in its file forever, but
     * not updated any more: see {@link #updatedAtMs()} and {@link #processId()}.
     *
     * @return the state.
     */
    public EngineState state() {
        return EngineState.values()[(int) get(PerEngine.STATE)];
    }

    /**
     * When the engine was built.
     *
     * @return milliseconds since 1970-01-01T00:00Z.
     */
    public long startedAtMs() {
        return get(PerEngine.STARTED_AT_MS);
    }

    /**
     * When the numbers were last brought up to date.
     *
     * @return milliseconds since 1970-01-01T00:00Z.
     */
    public long updatedAtMs() {
        return get(PerEngine.UPDATED_AT_MS);
    }

    /**
     * The engine's process.
     *
     * @return its id.
     */
    public long processId() {
        return processId;
    }

    /**
     * The groups, in the order in which they were added.
     *
     * @return one for each group.
     */
    public List<GroupStats> groups() {
        return groups;
    }

    /**
     * How long each of the engine's threads has had work, in nanoseconds. A thread that blocks in a handler has work.
     *
     * @return one for each thread.
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

    /**
     * How many records the ring takes, of the shared ingress and those of groups together.
     *
     * @return the number of its slots.
     */
    public long ringSize() {
        return get(PerEngine.RING_SIZE);
    }

    /**
     * How many of the ring's slots are free.
     *
     * @return the number of slots.
     */
    public long ringFree() {
        return get(PerEngine.RING_FREE);
    }

    /**
     * See {@link BraidEngine#lowWatermark()}.
     *
     * @return a sequence.
     */
    public long lowWatermark() {
        return get(PerEngine.LOW_WATERMARK);
    }

    /**
     * Records that are {@link Outcome#FAILED} without a sub-stream: their partitioner or their translator threw, or the
     * partitioner's answer was out of range.
     *
     * @return the count so far.
     */
    public long failedBeforeGroup() {
        return get(PerEngine.FAILED_BEFORE_GROUP);
    }

    /**
     * All counters, with labels, for tools.
     *
     * @return a reader for any thread.
     */
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
     * @param name   what it does.
     * @param busyNs how long it has had work.
     * @param call   the call of a handler that has been under way since it was seen the last time, if there is one: see
     *               {@link EngineBuilder#stuckHandlerAfter}. Handlers are looked at once a second, and by whoever reads these
     *               numbers in the engine's process.
     */
    public record ThreadStats(String name, long busyNs, Optional<HandlerCallStats> call) {}

    /**
     * A call of a handler that has not returned yet. Where the merge handler is called on the thread of handlers, it may be that
     * one's, for the result of the same record.
     *
     * @param sequence the record's where its handler takes more than some 10 microseconds; otherwise that of the first one of
     *                 the records of its sub-stream that are handled in one go.
     * @param group    name of the record's group.
     * @param since    when the call, or the first of these, was first seen, at most a second after it began.
     */
    public record HandlerCallStats(long sequence, String group, Instant since) {}
}
