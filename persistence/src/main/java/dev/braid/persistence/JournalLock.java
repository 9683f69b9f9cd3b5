package dev.braid.persistence;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;

/**
 * The one writer of a journal. The operating system keeps the lock, and frees it when the process ends in whatever way,
 * so that no stale one is ever in the way of a start.
 * <p>
 * On some systems a process loses its lock as soon as it closes any channel on the file. So the journals that this JVM
 * holds are noted, and their lock files not opened again.
 */
final class JournalLock implements AutoCloseable {
    static final String FILE_NAME = "journal.lock";

    private static final Set<Path> HELD = new HashSet<>();
    /** A reader that probes holds the lock for microseconds; a writer lives longer than these attempts. */
    private static final int ATTEMPTS = 20;

    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Path key;
    private final FileChannel channel;

    private JournalLock(Path key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /** Takes the lock of a journal whose folder exists. */
    static JournalLock take(Path dir) {
        synchronized (HELD) {
            try {
                Path key = dir.toRealPath();
                if (HELD.contains(key)) {
                    throw new JournalLockedException("journal " + dir + " is being written by this process");
                }
                FileChannel channel =
                        FileChannel.open(dir.resolve(FILE_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (!tryLock(channel)) {
                    channel.close();
                    throw new JournalLockedException("journal " + dir + " is being written by another process");
                }
                HELD.add(key);
                return new JournalLock(key, channel);
            } catch (OverlappingFileLockException e) {
                // Another class loader's: to close the channel now might free its lock.
                throw new JournalLockedException("journal " + dir + " is being written by this process");
            } catch (IOException e) {
                throw new JournalException("cannot lock journal " + dir + ": " + e, e);
            }
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            if (channel.tryLock() != null) {
                return true;
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
        return false;
    }

    /** Whether the journal has a writer, in this process or another. */
    static boolean isHeld(Path dir) {
        synchronized (HELD) {
            try {
                if (HELD.contains(dir.toRealPath())) {
                    return true;
                }
                Path file = dir.resolve(FILE_NAME);
                if (!Files.exists(file)) {
                    return false;
                }
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
                    return lock == null;
                }
            } catch (IOException e) {
                throw new JournalException("cannot tell whether journal " + dir + " is being written: " + e, e);
            }
        }
    }

    @Override
    public void close() {
        synchronized (HELD) {
            if (HELD.remove(key)) {
                CloseHelper.quietClose(channel);
            }
        }
    }
}
