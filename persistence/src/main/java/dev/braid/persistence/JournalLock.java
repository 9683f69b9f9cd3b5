package dev.braid.persistence;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;

/**
 * The one writer of a journal. The operating system keeps the lock, and frees it when the process ends in whatever way,
 * so that no stale one is ever in the way of a start.
 * <p>
 * On some systems a process loses its lock as soon as it closes any channel on the file. So the journals that this class
 * holds are noted, and their lock files not opened again. Where another class loader's copy of this class turns out to
 * hold one, the channel that found out is kept open for good.
 */
final class JournalLock implements AutoCloseable {
    static final String FILE_NAME = "journal.lock";

    private static final Set<Path> HELD = new HashSet<>();

    /** Channels that must not be closed, nor be forgotten, for then the garbage collector closes them. */
    private static final Map<Path, List<FileChannel>> KEPT = new HashMap<>();

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
                FileChannel channel = FileChannel.open(
                        dir.resolve(FILE_NAME),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                boolean locked;
                try {
                    locked = tryLock(channel);
                } catch (OverlappingFileLockException e) {
                    keep(key, channel);
                    throw new JournalLockedException("journal " + dir + " is being written by this process");
                }
                if (!locked) {
                    channel.close();
                    throw new JournalLockedException("journal " + dir + " is being written by another process");
                }
                HELD.add(key);
                return new JournalLock(key, channel);
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
                Path key = dir.toRealPath();
                if (HELD.contains(key)) {
                    return true;
                }
                if (KEPT.containsKey(key)) {
                    return isLocked(key, KEPT.get(key).get(0));
                }
                Path file = dir.resolve(FILE_NAME);
                if (!Files.exists(file)) {
                    return false;
                }
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                boolean locked = isLocked(key, channel);
                if (!KEPT.containsKey(key)) {
                    channel.close();
                }
                return locked;
            } catch (IOException e) {
                throw new JournalException("cannot tell whether journal " + dir + " is being written: " + e, e);
            }
        }
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
        List<FileChannel> channels = KEPT.computeIfAbsent(key, k -> new ArrayList<>());
        if (!channels.contains(channel)) {
            channels.add(channel);
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
