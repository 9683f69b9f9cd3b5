package dev.braid.engine;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * The memory of an engine's counters, and the file to which it is copied so that other processes can map it. The engine
 * itself maps no file: were that cut short, or the disk full, its threads would end by a fault. All numbers are
 * little-endian.
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
 * The file appears under its name when it is complete, and replaces the one of an engine before. Where it is mapped, it is
 * never unmapped as long as anything refers to it.
 * <p>
 * <b>Threads:</b> the counters are for any thread, and so is {@link #write()}.
 */
final class CountersFile {
    private static final int MAGIC = 'B' | 'R' << 8 | 'D' << 16 | 'C' << 24;
    private static final int VERSION = 4;
    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 4;
    private static final int COUNT_OFFSET = 8;
    private static final int PROCESS_OFFSET = 16;
    private static final int HEADER_LENGTH = 128;
    private static final int ALIGNMENT = 128;
    private static final int CHUNK_LENGTH = 64 * 1024;

    final UnsafeBuffer metadata;
    final UnsafeBuffer values;
    final long processId;

    private final ByteBuffer memory;
    /** {@code null} if the counters are kept in memory only, or belong to another process. */
    private final Path path;
    /** Not a channel, which an interrupt would close; {@code null} if there is no file, or it is closed. */
    private RandomAccessFile file;

    private final byte[] chunk = new byte[CHUNK_LENGTH];

    private CountersFile(ByteBuffer memory, int count, long processId, Path path) {
        int metadataLength = count * CountersReader.METADATA_LENGTH;
        this.memory = memory;
        this.metadata = new UnsafeBuffer(memory, HEADER_LENGTH, metadataLength);
        this.values = new UnsafeBuffer(memory, HEADER_LENGTH + metadataLength, count * CountersReader.COUNTER_LENGTH);
        this.processId = processId;
        this.path = path;
    }

    private static long length(int count) {
        return HEADER_LENGTH + (long) count * (CountersReader.METADATA_LENGTH + CountersReader.COUNTER_LENGTH);
    }

    /** Allocates memory for the given number of counters. */
    static CountersFile inMemory(int count) {
        return allocate(count, null);
    }

    private static CountersFile allocate(int count, Path path) {
        ByteBuffer memory = BufferUtil.allocateDirectAligned(Math.toIntExact(length(count)), ALIGNMENT);
        return new CountersFile(memory, count, ProcessHandle.current().pid(), path);
    }

    /**
     * Allocates memory for the given number of counters, and creates a file for it under a temporary name, until {@link #commit}.
     *
     * @throws UncheckedIOException if the file cannot be created.
     */
    static CountersFile create(Path file, int count) {
        CountersFile counters = allocate(count, file);
        UnsafeBuffer header = new UnsafeBuffer(counters.memory, 0, HEADER_LENGTH);
        header.putInt(MAGIC_OFFSET, MAGIC, LITTLE_ENDIAN);
        header.putInt(VERSION_OFFSET, VERSION, LITTLE_ENDIAN);
        header.putInt(COUNT_OFFSET, count, LITTLE_ENDIAN);
        header.putLong(PROCESS_OFFSET, counters.processId, LITTLE_ENDIAN);
        Path growing = growing(file);
        try {
            Files.deleteIfExists(growing); // It may be a link, which must not be written to.
            Files.createFile(growing);
            counters.file = new RandomAccessFile(growing.toFile(), "rw");
        } catch (IOException e) {
            throw cannotMake(file, e);
        }
        return counters;
    }

    /** Returns whether a file has to be kept up to date. */
    boolean isOnDisk() {
        return path != null;
    }

    /** Writes the file, if there is one, and moves it to its name. Called when all counters have their labels and first values. */
    void commit() {
        if (!isOnDisk()) {
            return;
        }
        try {
            write();
            Files.move(growing(path), path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            CloseHelper.quietClose(file);
            IoUtil.deleteIfExists(growing(path).toFile());
            throw cannotMake(path, e);
        }
    }

    private static UncheckedIOException cannotMake(Path file, IOException e) {
        return new UncheckedIOException("cannot create the counters file " + file + ": " + e, e);
    }

    /** Copies the values to the file; also all other content if the file has the wrong length because somebody has cut it short. */
    synchronized void write() throws IOException {
        if (file == null) {
            return;
        }
        int position = file.length() == memory.capacity() ? HEADER_LENGTH + metadata.capacity() : 0;
        file.seek(position);
        while (position < memory.capacity()) {
            int length = Math.min(CHUNK_LENGTH, memory.capacity() - position);
            memory.get(position, chunk, 0, length);
            file.write(chunk, 0, length);
            position += length;
        }
    }

    /** Closes the file, because the engine has ended. */
    synchronized void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private static Path growing(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /**
     * Maps the counters file of an engine for reading.
     *
     * @throws IOException if it is not a counters file, or cannot be read.
     */
    static CountersFile map(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + " is not a regular file and was not opened");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            if (length < HEADER_LENGTH) {
                throw new IOException(file + " is not a counters file: it has " + length + " bytes");
            }
            MappedByteBuffer memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, length);
            UnsafeBuffer header = new UnsafeBuffer(memory, 0, HEADER_LENGTH);
            if (header.getInt(MAGIC_OFFSET, LITTLE_ENDIAN) != MAGIC) {
                throw new IOException(file + " is not a counters file");
            }
            int version = header.getInt(VERSION_OFFSET, LITTLE_ENDIAN);
            if (version != VERSION) {
                throw new IOException(
                        file + " has version " + version + ", but this reader supports version " + VERSION);
            }
            int count = header.getInt(COUNT_OFFSET, LITTLE_ENDIAN);
            if (count <= 0 || length(count) != length) {
                throw new IOException(
                        file + " has " + length + " bytes, which does not match its " + count + " counters");
            }
            return new CountersFile(memory, count, header.getLong(PROCESS_OFFSET, LITTLE_ENDIAN), null);
        }
    }
}
