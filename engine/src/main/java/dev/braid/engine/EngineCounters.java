package dev.braid.engine;

import java.util.Locale;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * The engine's numbers as Agrona counters. Each is written by one thread at a time with ordered stores, and read by any thread. The
 * counters of the engine come first, then those of each thread, then those of each group, then gauges, so that the first three
 * tell a reader where all others are. A counter's type id names its kind.
 */
final class EngineCounters {
    /** Counters of the engine. */
    enum PerEngine {
        /** The number of groups; with the next two, it tells where all other counters are. */
        GROUPS,
        THREADS,
        GAUGES,
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

    /** Counters of each of the engine's threads. */
    enum PerThread {
        BUSY_NS,
        /** Sequence of the record that is being handled; -1 unless two successive looks have seen the same call. */
        CALL_SEQUENCE,
        CALL_GROUP,
        CALL_SINCE_MS
    }

    /** Counters of each group. */
    enum PerGroup {
        WEIGHT,
        /** Part of all service; see {@link #SHARE_SCALE}. */
        WEIGHT_SHARE,
        /** {@link #WEIGHT_SHARE} as far as workers and sub-streams allow it. */
        DUE_SHARE,
        IN_FLIGHT_BOUND,
        PROCESSED,
        FAILED,
        SHED,
        BACKLOG,
        IN_FLIGHT,
        SERVICE,
        /**
         * Service of all groups while this one was backlogged, times two. While it is backlogged, the counter is odd and lacks all
         * service so far, which the reader adds. One counter, so that a reader never pairs one part with an older other part.
         */
        SERVICE_OF_ALL,
        LARGEST_LEAD,
        LARGEST_BATCH,
        WAITING_SAMPLES,
        WAITING_P50_NS,
        WAITING_P99_NS,
        WAITING_P999_NS,
        WAITING_MAX_NS,
        RECENTLY_WAITING_SAMPLES,
        RECENTLY_WAITING_P50_NS,
        RECENTLY_WAITING_P99_NS,
        RECENTLY_WAITING_P999_NS,
        RECENTLY_WAITING_MAX_NS,
        HANDLING_SAMPLES,
        HANDLING_P50_NS,
        HANDLING_P99_NS,
        HANDLING_P999_NS,
        HANDLING_MAX_NS,
        RECENTLY_HANDLING_SAMPLES,
        RECENTLY_HANDLING_P50_NS,
        RECENTLY_HANDLING_P99_NS,
        RECENTLY_HANDLING_P999_NS,
        RECENTLY_HANDLING_MAX_NS,
        IN_RING_SAMPLES,
        IN_RING_P50_NS,
        IN_RING_P99_NS,
        IN_RING_P999_NS,
        IN_RING_MAX_NS
    }

    /** Shares are counted in billionths. */
    static final double SHARE_SCALE = 1e9;

    private static final int THREAD_TYPE_ID = 100;
    private static final int GROUP_TYPE_ID = 200;
    private static final int GAUGE_TYPE_ID = 300;
    private static final String SEPARATOR = ": ";

    private static final int ENGINE_KINDS = PerEngine.values().length;
    private static final int THREAD_KINDS = PerThread.values().length;
    private static final int GROUP_KINDS = PerGroup.values().length;

    private final CountersManager manager;
    private final AtomicCounter[] counters;
    private final int threads;
    private final int groups;

    static int count(int threads, int groups, int gauges) {
        return ENGINE_KINDS + threads * THREAD_KINDS + groups * GROUP_KINDS + gauges;
    }

    /** @param memory for {@link #count} counters. */
    EngineCounters(String[] threads, String[] groups, String[] gauges, CountersFile memory) {
        this.manager = new CountersManager(memory.metadata, memory.values);
        this.counters = new AtomicCounter[count(threads.length, groups.length, gauges.length)];
        this.threads = threads.length;
        this.groups = groups.length;
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
        for (String gauge : gauges) {
            counters[id++] = manager.newCounter(gauge, GAUGE_TYPE_ID);
        }
        set(PerEngine.GAUGES, gauges.length);
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

    void setGauge(int gauge, long value) {
        counters[idOfGauge(threads, groups, gauge)].setRelease(value);
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

    static long getGauge(CountersReader reader, int gauge) {
        return reader.getCounterValue(idOfGauge(reader, gauge));
    }

    static String gaugeName(CountersReader reader, int gauge) {
        return reader.getCounterLabel(idOfGauge(reader, gauge));
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

    private static int idOfGauge(CountersReader reader, int gauge) {
        return idOfGauge((int) get(reader, PerEngine.THREADS), (int) get(reader, PerEngine.GROUPS), gauge);
    }

    private static int idOfGauge(int threads, int groups, int gauge) {
        return count(threads, groups, gauge);
    }

    private static int idOf(int thread, PerThread kind) {
        return ENGINE_KINDS + thread * THREAD_KINDS + kind.ordinal();
    }

    private static int idOf(int threads, int group, PerGroup kind) {
        return ENGINE_KINDS + threads * THREAD_KINDS + group * GROUP_KINDS + kind.ordinal();
    }
}
