package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;

/**
 * Locks on files. The operating system keeps them, and frees them when the process ends in whatever way, so that no stale
 * one is ever in the way of a start.
 * <p>
 * On some systems a process loses its lock as soon as it closes any channel on the file. So the files that are locked by
 * this class are noted, and not opened again. Where another class loader's copy of this class turns out to hold a lock, the
 * channel that found out is kept open forever.
 */
final class FileLocks {
    private static final Map<Path, Lock> HELD = new HashMap<>();

    /** Channels that must not be closed, nor be forgotten, for then the garbage collector closes them. */
    private static final Map<Path, List<FileChannel>> KEPT = new HashMap<>();

    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private FileLocks() {}

    /** A lock that is held until it is closed. */
    static final class Lock implements AutoCloseable {
        private final Path key;
        private final JournalFiles.Opened file;

        private Lock(Path key, JournalFiles.Opened file) {
            this.key = key;
            this.file = file;
        }

        /** Tells whether the locked file still has its name: somebody may have deleted or replaced it. */
        boolean isInPlace() throws IOException {
            try {
                return Objects.equals(file.key(), JournalFiles.key(key));
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        /** Tells whether these are the attributes of the locked file. */
        boolean isOf(BasicFileAttributes attributes) {
            return Objects.equals(file.key(), attributes.fileKey());
        }

        /** Returns the channel of the locked file, to read and write it. */
        FileChannel channel() {
            return file.channel();
        }

        @Override
        public void close() {
            synchronized (HELD) {
                if (HELD.remove(key, this)) {
                    CloseHelper.quietClose(file.channel());
                }
            }
        }
    }

    /** Locks a file, which is made if it does not exist; {@code null} if any process holds the lock. */
    static Lock tryTake(Path file) {
        return Uninterrupted.call(() -> tryTakeUninterrupted(file));
    }

    private static Lock tryTakeUninterrupted(Path file) {
        synchronized (HELD) {
            try {
                Path key = key(file);
                if (HELD.containsKey(key)
                        || KEPT.containsKey(key) && isLocked(key, KEPT.get(key).get(0))) {
                    return null;
                }
                JournalFiles.Opened opened = JournalFiles.openToWrite(file);
                if (!tryLock(key, opened.channel())) {
                    return null;
                }
                Lock lock = new Lock(key, opened);
                HELD.put(key, lock);
                return lock;
            } catch (IOException e) {
                throw new JournalException("cannot lock " + file + ": " + e, e);
            }
        }
    }

    /** Closes the channel where it got no lock. */
    private static boolean tryLock(Path key, FileChannel channel) throws IOException {
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
            return locked;
        } catch (OverlappingFileLockException e) {
            keep(key, channel);
            return false;
        } finally {
            if (!locked && !isKept(key, channel)) {
                channel.close();
            }
        }
    }

    /** Locks a file, and waits until it can. An interrupt does not end the wait. */
    static Lock await(Path file) {
        long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        Lock[] lock = {null};
        Uninterrupted.await(
                () -> {
                    lock[0] = tryTake(file);
                    if (lock[0] == null && System.nanoTime() - deadlineNs > 0) {
                        throw new JournalException(file + " was locked by somebody else for "
                                + TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NS) + " s");
                    }
                    return lock[0] != null;
                },
                PAUSE_NS);
        return lock[0];
    }

    /** Tells whether this process holds the lock. */
    static boolean isHeldHere(Path file) {
        synchronized (HELD) {
            try {
                Path key = key(file);
                return HELD.containsKey(key) || KEPT.containsKey(key);
            } catch (IOException e) {
                return false;
            }
        }
    }

    /** Tells whether somebody holds the lock, in this process or another. */
    static boolean isHeld(Path file) {
        return Uninterrupted.call(() -> isHeldUninterrupted(file));
    }

    private static boolean isHeldUninterrupted(Path file) {
        synchronized (HELD) {
            try {
                Path key = key(file);
                if (HELD.containsKey(key)) {
                    return true;
                }
                if (KEPT.containsKey(key)) {
                    return isLocked(key, KEPT.get(key).get(0));
                }
                if (!JournalFiles.exists(file)) {
                    return false;
                }
                FileChannel channel = JournalFiles.openToRead(file).channel();
                boolean locked = isLocked(key, channel);
                if (!isKept(key, channel)) {
                    channel.close();
                }
                return locked;
            } catch (NoSuchFileException e) {
                return false; // Deleted at this moment.
            } catch (IOException e) {
                throw new JournalException("cannot tell whether " + file + " is locked: " + e, e);
            }
        }
    }

    /** Returns the content of a file that may be locked: opening it here could cost this process its lock. */
    static byte[] readHeld(Path file) throws IOException {
        synchronized (HELD) {
            Lock lock = HELD.get(key(file));
            if (lock == null) {
                try (ChannelFile other = ChannelFile.toRead(file)) {
                    return other.readAll();
                }
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) lock.channel().size());
            lock.channel().read(bytes, 0);
            return bytes.array();
        }
    }

    private static Path key(Path file) throws IOException {
        return file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
    }

    private static boolean isLocked(Path key, FileChannel channel) throws IOException {
        try (FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            keep(key, channel);
            return true;
        }
    }

    private static void keep(Path key, FileChannel channel) {
        if (!isKept(key, channel)) {
            KEPT.computeIfAbsent(key, k -> new ArrayList<>()).add(channel);
        }
    }

    private static boolean isKept(Path key, FileChannel channel) {
        return KEPT.containsKey(key) && KEPT.get(key).contains(channel);
    }
}
