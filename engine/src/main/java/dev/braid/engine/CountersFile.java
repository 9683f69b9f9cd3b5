package dev.braid.engine;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * The memory of an engine's counters: its own, or a file that other processes can map. All numbers are little-endian.
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                    'B', 'R', 'D', 'C' (magic)                 |   0
 *  +---------------------------------------------------------------+
 *  |                            Version                            |   4
 *  +---------------------------------------------------------------+
 *  |                       Number of counters                      |   8
 *  +---------------------------------------------------------------+
 *  |                            Unused                             |  12
 *  +---------------------------------------------------------------+
 *  |                                                               |  16
 *  |                   Id of the engine's process                  |
 *  +---------------------------------------------------------------+
 *  |                       zeros up to byte 128                   ...
 *  +---------------------------------------------------------------+
 *  |            Metadata of Agrona's CountersManager              ...  128
 *  +---------------------------------------------------------------+
 *  |            Values of Agrona's CountersManager                ...
 *  +---------------------------------------------------------------+
 * </pre>
 * The file appears under its name when it is complete, and replaces the one of an engine before. It is never unmapped as
 * long as anything refers to it.
 */
final class CountersFile {
    private static final int MAGIC = 'B' | 'R' << 8 | 'D' << 16 | 'C' << 24;
    private static final int VERSION = 1;
    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 4;
    private static final int COUNT_OFFSET = 8;
    private static final int PROCESS_OFFSET = 16;
    private static final int HEADER_LENGTH = 128;
    private static final int ALIGNMENT = 128;

    final UnsafeBuffer metadata;
    final UnsafeBuffer values;
    final long processId;

    private CountersFile(ByteBuffer memory, int count, long processId) {
        int metadataLength = count * CountersReader.METADATA_LENGTH;
        this.metadata = new UnsafeBuffer(memory, HEADER_LENGTH, metadataLength);
        this.values = new UnsafeBuffer(memory, HEADER_LENGTH + metadataLength, count * CountersReader.COUNTER_LENGTH);
        this.processId = processId;
    }

    private static long length(int count) {
        return HEADER_LENGTH + (long) count * (CountersReader.METADATA_LENGTH + CountersReader.COUNTER_LENGTH);
    }

    /** Memory for so many counters. */
    static CountersFile inMemory(int count) {
        ByteBuffer memory = BufferUtil.allocateDirectAligned(Math.toIntExact(length(count)), ALIGNMENT);
        return new CountersFile(memory, count, ProcessHandle.current().pid());
    }

    /**
     * A new file for so many counters, which has yet to {@link #appear}.
     *
     * @throws UncheckedIOException if it cannot be made.
     */
    static CountersFile create(Path file, int count) {
        Path growing = growing(file);
        try (FileChannel channel = createNew(growing)) {
            fill(channel, length(count));
            MappedByteBuffer memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, length(count));
            long processId = ProcessHandle.current().pid();
            UnsafeBuffer header = new UnsafeBuffer(memory, 0, HEADER_LENGTH);
            header.putInt(MAGIC_OFFSET, MAGIC, LITTLE_ENDIAN);
            header.putInt(VERSION_OFFSET, VERSION, LITTLE_ENDIAN);
            header.putInt(COUNT_OFFSET, count, LITTLE_ENDIAN);
            header.putLong(PROCESS_OFFSET, processId, LITTLE_ENDIAN);
            return new CountersFile(memory, count, processId);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the counters' file " + file + ": " + e, e);
        }
    }

    /** Whatever has the name is not written to, but deleted: it may be a link. */
    private static FileChannel createNew(Path file) throws IOException {
        Files.deleteIfExists(file);
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** On a full disk, what is not there before it is mapped would be a fault in the middle of the JVM. */
    private static void fill(FileChannel channel, long length) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(Math.toIntExact(length));
        while (zeros.hasRemaining()) {
            channel.write(zeros, zeros.position());
        }
    }

    /** The file has its contents, and is put under its name. */
    static void appear(Path file) {
        try {
            Files.move(growing(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the counters' file " + file + ": " + e, e);
        }
    }

    private static Path growing(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /**
     * Maps the file of an engine, to read it.
     *
     * @throws IOException if it is none.
     */
    static CountersFile map(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + " is no file, and was not opened");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            if (length < HEADER_LENGTH) {
                throw new IOException(file + " is no file of counters: it has " + length + " bytes");
            }
            MappedByteBuffer memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, length);
            UnsafeBuffer header = new UnsafeBuffer(memory, 0, HEADER_LENGTH);
            if (header.getInt(MAGIC_OFFSET, LITTLE_ENDIAN) != MAGIC) {
                throw new IOException(file + " is no file of counters");
            }
            int version = header.getInt(VERSION_OFFSET, LITTLE_ENDIAN);
            if (version != VERSION) {
                throw new IOException(file + " has version " + version + ", but this is for version " + VERSION);
            }
            int count = header.getInt(COUNT_OFFSET, LITTLE_ENDIAN);
            if (count <= 0 || length(count) != length) {
                throw new IOException(file + " has " + length + " bytes, which are not " + count + " counters");
            }
            return new CountersFile(memory, count, header.getLong(PROCESS_OFFSET, LITTLE_ENDIAN));
        }
    }
}
