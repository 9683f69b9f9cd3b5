package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.posix.MAdviseFlag;
import net.openhft.posix.PosixAPI;
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
 * Most of what it costs to append are page faults. Where Linux has large pages for files, which for ext4 it has since 6.16,
 * memory is mapped by 2 MiB, with one fault instead of 512. But not where data is forced all the time: of a large page all is
 * written each time, and what is far ahead reaches the disk twice.
 * <p>
 * <b>Threads:</b> one at a time makes it, appends and closes; {@link #handOver()} comes before another one's turn.
 * {@link #force()} is for one thread, any, meanwhile, and {@link #makeRoom()} for another one.
 */
final class SegmentWriter implements AutoCloseable {
    /** A file's last bytes are zeros, so that readers of Chronicle Queue, too, see that nothing follows. */
    private static final int PAGE_LENGTH = 4096;

    private static final int WORD_LENGTH = 4;
    private static final int LEAST_LARGE_PAGES = 8;

    /** Always left behind a frame, so that a segment can be ended where no more space can be had. */
    private static final int RESERVE = 4096;

    /** Of this, Chronicle Queue maps a quarter more than it needs: so much is always there in one piece. */
    private static final int LEAST_BLOCK_SIZE = 16 * 1024 * 1024;

    private static final int FRAMES_PER_BLOCK = 8;
    private static final boolean IS_LINUX =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");

    static {
        // The jar that phones home is not among our dependencies. Should another one bring it: say no, unless asked to.
        disable("chronicle.analytics.disable");
        disable("chronicle.announcer.disable");
        disable("chronicle.disk.monitor.disable");
    }

    private final Path folder;
    private final boolean isInLargePages;
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
    private final SingleChronicleQueue queue;
    private ExcerptAppender appender;
    private BytesStore<?, ?> mapping;
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
    SegmentWriter(Path folder, LogSettings settings) {
        this(
                folder,
                settings.maxFrameLength(),
                settings.durability() == Durability.PROCESS
                        && settings.segmentSize() >= (long) LEAST_LARGE_PAGES * SegmentSpace.LARGE_PAGE_LENGTH,
                settings.disk());
    }

    /**
     * The same.
     *
     * @param maxFrameLength that will be appended.
     * @param isInLargePages whether much is going to be written, and seldom forced.
     */
    SegmentWriter(Path folder, int maxFrameLength, boolean isInLargePages, Disk disk) {
        this.folder = folder;
        this.isInLargePages = isInLargePages;
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
            end.set(document.wire().bytes().writePosition() - WORD_LENGTH);
            document.rollbackOnClose();
        }
        Path data = JournalFolder.onlyFile(folder, JournalFolder.DATA_FILES);
        file = disk.open(data);
        sync = disk.open(data);
        space = new SegmentSpace(file, fill(file, end.get()), isInLargePages);
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

    /** From now on it is another thread's turn. */
    void handOver() {
        appender.singleThreadedCheckReset();
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
    void append(DirectBuffer frame, int length) {
        long next = BitUtil.align(end.get(), WORD_LENGTH) + WORD_LENGTH + length;
        if (next + reserve > space.allocated()) {
            allocate(next + reserve, length);
        }
        boolean complete = false;
        try (DocumentContext document = appender.writingDocument()) {
            try {
                Bytes<?> bytes = document.wire().bytes();
                if (isInLargePages && bytes.bytesStore() != mapping) {
                    mapped(bytes.bytesStore());
                }
                target.wrap(bytes.addressForWrite(bytes.writePosition()), length);
                target.putBytes(0, frame, 0, length);
                bytes.writeSkip(length);
                end.lazySet(bytes.writePosition());
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

    private void allocate(long until, int length) {
        try {
            space.allocate(until);
        } catch (IOException e) {
            throw new SpaceException(
                    "there is no space for a frame of " + length + " bytes in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Whether the thread that appends will soon have to make room, unless another one does. */
    boolean isSpaceShort() {
        return space.isShort(end.get());
    }

    /** Makes room for it. */
    void makeRoom() throws IOException {
        space.advance(end.get());
    }

    /** Chronicle Queue went on to another part of the file. */
    private void mapped(BytesStore<?, ?> store) {
        mapping = store;
        if (IS_LINUX) {
            // If it is refused, appending is slower, and that is all.
            PosixAPI.posix().madvise(store.addressForWrite(store.start()), store.capacity(), MAdviseFlag.MADV_HUGEPAGE);
        }
    }

    /** Makes sure that all frames appended so far survive a loss of power. */
    void force() throws IOException {
        sync.force();
    }

    /** Closes the segment for good, and gives back what was allocated too much. */
    void finish() throws IOException {
        queue.close();
        space.end(BitUtil.align(end.get() + 2 * WORD_LENGTH, PAGE_LENGTH));
        sync.force();
    }

    @Override
    public void close() {
        if (space != null) {
            space.end();
        }
        CloseHelper.quietCloseAll(queue, file, sync);
    }
}
