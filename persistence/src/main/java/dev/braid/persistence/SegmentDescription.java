package dev.braid.persistence;

import java.util.List;

/**
 * What one segment of a journal holds.
 *
 * @param name          of its folder.
 * @param number        its place in the journal, from 0.
 * @param createdNs     when it was begun, in nanoseconds since 1970-01-01T00:00Z; 0 if it is empty.
 * @param closed        whether its writer closed it in an orderly way; {@code false} while it is being written, after a
 *                      crash, and after a result that could not be written.
 * @param frames        how many frames it has, of all types.
 * @param results       how many results it has.
 * @param lowestSequence  of its results, -1 if it has none.
 * @param highestSequence of its results, -1 if it has none.
 * @param bytes         length of its frames.
 * @param groups        the handler groups of the engine that wrote it, in the order of their sub-streams.
 */
public record SegmentDescription(
        String name,
        long number,
        long createdNs,
        boolean closed,
        long frames,
        long results,
        long lowestSequence,
        long highestSequence,
        long bytes,
        List<JournalGroup> groups) {}
