package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.agrona.CloseHelper;

/**
 * Tells those who give up old segments what a reader still needs. Each reader has a file, which it keeps locked as long as
 * it lives, with the number of the segment that it reads; a file that nobody locks is of a reader that is gone.
 */
final class ReaderLease implements AutoCloseable {
    /** Holds nothing. */
    static final ReaderLease NONE = new ReaderLease(null, null);

    private static final String FOLDER_NAME = "readers";
    private static final String SUFFIX = ".lease";

    private final Path file;
    private final FileLocks.Lock lock;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private ReaderLease(Path file, FileLocks.Lock lock) {
        this.file = file;
        this.lock = lock;
    }

    /** Whether the journal's folder can be written, unlike one on a read-only disk, or of another user. */
    static boolean isPossible(Path dir) {
        Path folder = dir.resolve(FOLDER_NAME);
        return Files.isWritable(dir) && (!Files.exists(folder) || Files.isWritable(folder));
    }

    /** A lease that holds all there is, at first. To be taken while nobody changes the manifest. */
    static ReaderLease take(Path dir) {
        Path folder = dir.resolve(FOLDER_NAME);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new JournalException("cannot make " + folder + ": " + e, e);
        }
        Path file = folder.resolve(UUID.randomUUID() + SUFFIX);
        ReaderLease lease = new ReaderLease(file, FileLocks.tryTake(file));
        lease.hold(0);
        return lease;
    }

    /** From now on this segment and those after it are needed. */
    void hold(long segment) {
        if (lock == null) {
            return;
        }
        number.clear();
        number.putLong(segment).flip();
        boolean interrupted = Thread.interrupted(); // It would close the channel, and with it the lock would go.
        try {
            lock.channel().write(number, 0);
        } catch (IOException e) {
            throw new JournalException("cannot write " + file + ": " + e, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        if (lock != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // Whoever finds it sees that nobody holds it.
            }
            CloseHelper.close(lock);
        }
    }

    /** A reader that lives. */
    record Held(String name, long segment) {}

    /** All that is held now; leases of readers that are gone are deleted. To be asked while nobody changes the manifest. */
    static List<Held> held(Path dir) {
        List<Held> all = new ArrayList<>();
        Path folder = dir.resolve(FOLDER_NAME);
        if (!Files.isDirectory(folder)) {
            return all;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                if (!FileLocks.isHeld(file)) {
                    Files.deleteIfExists(file);
                    continue;
                }
                byte[] bytes = FileLocks.readHeld(file);
                long segment = bytes.length < Long.BYTES
                        ? 0 // It is being written.
                        : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
                all.add(new Held(FOLDER_NAME + "/" + file.getFileName(), segment));
            }
        } catch (IOException e) {
            throw new JournalException("cannot list " + folder + ": " + e, e);
        }
        return all;
    }
}
