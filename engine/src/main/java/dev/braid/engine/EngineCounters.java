package dev.braid.engine;

import java.util.Locale;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * The engine's numbers, as Agrona counters: written by the engine's thread with ordered stores, to be read by any.
 * Allocates them in this order: those of the engine, then for each group those of {@link PerGroup}.
 */
final class EngineCounters {
    /** What is counted for each group; the counter's type id is the ordinal. */
    enum PerGroup {
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
        LARGEST_BATCH
    }

    private static final int UNPARTITIONED_TYPE_ID = 100;
    private static final int SERVICE_TYPE_ID = 101;
    private static final int ENGINE_COUNTERS = 2;
    private static final int KINDS = PerGroup.values().length;

    private final CountersManager manager;
    private final AtomicCounter unpartitioned;
    private final AtomicCounter service;
    private final AtomicCounter[] groups;

    EngineCounters(String[] groupNames) {
        int count = ENGINE_COUNTERS + groupNames.length * KINDS;
        this.manager = new CountersManager(
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(count * CountersReader.METADATA_LENGTH, 128)),
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(count * CountersReader.COUNTER_LENGTH, 128)));
        this.unpartitioned = manager.newCounter("failed before a group was known", UNPARTITIONED_TYPE_ID);
        this.service = manager.newCounter("service of all groups", SERVICE_TYPE_ID);
        this.groups = new AtomicCounter[groupNames.length * KINDS];
        for (int group = 0; group < groupNames.length; group++) {
            for (PerGroup kind : PerGroup.values()) {
                String label = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
                groups[group * KINDS + kind.ordinal()] =
                        manager.newCounter(groupNames[group] + ": " + label, kind.ordinal());
            }
        }
    }

    CountersReader reader() {
        return manager;
    }

    long get(int group, PerGroup kind) {
        return groups[group * KINDS + kind.ordinal()].get();
    }

    long unpartitioned() {
        return unpartitioned.get();
    }

    void unpartitioned(long count) {
        unpartitioned.setRelease(count);
    }

    void set(int group, PerGroup kind, long value) {
        groups[group * KINDS + kind.ordinal()].setRelease(value);
    }

    long service() {
        return service.get();
    }

    void service(long total) {
        service.setRelease(total);
    }
}
