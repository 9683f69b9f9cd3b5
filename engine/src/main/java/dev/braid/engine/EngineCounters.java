package dev.braid.engine;

import java.util.Locale;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * The engine's numbers, as Agrona counters: each is written by one thread at a time, with ordered stores, to be read by any.
 * First come those of the engine, then those of each of its threads, then those of each group, in this order, so that a
 * reader knows where they are from the first two; a counter's type id is its kind's.
 */
final class EngineCounters {
    /** What is counted once. */
    enum PerEngine {
        /** How many there are; with the next one, this tells where all other counters are. */
        GROUPS,
        THREADS,
        /** Ordinal of an {@link EngineState}. */
        STATE,
        STARTED_AT_MS,
        UPDATED_AT_MS,
        RING_SIZE,
        RING_FREE,
        LOW_WATERMARK,
        FAILED_BEFORE_GROUP,
        SERVICE
    }

    /** What is counted for each of the engine's threads. */
    enum PerThread {
        BUSY_NS,
        /** Of the record that is being handled, or -1 where none was seen for longer than between two looks. */
        CALL_SEQUENCE,
        CALL_GROUP,
        CALL_SINCE_MS
    }

    /** What is counted for each group. */
    enum PerGroup {
        WEIGHT,
        /** Of all service; see {@link #SHARE_SCALE}. */
        WEIGHT_SHARE,
        /** The same as far as workers and sub-streams allow. */
        DUE_SHARE,
        IN_FLIGHT_BOUND,
        PROCESSED,
        FAILED,
        SHED,
        BACKLOG,
        IN_FLIGHT,
        SERVICE,
        /**
         * Service of all groups while this one was backlogged, times two. Odd while it is: then less all service so far,
         * which is to be added. One counter, so that a reader never pairs the one part with an older other.
         */
        SERVICE_OF_ALL,
        LARGEST_LEAD,
        LARGEST_BATCH,
        WAITING_SAMPLES,
        WAITING_P50_NS,
        WAITING_P99_NS,
        WAITING_P999_NS,
        WAITING_MAX_NS,
        HANDLING_SAMPLES,
        HANDLING_P50_NS,
        HANDLING_P99_NS,
        HANDLING_P999_NS,
        HANDLING_MAX_NS,
        IN_RING_SAMPLES,
        IN_RING_P50_NS,
        IN_RING_P99_NS,
        IN_RING_P999_NS,
        IN_RING_MAX_NS
    }

    /** Shares are counted in parts of a billion. */
    static final double SHARE_SCALE = 1e9;

    private static final int THREAD_TYPE_ID = 100;
    private static final int GROUP_TYPE_ID = 200;
    private static final String SEPARATOR = ": ";

    private static final int ENGINE_KINDS = PerEngine.values().length;
    private static final int THREAD_KINDS = PerThread.values().length;
    private static final int GROUP_KINDS = PerGroup.values().length;

    private final CountersManager manager;
    private final AtomicCounter[] counters;
    private final int threads;

    static int count(int threads, int groups) {
        return ENGINE_KINDS + threads * THREAD_KINDS + groups * GROUP_KINDS;
    }

    /** @param memory for {@link #count} counters. */
    EngineCounters(String[] threads, String[] groups, CountersFile memory) {
        this.manager = new CountersManager(memory.metadata, memory.values);
        this.counters = new AtomicCounter[count(threads.length, groups.length)];
        this.threads = threads.length;
        int id = 0;
        for (PerEngine kind : PerEngine.values()) {
            counters[id++] = manager.newCounter(label(kind), kind.ordinal());
        }
        for (String thread : threads) {
            for (PerThread kind : PerThread.values()) {
                counters[id++] = manager.newCounter(thread + SEPARATOR + label(kind), THREAD_TYPE_ID + kind.ordinal());
            }
        }
        for (String group : groups) {
            for (PerGroup kind : PerGroup.values()) {
                counters[id++] = manager.newCounter(group + SEPARATOR + label(kind), GROUP_TYPE_ID + kind.ordinal());
            }
        }
        set(PerEngine.THREADS, threads.length);
        set(PerEngine.GROUPS, groups.length);
    }

    private static String label(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    CountersReader reader() {
        return manager;
    }

    void set(PerEngine kind, long value) {
        counters[kind.ordinal()].setRelease(value);
    }

    void set(int thread, PerThread kind, long value) {
        counters[idOf(thread, kind)].setRelease(value);
    }

    void set(int group, PerGroup kind, long value) {
        counters[idOf(threads, group, kind)].setRelease(value);
    }

    static long get(CountersReader reader, PerEngine kind) {
        return reader.getCounterValue(kind.ordinal());
    }

    static long get(CountersReader reader, int thread, PerThread kind) {
        return reader.getCounterValue(idOf(thread, kind));
    }

    static long get(CountersReader reader, int group, PerGroup kind) {
        return reader.getCounterValue(idOf((int) get(reader, PerEngine.THREADS), group, kind));
    }

    static String threadName(CountersReader reader, int thread) {
        return name(reader.getCounterLabel(idOf(thread, PerThread.BUSY_NS)));
    }

    static String groupName(CountersReader reader, int group) {
        return name(reader.getCounterLabel(idOf((int) get(reader, PerEngine.THREADS), group, PerGroup.WEIGHT)));
    }

    private static String name(String label) {
        return label.substring(0, label.lastIndexOf(SEPARATOR));
    }

    private static int idOf(int thread, PerThread kind) {
        return ENGINE_KINDS + thread * THREAD_KINDS + kind.ordinal();
    }

    private static int idOf(int threads, int group, PerGroup kind) {
        return ENGINE_KINDS + threads * THREAD_KINDS + group * GROUP_KINDS + kind.ordinal();
    }
}
