package dev.braid.persistence;

import static dev.braid.persistence.FrameLayout.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.braid.persistence.JournalFolder.Segment;

/**
 * Finds by bisection where in a segment to begin to read. What it bisects is the file itself: from any place in it the next
 * frame can be found, and each frame says what came before it. So there is no index that could be damaged, and none is
 * needed for a segment that is being written.
 */
final class FrameSeeker {
    /** Distance at which it costs no more to read what lies between. */
    private static final long NEAR = 128 * 1024;

    /** Frames follow each other at no greater distance; or there are no more. */
    private static final long MAX_DISTANCE = 2L * MAX_FRAME_LENGTH;

    private static final int WORD_LENGTH = 4;

    private FrameSeeker() {}

    /** Place of a frame. */
    record Place(long offset, int ordinal) {}

    /** Returns the last frame up to which all sequences are below this one, or a frame shortly before it; {@code null} for none. */
    static Place beforeSequence(Segment segment, int journal, SealedSegment sealed, long sequence) {
        return find(segment, journal, sealed, HIGHEST_SEQUENCE_OFFSET, sequence);
    }

    /** Returns the last frame up to which all are of earlier times, or a frame shortly before it; {@code null} for none. */
    static Place beforeTime(Segment segment, int journal, SealedSegment sealed, long timeNs) {
        return find(segment, journal, sealed, LATEST_TIME_OFFSET, timeNs);
    }

    /** Returns the frame that ends at an offset, or one shortly before it; {@code null} for none. */
    static Place beforeEnd(Segment segment, int journal, long end) {
        if (segment.dataFiles().size() > 1) {
            return null; // Which of them is read, is for the reader to tell.
        }
        try (FileWindow window = segment.open()) {
            if (window == null) {
                return null;
            }
            FrameFinder finder = new FrameFinder(window, journal, (int) segment.number());
            long until = Math.min(end, window.fileSize());
            for (long back = NEAR; until > 0; back *= 4) {
                long from = Math.max(0, until - back) & -WORD_LENGTH;
                long at = finder.search(from, until);
                if (at != FrameFinder.NOT_FOUND && at < until) {
                    int frame = window.load(at, HEADER_LENGTH);
                    return new Place(at, window.buffer().getInt(frame + ORDINAL_OFFSET, LITTLE_ENDIAN));
                }
                if (from == 0) {
                    break;
                }
            }
            return null;
        }
    }

    private static Place find(Segment segment, int journal, SealedSegment sealed, int field, long value) {
        if (segment.dataFiles().size() > 1) {
            return null; // Which of them is read, is for the reader to tell.
        }
        try (FileWindow window = segment.open()) {
            if (window == null) {
                return null;
            }
            FrameFinder finder = new FrameFinder(window, journal, (int) segment.number());
            Place best = null;
            long low = 0;
            long high = sealed == null ? window.fileSize() : sealed.size().fileLength();
            while (high - low > NEAR) {
                long middle = (low + high) >>> 1 & -WORD_LENGTH;
                long at = finder.search(middle, Math.min(high, middle + MAX_DISTANCE));
                if (at == FrameFinder.NOT_FOUND) {
                    high = middle;
                    continue;
                }
                int frame = window.load(at, HEADER_LENGTH);
                if (window.buffer().getLong(frame + field, LITTLE_ENDIAN) < value) {
                    best = new Place(at, window.buffer().getInt(frame + ORDINAL_OFFSET, LITTLE_ENDIAN));
                    low = at + MIN_HEADER_LENGTH;
                } else {
                    high = middle;
                }
            }
            return best;
        }
    }
}
