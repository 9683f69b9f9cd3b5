package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.EpochNanoClock;

/**
 * What is to be known for writing frames.
 *
 * @param dir            of the journal.
 * @param disk           that holds it.
 * @param durability     at which results are acknowledged.
 * @param forcesMark     whether the mark is forced before anything is acknowledged at {@link Durability#DISK}.
 * @param segmentSize    bytes of frames after which a segment is full.
 * @param maxFrameLength of a frame of results.
 * @param minFreeBytes   below which the journal stops.
 * @param groups         to be recorded in each segment.
 * @param clock          that stamps frames.
 * @param listener       is told what is acknowledged.
 * @param threads        how the journal's threads are made.
 */
record FrameLogSettings(
        Path dir,
        Disk disk,
        Durability durability,
        boolean forcesMark,
        long segmentSize,
        int maxFrameLength,
        long minFreeBytes,
        List<JournalGroup> groups,
        EpochNanoClock clock,
        DurabilityListener listener,
        JournalThreads threads) {

    /** Throws if the disk is too full to write to. */
    void checkSpace() {
        long usable;
        try {
            usable = disk.usableBytes(dir);
        } catch (IOException e) {
            throw new JournalException("cannot tell how full the disk of " + dir + " is: " + e, e);
        }
        if (usable < minFreeBytes) {
            throw new JournalException("the disk of journal " + dir + " has " + usable + " bytes left, less than the "
                    + minFreeBytes + " that must stay free");
        }
    }
}
