package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;

/**
 * The room ahead of a segment's last frame. Chronicle Queue maps a file far beyond its content, as a hole: on a full disk,
 * writing there would fail in the middle of a frame. So zeros are written ahead of it.
 * <p>
 * In large pages, this is most of what it costs to append, and a helping thread takes it over: see {@link #advance}. Where
 * that one does not come in time, the thread that appends does it by itself.
 * <p>
 * <b>Threads:</b> one that appends, one that helps, and one that ends it; they write in turns.
 */
final class SegmentSpace {
    static final int LARGE_PAGE_LENGTH = 2 * 1024 * 1024;

    private static final int SMALL_STEP = 64 * 1024;
    private static final int MOST_STEPS_AHEAD = 4;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(LARGE_PAGE_LENGTH);

    private final Disk.File file;
    private final long begin;
    private final int step;
    private final ByteBuffer zeros = ZEROS.duplicate();
    private volatile long allocated;
    private boolean isEnded;

    /** @param begin up to which there is something in the file. */
    SegmentSpace(Disk.File file, long begin, boolean isInLargePages) {
        this.file = file;
        this.begin = begin;
        this.allocated = begin;
        this.step = isInLargePages ? LARGE_PAGE_LENGTH : SMALL_STEP;
    }

    /** Up to where there is room in the file. */
    long allocated() {
        return allocated;
    }

    /** Whether a helping thread had better come, for one that has appended up to here. */
    boolean isShort(long end) {
        return step == LARGE_PAGE_LENGTH && end + ahead(end) / 2 > allocated;
    }

    /** The more there is, the more may come. */
    private long ahead(long end) {
        return Math.min(end - begin, MOST_STEPS_AHEAD * (long) step);
    }

    /** Makes sure that there is room up to here. */
    synchronized void allocate(long until) throws IOException {
        while (allocated < until && !isEnded) {
            long next = BitUtil.align(allocated + 1, step); // Where a page begins in the file, it begins in memory.
            zeros.clear().limit((int) (next - allocated));
            file.writeFully(zeros, allocated);
            allocated = next;
        }
    }

    /** Makes room ahead of what may be appended soon, a page at a time, so that nobody waits for long. */
    void advance(long end) throws IOException {
        while (end + ahead(end) > allocated && !isEnded()) {
            allocate(allocated + 1);
        }
    }

    private synchronized boolean isEnded() {
        return isEnded;
    }

    /** Gives back what is behind the end. */
    synchronized void end(long length) throws IOException {
        isEnded = true;
        file.truncate(length);
    }

    /** No more room will be needed. */
    synchronized void end() {
        isEnded = true;
    }
}
