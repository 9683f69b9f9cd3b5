package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;

/**
 * Appends frames to a new Chronicle Queue, which {@link EmptyQueue} makes.
 * <p>
 * Frames are the queue's documents, written by positional writes: first the frame, then the word before it, which makes it
 * visible. Into a mapping, as Chronicle's own appender does, it would cost about three times as much, most of it for page
 * faults; and what goes wrong is an exception here, not a fault in the middle of the JVM. Chronicle's index is not kept, and
 * none of its readers needs it. A Chronicle tailer that follows a segment while it is being written might, in
 * theory, see a half-written word; Braid's own reader looks twice.
 * <p>
 * <b>Threads:</b> one at a time makes it, appends and closes. {@link #force()} is for one thread, any, meanwhile.
 */
final class SegmentWriter implements AutoCloseable {
    /** Length of the zeros at the end of a file, by which readers of Chronicle Queue, too, see that nothing follows. */
    private static final int PAGE_LENGTH = 4096;

    private static final int WORD_LENGTH = 4;

    /** Always left behind a frame, so that a segment can be ended where no more space can be had. */
    private static final int RESERVE = 4096;

    private final Path folder;
    private final ByteBuffer word = ByteBuffer.allocateDirect(WORD_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private Disk.File file;
    private SegmentSpace space;
    /** File for forces, opened before the first page is written back: so none of their failures escapes it. */
    private Disk.File sync;

    private final AtomicLong end = new AtomicLong(EmptyQueue.END);
    private int reserve = RESERVE;

    /**
     * Makes an empty queue, whose files and names survive a loss of power. It is made beside its place and moved there when
     * it is whole: so that a segment is there as it should be, or not at all. It is opened by its name then: before a frame is
     * appended, it has to be made sure that it is still the journal's.
     *
     * @param folder that is made for it, and not there yet.
     * @param look   throws if the folder above is not the writer's any more.
     */
    SegmentWriter(Path folder, Disk disk, Runnable look) {
        this.folder = folder;
        try {
            Path building = JournalFolder.toMake(folder);
            disk.createFolder(building);
            long allocated = makeFiles(building, disk);
            look.run();
            disk.replace(folder, building);
            Fsync.forceFolder(disk, folder.toAbsolutePath().getParent());
            Path data = folder.resolve(EmptyQueue.DATA_FILE);
            file = disk.open(data);
            sync = disk.open(data);
            space = new SegmentSpace(file, allocated);
        } catch (JournalLockedException e) {
            close();
            throw e;
        } catch (Throwable t) {
            close();
            throw new StorageSpaceException("cannot begin segment " + folder + ": " + t, t);
        }
    }

    /** Returns up to where there is room in the data file. */
    private static long makeFiles(Path building, Disk disk) throws IOException {
        EmptyQueue.writeMetadata(disk, building);
        Path data = building.resolve(EmptyQueue.DATA_FILE);
        long allocated;
        try (Disk.File made = disk.open(data)) {
            SegmentSpace room = EmptyQueue.begin(made);
            room.allocate(EmptyQueue.END + RESERVE);
            allocated = room.allocated();
            Fsync.force(made, data);
        }
        Fsync.forceFolder(disk, building);
        return allocated;
    }

    /** Returns the offset at which the last frame ends. */
    long end() {
        return end.get();
    }

    /**
     * Appends a frame. Once this returns, readers see it, and it survives the end of the process.
     *
     * @throws StorageSpaceException if there is no room for it: then nothing was written.
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

    /** Releases the space reserved behind each frame: the segment's end comes now, for which there is always room. */
    void useReserve() {
        reserve = 0;
    }

    private void allocate(long until, int length) {
        try {
            space.allocate(until);
        } catch (IOException e) {
            throw new StorageSpaceException(
                    "there is no space for a frame of " + length + " bytes in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Makes sure that all frames appended so far survive a loss of power. */
    void force() throws IOException {
        sync.force();
    }

    /** Finishes the file: frees the space that was allocated in excess. */
    void finish() throws IOException {
        file.truncate(BitUtil.align(end.get() + 2 * WORD_LENGTH, PAGE_LENGTH));
        sync.force();
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(file, sync);
        BufferUtil.free(word);
    }
}
