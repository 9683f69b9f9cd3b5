package dev.braid.persistence;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How far the writer of a journal has acknowledged, in a file of its own: so that the next start misses what was
 * acknowledged and is not there, and readers in other processes know what is safe.
 * <p>
 * It is written through a mapping: it survives the end of the process, but is forced only once, when it is begun. After a
 * loss of power it may be older than it was, which does no harm. At {@link Durability#PROCESS} it may then also be ahead of what is there; the
 * machine's boot id tells that this is what happened.
 * <pre>
 *   0  int   Magic: 'B', 'R', 'K', and the version
 *   4  int   Journal id
 *   8  int   Durability level: 0 process, 1 disk
 *  12  int   0
 *  16  16    Boot id of the machine, zeros if it has none
 *  32  long  Position: segment number * 2^32 + acknowledged frames of it
 *  40  long  The same with all bits inverted
 *  48  16    A second such pair; they are written in turns, and the greater of those that are intact counts
 *  64  …     Zeros, up to 4,096
 * </pre>
 * <b>Threads:</b> one at a time acknowledges.
 */
final class JournalMark implements AutoCloseable {
    static final String FILE_NAME = "journal.mark";

    private static final int VERSION = 1;
    private static final int MAGIC = 'B' | 'R' << 8 | 'K' << 16 | VERSION << 24;
    private static final int LENGTH = 4096;
    private static final int JOURNAL_OFFSET = 4;
    private static final int DURABILITY_OFFSET = 8;
    private static final int BOOT_ID_OFFSET = 16;
    private static final int SLOTS_OFFSET = 32;
    private static final int SLOT_LENGTH = 16;
    private static final int USED_LENGTH = SLOTS_OFFSET + 2 * SLOT_LENGTH;

    private final Disk disk;
    private final Path path;
    private final MappedByteBuffer mapping;
    private final UnsafeBuffer buffer;
    private int slot;

    /** Begins to mark the progress of a writer. */
    JournalMark(Path dir, int journal, Durability durability, Disk disk) {
        this.disk = disk;
        this.path = dir.resolve(FILE_NAME);
        boolean interrupted = Thread.interrupted(); // It would close the channel.
        try {
            try (Disk.File file = disk.open(path)) {
                if (file.size() != LENGTH) {
                    file.truncate(0);
                    file.writeFully(ByteBuffer.allocate(LENGTH), 0);
                }
            }
            try (FileChannel channel = JournalFiles.openToWrite(path).channel()) {
                mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
            }
        } catch (IOException e) {
            throw new JournalException("cannot write " + path + ": " + e, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        buffer = new UnsafeBuffer(mapping);
        buffer.putInt(0, MAGIC, LITTLE_ENDIAN);
        buffer.putInt(JOURNAL_OFFSET, journal, LITTLE_ENDIAN);
        buffer.putInt(DURABILITY_OFFSET, durability.code(), LITTLE_ENDIAN);
        BootId.CURRENT.write(buffer, BOOT_ID_OFFSET);
    }

    /** Makes sure that what was marked so far survives a loss of power: without any mark, a torn end is refused. */
    void force() throws IOException {
        try (Disk.File file = disk.open(path)) {
            file.force();
        }
    }

    /** All up to a {@linkplain FramePlace#position() position} is acknowledged. */
    void acknowledge(long position) {
        int offset = SLOTS_OFFSET + slot * SLOT_LENGTH;
        buffer.putLongOrdered(offset, position);
        buffer.putLongOrdered(offset + Long.BYTES, ~position);
        slot ^= 1;
    }

    @Override
    public void close() {
        buffer.wrap(0, 0);
        BufferUtil.free(mapping);
    }

    /**
     * A mark as it was found.
     *
     * @param journal    id of the journal.
     * @param segment    that was written last.
     * @param frames     of it that are acknowledged.
     * @param durability of its writer.
     * @param isRebooted whether the machine was started anew since.
     */
    record Found(int journal, long segment, long frames, Durability durability, boolean isRebooted) {
        /** How many frames of a segment are acknowledged; all of those that have another after them. */
        long framesOf(long number) {
            return number < segment ? Long.MAX_VALUE : number == segment ? frames : 0;
        }

        /** Whether what was acknowledged need not be there: the level does not protect against what happened. */
        boolean isPowerLoss() {
            return isRebooted && durability == Durability.PROCESS;
        }

        String describe() {
            return "up to frame " + (frames - 1) + " of segment " + segment + " was acknowledged";
        }

        boolean covers(long number, long ordinal) {
            return ordinal < framesOf(number);
        }
    }

    /** Reads the mark in a journal's folder; {@code null} if there is none, or it is damaged. */
    static Found read(Path dir) {
        boolean interrupted = Thread.interrupted(); // It would close the channel.
        try (FileChannel channel =
                JournalFiles.openToRead(dir.resolve(FILE_NAME)).channel()) {
            ByteBuffer bytes = ByteBuffer.allocate(USED_LENGTH).order(LITTLE_ENDIAN);
            if (channel.read(bytes, 0) < USED_LENGTH) {
                return null;
            }
            Durability durability = Durability.ofCode(bytes.getInt(DURABILITY_OFFSET));
            long position = Math.max(position(bytes, 0), position(bytes, 1));
            if (bytes.getInt(0) != MAGIC || durability == null || position < 0) {
                return null;
            }
            BootId bootId = BootId.read(new UnsafeBuffer(bytes), BOOT_ID_OFFSET);
            return new Found(
                    bytes.getInt(JOURNAL_OFFSET),
                    position >>> Integer.SIZE,
                    position & 0xFFFF_FFFFL,
                    durability,
                    bootId.isOfAnEarlierStart());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new JournalException("cannot read " + dir.resolve(FILE_NAME) + ": " + e, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long position(ByteBuffer bytes, int slot) {
        long position = bytes.getLong(SLOTS_OFFSET + slot * SLOT_LENGTH);
        return bytes.getLong(SLOTS_OFFSET + slot * SLOT_LENGTH + Long.BYTES) == ~position ? position : -1;
    }
}
