package dev.braid.persistence;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Report of a {@link JournalRetention}: the segments that it deletes.
 *
 * @param directory     folder of the journal.
 * @param deleted       segments that are deleted, the oldest first.
 * @param firstSequence results below it are deleted.
 * @param bytes         length of the data files that are left.
 * @param kept          the first segment that the limits would let go, but that has to stay; empty for none.
 * @param keptAside     names of segments that are deleted, but whose folders are kept under another name, because there is
 *                      something in them that is not Braid's.
 * @param notes         how the age of segments was judged where the clocks of writers were wrong; usually empty.
 */
public record RetentionReport(
        Path directory,
        List<Deleted> deleted,
        long firstSequence,
        long bytes,
        Optional<Kept> kept,
        List<String> keptAside,
        List<String> notes) {
    /**
     * A segment that is deleted.
     *
     * @param segment   name of its folder.
     * @param results   number of results in it.
     * @param sequences sequences of its results, from the lowest to the highest; empty if it has none.
     * @param bytes     length of its data file.
     */
    public record Deleted(String segment, long results, Optional<SequenceRange> sequences, long bytes) {}

    /**
     * A segment that has to stay.
     *
     * @param segment name of its folder.
     * @param reason  reason why it has to stay.
     */
    public record Kept(String segment, String reason) {}
}
