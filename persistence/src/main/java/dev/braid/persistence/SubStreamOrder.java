package dev.braid.persistence;

import java.util.List;
import org.agrona.collections.Long2LongHashMap;

/**
 * Remembers the last sequence of each sub-stream, for those who read a whole journal and check that results of a sub-stream are in
 * sequence order. Sub-streams have ids, which belong to others once groups were added or moved: then it begins anew.
 */
final class SubStreamOrder {
    private static final long NONE = -1;

    private final Long2LongHashMap lastOfSubStream = new Long2LongHashMap(NONE);
    private List<JournalGroup> groups = List.of();
    private boolean isBegun;

    /**
     * Notes the next result.
     *
     * @param found groups of the segment that is read.
     * @return {@code -1} if it comes in order, otherwise the later one of the sub-stream that came before.
     */
    long add(List<JournalGroup> found, int subStream, long sequence) {
        if (found != groups) {
            if (isBegun && !isSame(found)) {
                lastOfSubStream.clear();
            }
            groups = found;
            isBegun = true;
        }
        long last = lastOfSubStream.get(subStream);
        if (sequence <= last) {
            return last;
        }
        lastOfSubStream.put(subStream, sequence);
        return NONE;
    }

    /** Weights do not matter. */
    private boolean isSame(List<JournalGroup> found) {
        if (found.size() != groups.size()) {
            return false;
        }
        for (int i = 0; i < found.size(); i++) {
            JournalGroup now = found.get(i);
            JournalGroup then = groups.get(i);
            if (!now.name().equals(then.name()) || now.subStreams() != then.subStreams()) {
                return false;
            }
        }
        return true;
    }
}
