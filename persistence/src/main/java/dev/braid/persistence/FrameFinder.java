package dev.braid.persistence;

import static dev.braid.persistence.FrameLayout.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/** Tells intact frames from other bytes in a file, by their magic, their length and their checksum alone. */
final class FrameFinder {
    static final long NOT_FOUND = -1;

    private static final int LINE_LENGTH = 64;

    private final FileWindow window;
    private final int journal;
    private final int segment;
    private final CRC32C crc = new CRC32C();
    private long lastTrace = NOT_FOUND;

    /**
     * A search for the frames of one segment.
     *
     * @param journal its id; {@link Manifest#NO_JOURNAL} for frames of any.
     * @param segment number.
     */
    FrameFinder(FileWindow window, int journal, int segment) {
        this.window = window;
        this.journal = journal;
        this.segment = segment;
    }

    /** Id of the journal to which the first intact frame in a file belongs, {@link Manifest#NO_JOURNAL} if there is none. */
    static int journalOf(FileWindow window) {
        FrameFinder any = new FrameFinder(window, Manifest.NO_JOURNAL, 0);
        long start = any.search(0, Long.MAX_VALUE);
        return start == NOT_FOUND
                ? Manifest.NO_JOURNAL
                : window.buffer().getInt(window.load(start, HEADER_LENGTH) + JOURNAL_OFFSET, LITTLE_ENDIAN);
    }

    /** Returns the length of the frame that starts at an offset, 0 if there is none or it is not intact. */
    int intactLength(long start) {
        int frame = window.load(start, HEADER_LENGTH);
        if (!hasMagic(window.buffer(), frame)) {
            return 0;
        }
        int length = window.buffer().getInt(frame + LENGTH_OFFSET, LITTLE_ENDIAN);
        if (!isLengthInBounds(length)) {
            return 0;
        }
        if (window.isPastEnd(start, length)) {
            return 0;
        }
        frame = window.load(start, length);
        int expected = window.buffer().getInt(frame + CRC_OFFSET, LITTLE_ENDIAN);
        return checksum(crc, window.bytes(), frame, length) == expected ? length : 0;
    }

    /** Returns the start of the first intact frame of this segment that starts at or after one offset, and before another. */
    long search(long from, long to) {
        long end = Math.min(to, window.fileSize() - MAGIC_OFFSET) + MAGIC_OFFSET;
        long offset = skipZeros(from + MAGIC_OFFSET, end);
        lastTrace = NOT_FOUND;
        while (offset < end) {
            long value = window.buffer().getLong(window.load(offset, Long.BYTES), LITTLE_ENDIAN);
            if (value == 0) {
                offset = skipZeros(offset + Long.BYTES, end);
                continue;
            }
            lastTrace = offset;
            if (((int) value & MAGIC_MASK) == MAGIC && isOurs(offset - MAGIC_OFFSET)) {
                return offset - MAGIC_OFFSET;
            }
            offset += Integer.BYTES;
        }
        return NOT_FOUND;
    }

    /** Passes zeros by that are in memory, a line of the processor's cache at a time: most of what is searched is zeros. */
    private long skipZeros(long offset, long end) {
        if (end - offset < LINE_LENGTH) {
            return offset;
        }
        int first = window.load(offset, LINE_LENGTH);
        int last = (int) Math.min(first + end - offset, window.loaded()) - LINE_LENGTH;
        UnsafeBuffer buffer = window.buffer();
        int index = first;
        while (index <= last && isZeroLine(buffer, index)) {
            index += LINE_LENGTH;
        }
        return offset + index - first;
    }

    private static boolean isZeroLine(UnsafeBuffer buffer, int index) {
        return (buffer.getLong(index)
                        | buffer.getLong(index + 8)
                        | buffer.getLong(index + 16)
                        | buffer.getLong(index + 24)
                        | buffer.getLong(index + 32)
                        | buffer.getLong(index + 40)
                        | buffer.getLong(index + 48)
                        | buffer.getLong(index + 56))
                == 0;
    }

    private boolean isOurs(long start) {
        int frame = window.load(start, HEADER_LENGTH);
        boolean isOurs = journal == Manifest.NO_JOURNAL
                || window.buffer().getInt(frame + JOURNAL_OFFSET, LITTLE_ENDIAN) == journal
                        && window.buffer().getInt(frame + SEGMENT_OFFSET, LITTLE_ENDIAN) == segment;
        return isOurs && intactLength(start) > 0;
    }

    /** Returns where the last search saw bytes that are not zero, {@link #NOT_FOUND} if it saw none. */
    long lastTrace() {
        return lastTrace;
    }
}
