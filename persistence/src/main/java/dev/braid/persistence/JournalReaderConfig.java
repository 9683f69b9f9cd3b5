package dev.braid.persistence;

import java.util.List;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/**
 * Settings of a {@link JournalReader}, as {@link JournalReaderBuilder#open()} found them. Immutable.
 *
 * @param access   way in which the journal is read.
 * @param range    results between which reading begins and ends.
 * @param filter   results that are delivered.
 * @param delivery order of the results.
 * @param pacing   times at which results are due.
 * @param progress receiver of the progress.
 */
record JournalReaderConfig(
        FrameCursor.Access access,
        Range range,
        Filter filter,
        Delivery delivery,
        Pacing pacing,
        ProgressListener progress) {

    /**
     * Results between which reading begins and ends.
     *
     * @param from       lowest sequence.
     * @param isFromTime whether reading begins at a time instead.
     * @param fromTimeNs that time, in nanoseconds since 1970-01-01T00:00Z.
     * @param to         highest sequence.
     */
    record Range(long from, boolean isFromTime, long fromTimeNs, long to) {}

    /**
     * Results that are delivered.
     *
     * @param group     name of their handler group; {@code null} for any.
     * @param subStream their sub-stream; {@code null} for any.
     */
    record Filter(String group, Integer subStream) {
        /** Tells whether some results may be left out. */
        boolean isActive() {
            return group != null || subStream != null;
        }

        /** Tells whether a result is delivered whose segment was written with these groups. */
        boolean isWanted(int resultSubStream, List<JournalGroup> groups) {
            return (subStream == null || subStream == resultSubStream)
                    && (group == null || group.equals(JournalGroup.nameOf(resultSubStream, groups)));
        }
    }

    /**
     * Order of the results.
     *
     * @param order         order in which they are delivered.
     * @param follow        whether missing results are waited for, over any number of runs of the writer.
     * @param reorderWindow maximum number of results that are held back.
     * @param reorderBytes  maximum length of their payloads in memory.
     */
    record Delivery(ReadOrder order, boolean follow, int reorderWindow, long reorderBytes) {}

    /**
     * Times at which results are due.
     *
     * @param multiple   how many times faster than they were written; 0 for at once.
     * @param clock      clock by which they are due.
     * @param epochClock clock that tells the present time.
     */
    record Pacing(double multiple, NanoClock clock, EpochNanoClock epochClock) {
        /** Returns what times of frames are worth now. */
        FrameTimes times() {
            return new FrameTimes(epochClock.nanoTime());
        }
    }
}
