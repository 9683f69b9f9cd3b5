package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.BitUtil;
import org.agrona.CloseHelper;

/**
 * Appends frames to a new Chronicle Queue: the only class that knows how Chronicle writes.
 * <p>
 * Chronicle makes the file. Its clock stands still, so that it has one file and never rolls, and the roll cycle, whose file
 * names and indexes readers of Chronicle Queue need to know, is given instead of being left to Chronicle's default.
 * <p>
 * The frames are documents that this class writes itself: by positional writes, first the frame, then the word before it,
 * which makes it visible. Into a mapping, as Chronicle's own appender does, it would cost about three times as much, most of
 * it for page faults; and what goes wrong is an exception here, not a fault in the middle of the JVM. Chronicle's index is
 * not kept, and none of its readers needs it. A Chronicle tailer that follows a segment while it is being written might, in
 * theory, see a half-written word; Braid's own reader looks twice.
 * <p>
 * <b>Threads:</b> one at a time makes it, appends and closes. {@link #force()} is for one thread, any, meanwhile.
 */
final class SegmentWriter implements AutoCloseable {
    /** A file's last bytes are zeros, so that readers of Chronicle Queue, too, see that nothing follows. */
    private static final int PAGE_LENGTH = 4096;

    private static final int WORD_LENGTH = 4;

    /** Always left behind a frame, so that a segment can be ended where no more space can be had. */
    private static final int RESERVE = 4096;

    /** The least that Chronicle Queue maps, and so the length that a file has at first. */
    private static final int BLOCK_SIZE = 1024 * 1024;

    static {
        // The jar that phones home is not among our dependencies. Should another one bring it: say no, unless asked to.
        disable("chronicle.analytics.disable");
        disable("chronicle.announcer.disable");
        disable("chronicle.disk.monitor.disable");
    }

    private final Path folder;
    private final ByteBuffer word = ByteBuffer.allocateDirect(WORD_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private Disk.File file;
    private SegmentSpace space;
    /** A file of its own, opened before the first of its pages is written back: none of their failures escapes it. */
    private Disk.File sync;

    private final AtomicLong end = new AtomicLong();
    private int reserve = RESERVE;

    /**
     * Makes an empty queue, whose files and names survive a loss of power.
     *
     * @param folder that is made for it.
     */
    SegmentWriter(Path folder, Disk disk) {
        this.folder = folder;
        try {
            disk.createFolder(folder);
            makeQueue();
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

    private void makeQueue() {
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(folder)
                        .rollCycle(LargeRollCycles.LARGE_DAILY)
                        .timeProvider(() -> 0L)
                        .blockSize(BLOCK_SIZE)
                        .build();
                ExcerptAppender appender = queue.createAppender();
                DocumentContext document = appender.writingDocument()) {
            end.set(document.wire().bytes().writePosition() - WORD_LENGTH);
            document.rollbackOnClose();
        }
    }

    private void makeFiles(Disk disk) throws IOException {
        Path data = JournalFolder.onlyFile(folder, JournalFolder.DATA_FILES);
        file = disk.open(data);
        sync = disk.open(data);
        space = new SegmentSpace(file, fill(file, end.get()));
        space.allocate(end.get() + reserve);
        Path table = JournalFolder.onlyFile(folder, JournalFolder.METADATA_FILES);
        try (Disk.File metadata = disk.open(table)) {
            fill(metadata, metadata.size());
            Forcing.force(metadata, table);
        }
        Forcing.force(sync, data);
        Forcing.forceFolder(disk, folder);
        Forcing.forceFolder(disk, folder.toAbsolutePath().getParent());
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

    /** Where the last frame ends in the file. */
    long end() {
        return end.get();
    }

    /**
     * Appends a frame. Once this returns, readers see it, and it survives the end of the process.
     *
     * @throws SpaceException if there is no room for it: then nothing was written.
     */
    void append(ByteBuffer frame) {
        long start = BitUtil.align(end.get(), WORD_LENGTH);
        int length = frame.remaining();
        long next = start + WORD_LENGTH + length;
        if (next + reserve > space.allocated()) {
            allocate(next + reserve, length);
        }
        try {
            file.writeFully(frame, start + WORD_LENGTH);
            word.putInt(0, length).clear();
            file.writeFully(word, start);
        } catch (Throwable t) {
            throw new JournalException("cannot append a frame of " + length + " bytes to " + folder + ": " + t, t);
        }
        end.lazySet(next);
    }

    /** What is left behind each frame may be used up: the segment's end comes now, for which there is room in any case. */
    void useReserve() {
        reserve = 0;
    }

    private void allocate(long until, int length) {
        try {
            space.allocate(until);
        } catch (IOException e) {
            throw new SpaceException(
                    "there is no space for a frame of " + length + " bytes in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Makes sure that all frames appended so far survive a loss of power. */
    void force() throws IOException {
        sync.force();
    }

    /** Closes the segment for good, and gives back what was allocated too much. */
    void finish() throws IOException {
        file.truncate(BitUtil.align(end.get() + 2 * WORD_LENGTH, PAGE_LENGTH));
        sync.force();
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(file, sync);
    }
}
