package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;

/**
 * The room ahead of a segment's last frame. On a full disk, a frame must not be written by half: so zeros are written ahead
 * of it, over which the frame is then written. It is no detour: the system makes room for a larger stretch at once, and
 * writing over what it keeps in memory is cheap.
 */
final class SegmentSpace {
    private static final int STEP = 64 * 1024;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(STEP);

    private final Disk.File file;
    private final ByteBuffer zeros = ZEROS.duplicate();
    private long allocated;

    /** @param begin up to which there is something in the file. */
    SegmentSpace(Disk.File file, long begin) {
        this.file = file;
        this.allocated = begin;
    }

    /** Offset up to which there is room in the file. */
    long allocated() {
        return allocated;
    }

    /** Makes sure that there is room up to here. */
    void allocate(long until) throws IOException {
        while (allocated < until) {
            long next = BitUtil.align(allocated + 1, STEP);
            zeros.clear().limit((int) (next - allocated));
            file.writeFully(zeros, allocated);
            allocated = next;
        }
    }
}
