package dev.braid.persistence;

/**
 * A handler group as recorded in a journal.
 *
 * @param name           of the group.
 * @param weight         of the group.
 * @param firstSubStream the lowest id of its sub-streams.
 * @param subStreams     how many sub-streams it has; their ids are consecutive.
 */
public record JournalGroup(String name, int weight, int firstSubStream, int subStreams) {
    /**
     * Whether a sub-stream is one of this group's.
     *
     * @param subStream id of the sub-stream.
     * @return {@code true} if it is.
     */
    public boolean contains(int subStream) {
        return subStream >= firstSubStream && subStream - firstSubStream < subStreams;
    }
}
