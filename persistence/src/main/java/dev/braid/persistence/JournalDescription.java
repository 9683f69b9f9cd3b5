package dev.braid.persistence;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * Description of a journal: its segments, and the sequences that have results.
 *
 * @param directory folder of the journal.
 * @param createdNs time at which it was begun, in nanoseconds since 1970-01-01T00:00Z; empty if that is not known.
 * @param segments  segments that are there, in order.
 * @param sequences sequences that have results.
 * @param isWritten whether it has a writer now.
 * @param problems  what was found on the way: damage, for which the numbers are not all there is, and information.
 */
public record JournalDescription(
        Path directory,
        OptionalLong createdNs,
        List<SegmentDescription> segments,
        Sequences sequences,
        boolean isWritten,
        List<JournalProblem> problems) {
    /**
     * Sequences of a journal.
     *
     * @param first        results below it were deleted by retention; 0 if none were.
     * @param last         highest sequence that has a result, empty if there is none.
     * @param lowWatermark every sequence at or below it has, or had, a result; {@link
     *                     dev.braid.engine.BraidEngine#BEFORE_FIRST_SEQUENCE} if sequence 0 has none.
     * @param missing      number of sequences below {@code last} that have no result: they were in flight when an engine halted
     *                     or was killed, or they still are.
     */
    public record Sequences(long first, OptionalLong last, long lowWatermark, long missing) {}

    /**
     * Returns the number of frames, of all types.
     *
     * @return a number of frames.
     */
    public long frames() {
        return sum(segment -> segment.size().frames());
    }

    /**
     * Returns the number of results.
     *
     * @return a number of results.
     */
    public long results() {
        return sum(segment -> segment.contents().results());
    }

    /**
     * Returns the numbers of results of each outcome.
     *
     * @return numbers of results.
     */
    public OutcomeCounts outcomes() {
        return segments.stream()
                .map(segment -> segment.contents().outcomes())
                .reduce(OutcomeCounts.NONE, OutcomeCounts::plus);
    }

    /**
     * Length of all data files.
     *
     * @return a number of bytes.
     */
    public long fileBytes() {
        return sum(segment -> segment.size().fileBytes());
    }

    /**
     * Length of all frames.
     *
     * @return a number of bytes.
     */
    public long bytes() {
        return sum(segment -> segment.size().frameBytes());
    }

    private long sum(ToLongFunction<SegmentDescription> field) {
        return segments.stream().mapToLong(field).sum();
    }

    /**
     * Returns the handler groups of the engine that wrote the newest segment.
     *
     * @return the groups, in the order of their sub-streams; empty if none were recorded.
     */
    public List<JournalGroup> groups() {
        return segments.isEmpty()
                ? List.of()
                : segments.get(segments.size() - 1).writer().groups();
    }
}
