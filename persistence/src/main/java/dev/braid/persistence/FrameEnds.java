package dev.braid.persistence;

import org.agrona.collections.LongArrayList;

/** Offsets at which some of a segment's frames end, about one in a megabyte: so it is small for any segment. */
final class FrameEnds {
    private static final long DISTANCE = 1 << 20;

    private final LongArrayList frames = new LongArrayList();
    private final LongArrayList ends = new LongArrayList();

    /** Notes the offset at which a number of frames ends. */
    void add(long count, long end) {
        if (ends.isEmpty() || end - ends.getLong(ends.size() - 1) >= DISTANCE) {
            frames.addLong(count);
            ends.addLong(end);
        }
    }

    /** Returns an offset up to which there are at most this many frames; 0 if none is known. */
    long upTo(long count) {
        int i = ends.size() - 1;
        while (i >= 0 && frames.getLong(i) > count) {
            i--;
        }
        return i < 0 ? 0 : ends.getLong(i);
    }
}
