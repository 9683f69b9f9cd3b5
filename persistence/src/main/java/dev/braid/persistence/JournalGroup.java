package dev.braid.persistence;

import dev.braid.engine.HandlerGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * A handler group as recorded in a journal.
 *
 * @param name           name of the group.
 * @param weight         weight of the group.
 * @param firstSubStream the lowest id of its sub-streams.
 * @param subStreams     number of sub-streams it has; their ids are consecutive.
 */
public record JournalGroup(String name, int weight, int firstSubStream, int subStreams) {
    /**
     * Tells whether a sub-stream is one of this group's.
     *
     * @param subStream id of the sub-stream.
     * @return {@code true} if it is.
     */
    public boolean contains(int subStream) {
        return subStream >= firstSubStream && subStream - firstSubStream < subStreams;
    }

    /** Returns the groups of an engine as they are recorded, in their order. */
    static List<JournalGroup> layout(List<? extends HandlerGroup<?>> groups) {
        List<JournalGroup> layout = new ArrayList<>();
        int firstSubStream = 0;
        for (HandlerGroup<?> group : groups) {
            layout.add(new JournalGroup(group.name(), group.weight(), firstSubStream, group.subStreams()));
            firstSubStream += group.subStreams();
        }
        return List.copyOf(layout);
    }

    /** Returns the name of the group that has a sub-stream, {@code null} if none has. */
    static String nameOf(int subStream, List<JournalGroup> groups) {
        for (int i = 0; i < groups.size(); i++) { // No iterator, for it is asked per result.
            if (groups.get(i).contains(subStream)) {
                return groups.get(i).name;
            }
        }
        return null;
    }
}
