package dev.braid.persistence;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The one writer of a journal holds a lock on a file in it. */
final class JournalLock {
    static final String FILE_NAME = "journal.lock";

    /** Attempts to take the lock: a reader that probes holds it for microseconds, a writer for longer than all attempts. */
    private static final int ATTEMPTS = 20;

    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private JournalLock() {}

    /** Takes the lock of a journal whose folder exists. */
    static FileLocks.Lock take(Path dir) {
        Path file = dir.resolve(FILE_NAME);
        for (int i = 0; i < ATTEMPTS; i++) {
            FileLocks.Lock lock = FileLocks.tryTake(file);
            if (lock != null) {
                return lock;
            }
            if (FileLocks.isHeldHere(file)) {
                throw new JournalLockedException("journal " + dir + " is being written by this process");
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
        throw new JournalLockedException("journal " + dir + " is being written by another process");
    }

    /**
     * Tells whether the journal is known to have a writer, in this process or another. Where that cannot be told, as on a disk that
     * knows no locks, none is: whoever only reads goes on.
     */
    static boolean isHeld(Path dir) {
        try {
            return FileLocks.isHeld(dir.resolve(FILE_NAME));
        } catch (JournalDamagedException e) {
            throw e;
        } catch (JournalException e) {
            return false;
        }
    }
}
