package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Settings of a frame log. Immutable.
 *
 * @param storage       place of the segments.
 * @param sizes         limits on frames and segments.
 * @param acknowledging condition and listener of acknowledgements.
 * @param groups        handler groups, recorded in each segment.
 * @param clock         source of the frames' times.
 * @param threads       factory of the journal's threads.
 */
record FrameLogSettings(
        Storage storage,
        Sizes sizes,
        Acknowledging acknowledging,
        List<JournalGroup> groups,
        EpochNanoClock clock,
        JournalThreads threads) {

    /**
     * The place of a journal.
     *
     * @param dir          folder of the journal.
     * @param disk         disk that holds the folder.
     * @param minFreeBytes free space below which the journal stops.
     */
    record Storage(Path dir, Disk disk, long minFreeBytes) {
        /** Throws if the disk is too full to write to. */
        void checkSpace() {
            long usable;
            try {
                usable = disk.usableBytes(dir);
            } catch (IOException e) {
                throw new JournalException("cannot tell how full the disk of " + dir + " is: " + e, e);
            }
            if (usable < minFreeBytes) {
                throw new JournalException("the disk of journal " + dir + " has " + usable
                        + " bytes left, less than the " + minFreeBytes + " that must stay free");
            }
        }
    }

    /**
     * Limits, in bytes.
     *
     * @param segment  length of frames after which a segment is full.
     * @param maxFrame length of the longest frame of results.
     */
    record Sizes(long segment, int maxFrame) {}

    /**
     * Condition and listener of acknowledgements.
     *
     * @param durability level at which results are acknowledged.
     * @param forcesMark whether the mark is forced before anything is acknowledged at {@link Durability#DISK}.
     * @param listener   receives what is acknowledged.
     */
    record Acknowledging(Durability durability, boolean forcesMark, DurabilityListener listener) {}

    Path dir() {
        return storage.dir();
    }

    Disk disk() {
        return storage.disk();
    }

    Durability durability() {
        return acknowledging.durability();
    }

    boolean forcesMark() {
        return acknowledging.forcesMark();
    }

    DurabilityListener listener() {
        return acknowledging.listener();
    }

    void checkSpace() {
        storage.checkSpace();
    }

    long segmentSize() {
        return sizes.segment();
    }

    int maxFrameLength() {
        return sizes.maxFrame();
    }
}
