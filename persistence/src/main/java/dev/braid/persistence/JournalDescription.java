package dev.braid.persistence;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * What a journal holds.
 *
 * @param directory     of the journal.
 * @param createdNs     when it was begun, in nanoseconds since 1970-01-01T00:00Z; empty if that is not known.
 * @param segments      all of them that are there, in order.
 * @param firstSequence results below it were given up; 0 if none were.
 * @param lastSequence  the highest sequence that has a result, empty if there is none.
 * @param lowWatermark  every sequence at or below it has, or had, a result; -1 if sequence 0 has none.
 * @param missing       how many sequences below {@code lastSequence} have no result: they were in flight when an engine
 *                      halted or was killed, or they are still.
 * @param isWritten     whether it has a writer now.
 * @param problems      what was found on the way: damage, for which the numbers are not all there is, and information.
 */
public record JournalDescription(
        Path directory,
        OptionalLong createdNs,
        List<SegmentDescription> segments,
        long firstSequence,
        OptionalLong lastSequence,
        long lowWatermark,
        long missing,
        boolean isWritten,
        List<JournalProblem> problems) {
    /**
     * How many frames there are, of all types.
     *
     * @return a number of frames.
     */
    public long frames() {
        return sum(SegmentDescription::frames);
    }

    /**
     * How many results there are.
     *
     * @return a number of results.
     */
    public long results() {
        return sum(SegmentDescription::results);
    }

    /**
     * How many results there are of each outcome.
     *
     * @return numbers of results.
     */
    public OutcomeCounts outcomes() {
        return segments.stream().map(SegmentDescription::outcomes).reduce(OutcomeCounts.NONE, OutcomeCounts::plus);
    }

    /**
     * Length of all data files.
     *
     * @return a number of bytes.
     */
    public long fileBytes() {
        return sum(SegmentDescription::fileBytes);
    }

    /**
     * Length of all frames.
     *
     * @return a number of bytes.
     */
    public long bytes() {
        return sum(SegmentDescription::bytes);
    }

    private long sum(ToLongFunction<SegmentDescription> field) {
        return segments.stream().mapToLong(field).sum();
    }

    /**
     * The handler groups of the engine that wrote the newest segment.
     *
     * @return the groups, in the order of their sub-streams; empty if none were recorded.
     */
    public List<JournalGroup> groups() {
        return segments.isEmpty()
                ? List.of()
                : segments.get(segments.size() - 1).groups();
    }
}
