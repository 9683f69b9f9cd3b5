package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.BitUtil;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends frames to a new Chronicle Queue: the only class that knows how Chronicle writes.
 * <p>
 * The queue's clock stands still, so that it has one file and never rolls, and the roll cycle, whose file names and
 * indexes readers of Chronicle Queue need to know, is given instead of being left to Chronicle's default.
 * <p>
 * Chronicle maps the file far beyond its content, as a hole: on a full disk, writing there would fail in the middle of a
 * frame. So zeros are written ahead of it, a little at a time: too much of it would reach the disk twice, and pages in larger
 * pieces are slow to force. It costs no more than the page faults that it saves.
 * <p>
 * <b>Threads:</b> one at a time makes it, appends and closes; {@link #handOver()} comes before another one's turn.
 * {@link #force()} is for one thread, any, meanwhile.
 */
final class SegmentWriter implements AutoCloseable {
    /** A file's last bytes are zeros, so that readers of Chronicle Queue, too, see that nothing follows. */
    private static final int PAGE_LENGTH = 4096;

    private static final int WORD_LENGTH = 4;
    private static final int ALLOCATED_AHEAD = 64 * 1024;

    /** Always left behind a frame, so that a segment can be ended where no more space can be had. */
    private static final int RESERVE = 4096;

    /** Of this, Chronicle Queue maps a quarter more than it needs: so much is always there in one piece. */
    private static final int LEAST_BLOCK_SIZE = 16 * 1024 * 1024;

    private static final int FRAMES_PER_BLOCK = 8;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ALLOCATED_AHEAD);

    static {
        // The jar that phones home is not among our dependencies. Should another one bring it: say no, unless asked to.
        disable("chronicle.analytics.disable");
        disable("chronicle.announcer.disable");
        disable("chronicle.disk.monitor.disable");
    }

    private final Path folder;
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
    private final ByteBuffer zeros = ZEROS.duplicate();
    private final SingleChronicleQueue queue;
    private ExcerptAppender appender;
    private Disk.File space;
    /** A file of its own, opened before the first of its pages is written back: none of their failures escapes it. */
    private Disk.File sync;

    private long end;
    private long allocated;
    private int reserve = RESERVE;

    /**
     * Makes an empty queue, whose files and names survive a loss of power.
     *
     * @param folder         that is made for it.
     * @param maxFrameLength that will be appended.
     */
    SegmentWriter(Path folder, int maxFrameLength, Disk disk) {
        this.folder = folder;
        try {
            disk.createFolder(folder);
            this.queue = SingleChronicleQueueBuilder.binary(folder)
                    .rollCycle(LargeRollCycles.LARGE_DAILY)
                    .timeProvider(() -> 0L)
                    .blockSize(Math.max(
                            LEAST_BLOCK_SIZE, BitUtil.findNextPositivePowerOfTwo(FRAMES_PER_BLOCK * maxFrameLength)))
                    .build();
        } catch (IOException e) {
            throw new SpaceException("cannot begin segment " + folder + ": " + e, e);
        }
        try {
            makeFiles(disk);
        } catch (Throwable t) {
            close();
            throw new SpaceException("cannot begin segment " + folder + ": " + t, t);
        }
    }

    private static void disable(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }

    private void makeFiles(Disk disk) throws IOException {
        appender = queue.createAppender();
        try (DocumentContext document = appender.writingDocument()) {
            end = document.wire().bytes().writePosition() - WORD_LENGTH;
            document.rollbackOnClose();
        }
        Path data = JournalFolder.onlyFile(folder, JournalFolder.DATA_FILES);
        space = disk.open(data);
        sync = disk.open(data);
        allocated = fill(space, end);
        allocate(end + reserve);
        try (Disk.File metadata = disk.open(JournalFolder.onlyFile(folder, JournalFolder.METADATA_FILES))) {
            fill(metadata, metadata.size());
            metadata.force();
        }
        sync.force();
        disk.forceFolder(folder);
        disk.forceFolder(folder.toAbsolutePath().getParent());
    }

    /** Writes over the head of a file what is there already, which fills its holes. Returns where it ended. */
    private static long fill(Disk.File file, long length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) BitUtil.align(length, PAGE_LENGTH));
        while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {
            // Go on.
        }
        bytes.flip();
        file.writeFully(bytes, 0);
        return bytes.limit();
    }

    /** From now on it is another thread's turn. */
    void handOver() {
        appender.singleThreadedCheckReset();
    }

    /** Where the last frame ends in the file. */
    long end() {
        return end;
    }

    /**
     * Appends a frame. Once this returns, readers see it, and it survives the end of the process.
     *
     * @throws SpaceException if there is no room for it: then nothing was written.
     */
    void append(DirectBuffer frame, int length) {
        long next = BitUtil.align(end, WORD_LENGTH) + WORD_LENGTH + length;
        if (next + reserve > allocated) {
            tryAllocate(next + reserve, length);
        }
        boolean complete = false;
        try (DocumentContext document = appender.writingDocument()) {
            try {
                Bytes<?> bytes = document.wire().bytes();
                target.wrap(bytes.addressForWrite(bytes.writePosition()), length);
                target.putBytes(0, frame, 0, length);
                bytes.writeSkip(length);
                end = bytes.writePosition();
                complete = true;
            } finally {
                target.wrap(0, 0);
                if (!complete) {
                    document.rollbackOnClose();
                }
            }
        } catch (Throwable t) {
            throw new JournalException("cannot append a frame of " + length + " bytes to " + folder + ": " + t, t);
        }
    }

    /** What is left behind each frame may be used up: the segment's end comes now, for which there is room in any case. */
    void useReserve() {
        reserve = 0;
    }

    private void tryAllocate(long until, int length) {
        try {
            allocate(until);
        } catch (IOException e) {
            throw new SpaceException(
                    "there is no space for a frame of " + length + " bytes in " + folder + ": " + e.getMessage(), e);
        }
    }

    private void allocate(long until) throws IOException {
        while (allocated < until) {
            zeros.clear();
            space.writeFully(zeros, allocated);
            allocated += ALLOCATED_AHEAD;
        }
    }

    /** Makes sure that all frames appended so far survive a loss of power. */
    void force() throws IOException {
        sync.force();
    }

    /** Closes the segment for good, and gives back what was allocated too much. */
    void finish() throws IOException {
        queue.close();
        space.truncate(BitUtil.align(end + 2 * WORD_LENGTH, PAGE_LENGTH));
        sync.force();
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(queue, space, sync);
    }
}
