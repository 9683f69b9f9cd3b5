package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A stretch of a file in memory, moved along as it is read. Bytes past the end of the file read as zeros, as they do once
 * the file has grown over them.
 * <p>
 * Positional reads, not a mapping: a bad disk or a shortened file gives an exception with a name on it instead of a
 * fault in the middle of the JVM, and memory stays small however long the file is. Into a window that stays in the
 * processor's cache, a copy also costs less than the page faults of a mapping.
 */
final class FileWindow implements AutoCloseable {
    private static final int CHUNK_LENGTH = 256 * 1024;

    private final Path file;
    private final ChannelFile channel;
    private final ByteBuffer wordBytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private long start;
    private int length;

    private FileWindow(Path file, ChannelFile channel) {
        this.file = file;
        this.channel = channel;
        buffer.wrap(bytes);
    }

    /** Opens a file; {@code null} if it does not exist or was just deleted. */
    static FileWindow open(Path file) {
        try {
            return new FileWindow(file, ChannelFile.toRead(file));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    long fileSize() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Makes sure that a part of the file is in memory, and returns its index in {@link #buffer()}. */
    int load(long position, int count) {
        if (position < start || position + count > start + length) {
            read(position, Math.max(count, CHUNK_LENGTH));
        }
        return (int) (position - start);
    }

    /** Returns how much of {@link #buffer()} was loaded. */
    int loaded() {
        return length;
    }

    /** Loads from the file, even if the part is in memory. */
    int reload(long position, int count) {
        length = 0;
        return load(position, count);
    }

    /** Tells whether a part that is not in memory goes beyond the end of the file. */
    boolean isPastEnd(long position, int count) {
        return (position < start || position + count > start + length) && count > fileSize() - position;
    }

    /** Reads four bytes as they are in the file now. */
    int freshWord(long position) {
        wordBytes.clear();
        fill(wordBytes, position);
        return wordBytes.getInt(0);
    }

    /**
     * Copies a part of the file, past what is loaded.
     *
     * @throws JournalException if the file ends before.
     */
    void readFully(long position, byte[] target, int count) {
        ByteBuffer wanted = ByteBuffer.wrap(target, 0, count);
        try {
            while (wanted.hasRemaining()) {
                if (channel.read(wanted, position + wanted.position()) < 0) {
                    throw new JournalException("cannot read " + file + ": it ends before " + (position + count));
                }
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Returns what was loaded. */
    UnsafeBuffer buffer() {
        return buffer;
    }

    /** Returns the bytes of {@link #buffer()}, at equal indexes; limit and position have no meaning. */
    ByteBuffer bytes() {
        return bytes;
    }

    private void read(long position, int count) {
        length = 0;
        if (count > bytes.capacity()) {
            free();
            bytes = ByteBuffer.allocateDirect(count);
            buffer.wrap(bytes);
        }
        bytes.limit(count).position(0);
        fill(bytes, position);
        start = position;
        length = count;
    }

    /** Fills a buffer up to its limit, with zeros from the end of the file on. */
    private void fill(ByteBuffer target, long position) {
        int base = target.position();
        try {
            while (target.hasRemaining()) {
                if (channel.read(target, position + target.position() - base) < 0) {
                    break;
                }
            }
        } catch (IOException e) {
            throw failed(e);
        }
        if (target.hasRemaining()) { // All at once: a file is mostly shorter than a window.
            int end = target.position();
            UnsafeBuffer rest = target == bytes ? buffer : new UnsafeBuffer(target);
            rest.setMemory(end, target.limit() - end, (byte) 0);
            target.position(target.limit());
        }
    }

    private JournalException failed(IOException e) {
        return failed(file, e);
    }

    private static JournalException failed(Path file, IOException e) {
        return new JournalException("cannot read " + file + ": " + e, e);
    }

    private void free() {
        ByteBuffer freed = bytes;
        bytes = ByteBuffer.allocate(0);
        buffer.wrap(bytes);
        BufferUtil.free(freed);
    }

    /** Gives the memory back at once: nobody must look into {@link #buffer()} any more. */
    @Override
    public void close() {
        length = 0;
        free();
        try {
            channel.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
