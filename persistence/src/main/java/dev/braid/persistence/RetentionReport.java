package dev.braid.persistence;

import java.nio.file.Path;
import java.util.List;

/**
 * What a {@link JournalRetention} gives up.
 *
 * @param directory     of the journal.
 * @param givenUp       segments, the oldest first.
 * @param firstSequence results below it are given up.
 * @param bytes         length of the data files that are left.
 * @param kept          name of the first segment that the limits would let go, but that has to stay; {@code null} for none.
 * @param reason        why it has to stay, {@code null} if none has.
 * @param keptAside     names of segments that are given up, but whose folders are kept under another name, because there is
 *                      something in them that is not Braid's.
 * @param notes         how the age of segments was judged where the clocks of writers were wrong; usually empty.
 */
public record RetentionReport(
        Path directory,
        List<GivenUp> givenUp,
        long firstSequence,
        long bytes,
        String kept,
        String reason,
        List<String> keptAside,
        List<String> notes) {
    /**
     * A segment that is given up.
     *
     * @param segment         name of its folder.
     * @param results         in it.
     * @param lowestSequence  of its results, -1 if it has none.
     * @param highestSequence of its results, -1 if it has none.
     * @param bytes           length of its data file.
     */
    public record GivenUp(String segment, long results, long lowestSequence, long highestSequence, long bytes) {}
}
