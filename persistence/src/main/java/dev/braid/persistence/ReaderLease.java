package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.agrona.CloseHelper;

/**
 * Tells retention which segments a reader still needs. Each reader has a file, which it keeps locked as long as
 * it lives, with the number of the segment that it reads; a file that nobody locks is of a reader that is gone.
 */
final class ReaderLease implements AutoCloseable {
    /** Holds nothing. */
    static final ReaderLease NONE = new ReaderLease(null, null);

    static final String FOLDER_NAME = "readers";
    private static final String SUFFIX = ".lease";

    private final Path file;
    private final FileLocks.Lock lock;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private ReaderLease(Path file, FileLocks.Lock lock) {
        this.file = file;
        this.lock = lock;
    }

    /**
     * A lease that holds all there is, at first. To be taken while nobody changes the manifest.
     *
     * @throws IOException if there can be none, on a disk that is full, cannot be written, or knows no locks.
     */
    static ReaderLease take(Path dir) throws IOException {
        Path folder = dir.resolve(FOLDER_NAME);
        JournalFiles.createFolder(folder);
        Path file = folder.resolve(UUID.randomUUID() + SUFFIX);
        FileLocks.Lock lock = null;
        try {
            lock = FileLocks.tryTake(file);
            ReaderLease lease = new ReaderLease(file, lock);
            lease.write(0);
            return lease;
        } catch (IOException | JournalException e) {
            CloseHelper.quietClose(lock);
            JournalFiles.delete(file); // A lease that nobody has would only be in the way.
            throw e;
        }
    }

    /** From now on this segment and those after it are needed. Where that cannot be written, more stays held. */
    void hold(long segment) {
        if (lock != null) {
            try {
                write(segment);
            } catch (IOException e) {
                number.clear(); // What it said before is lower.
            }
        }
    }

    private void write(long segment) throws IOException {
        number.clear();
        number.putLong(segment).flip();
        Uninterrupted.call(() -> {
            while (number.hasRemaining()) {
                lock.channel().write(number, number.position());
            }
            return null;
        });
    }

    @Override
    public void close() {
        if (lock != null) {
            try {
                JournalFiles.delete(file);
            } catch (IOException e) {
                // A process that finds it sees that nobody holds it.
            }
            CloseHelper.close(lock);
        }
    }

    /** Lease of a living reader. */
    record Held(String name, long segment) {}

    /** Returns all present leases, and deletes those of readers that are gone. Called while nobody changes the manifest. */
    static List<Held> held(Path dir) {
        List<Held> all = new ArrayList<>();
        Path folder = dir.resolve(FOLDER_NAME);
        try {
            for (Path file : JournalFiles.list(folder, "*" + SUFFIX, false)) {
                if (FileLocks.isHeld(file)) {
                    add(file, all);
                } else {
                    JournalFiles.delete(file);
                }
            }
        } catch (IOException e) {
            throw new JournalException("cannot list " + folder + ": " + e, e);
        }
        return all;
    }

    private static void add(Path file, List<Held> all) throws IOException {
        try {
            byte[] bytes = FileLocks.readHeld(file);
            long segment = bytes.length < Long.BYTES
                    ? 0 // It is being written.
                    : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
            boolean isPossible = segment <= FrameLayout.MAX_SEGMENT; // Otherwise it may need any.
            all.add(new Held(FOLDER_NAME + "/" + file.getFileName(), isPossible ? segment : 0));
        } catch (NoSuchFileException e) {
            // Its reader is gone by now.
        }
    }
}
