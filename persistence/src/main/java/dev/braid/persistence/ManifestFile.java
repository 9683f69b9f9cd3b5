package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The manifest on disk. It is never changed in place: a new one is written beside it, forced, renamed over it, and the
 * folder forced; whenever the power fails, there is the one or the other.
 * <p>
 * All who change it, in this process or another, take turns: see {@link #update}.
 */
final class ManifestFile {
    static final String NAME = "manifest";
    static final String LOCK_NAME = "manifest.lock";

    /** Followed by a number of its own. */
    static final String NEW_PREFIX = "manifest.new";

    static final String DAMAGED_NAME = "manifest.damaged";

    private static final int ATTEMPTS = 100;

    private ManifestFile() {}

    /** Tells whether there is a manifest, whatever is in it. */
    static boolean exists(Path dir) {
        try {
            return JournalFiles.exists(dir.resolve(NAME));
        } catch (IOException e) {
            throw new JournalException("cannot tell whether journal " + dir + " has a manifest: " + e, e);
        }
    }

    /**
     * Reads the manifest.
     *
     * @return {@code null} if there is none.
     * @throws JournalDamagedException if it is damaged, or of a newer version.
     */
    static Manifest read(Path dir) {
        byte[] bytes;
        try (ChannelFile file = ChannelFile.toRead(dir.resolve(NAME))) {
            bytes = file.readAll();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new JournalException("cannot read the manifest of journal " + dir + ": " + e, e);
        }
        return ManifestLayout.decode(bytes);
    }

    /**
     * Tells whether the journal was copied by other means than a backup since the manifest was written last: then the lock file
     * beside it is another one. Not so the manifest itself: its inode may be one that an earlier manifest had.
     */
    static boolean isCopied(Path dir) {
        try (ChannelFile file = ChannelFile.toRead(dir.resolve(NAME))) {
            byte[] bytes = file.readAll();
            ManifestLayout.decode(bytes);
            int written = ManifestLayout.inode(bytes);
            return written != 0 && written != lockInode(dir);
        } catch (NoSuchFileException | JournalDamagedException e) {
            return false;
        } catch (IOException e) {
            throw new JournalException("cannot read " + dir.resolve(NAME) + ": " + e, e);
        }
    }

    /** Returns the hash of the inode of the journal's lock file, 0 if there is none. */
    private static int lockInode(Path dir) throws IOException {
        try {
            return JournalFiles.inode(dir.resolve(JournalLock.FILE_NAME));
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /**
     * Reads the manifest, and where it is missing or damaged reports that, and makes do with one that knows nothing but the
     * journal's id, its input journal's, and the first of the segments that are there.
     */
    static Manifest readOrGuess(Path dir, ProblemListener listener) {
        Manifest manifest = readOrReport(dir, () -> !JournalFolder.segments(dir).isEmpty(), listener);
        return manifest != null ? manifest : guess(dir);
    }

    /**
     * Returns the manifest, or {@code null} if it is missing or damaged, after reporting that.
     *
     * @param isExpected tells whether a missing manifest is a problem.
     */
    private static Manifest readOrReport(Path dir, BooleanSupplier isExpected, ProblemListener listener) {
        JournalProblem problem;
        try {
            Manifest manifest = read(dir);
            if (manifest != null || !isExpected.getAsBoolean()) {
                return manifest;
            }
            problem = JournalProblem.ofManifest("it is missing");
        } catch (JournalDamagedException e) {
            problem = e.problem();
        }
        listener.onProblem(problem); // May throw, which ends the reading, and is not to be reported once more.
        return null;
    }

    /** Returns a manifest that knows no more than the segments that are there. */
    static Manifest guess(Path dir) {
        List<Segment> segments = JournalFolder.segments(dir);
        for (Segment segment : segments) {
            for (Path file : segment.dataFiles()) {
                try (FileWindow window = FileWindow.open(file)) {
                    int journal = window == null ? Manifest.NO_JOURNAL : FrameFinder.journalOf(window);
                    if (journal != Manifest.NO_JOURNAL) {
                        return Manifest.guessed(journal, segments).with(InputCheck.guessed(dir, journal));
                    }
                }
            }
        }
        return Manifest.guessed(Manifest.NO_JOURNAL, segments);
    }

    /** Reads the manifest anew; where it is missing or damaged, reports that, and stays with the one before. */
    static Manifest readAgain(Path dir, Manifest before, ProblemListener listener) {
        Manifest manifest = readOrReport(dir, () -> before.journal() != Manifest.NO_JOURNAL, listener);
        return manifest != null ? manifest : before;
    }

    /**
     * Changes the manifest. Waits until nobody else does. Where the file was deleted or replaced whose lock is held, somebody
     * else may have changed it, too: then it is changed again, as it is by then.
     *
     * @param change gets the manifest as it is now, or {@code null}; what it has changed already it leaves as it is.
     * @return the new one.
     */
    static Manifest update(Path dir, Disk disk, UnaryOperator<Manifest> change) {
        return update(dir, disk, change, false);
    }

    /** Updates on behalf of a caller who has not read the journal yet: {@link #isCopied} keeps its value. */
    static Manifest updateUnseen(Path dir, Disk disk, UnaryOperator<Manifest> change) {
        return update(dir, disk, change, isCopied(dir));
    }

    private static Manifest update(Path dir, Disk disk, UnaryOperator<Manifest> change, boolean isCopied) {
        return whileLocked(dir, lock -> {
            Manifest before = read(dir);
            if (before == null && !JournalFolder.segments(dir).isEmpty()) {
                throw new JournalDamagedException(JournalProblem.ofManifest("it is missing, and it was there")
                        .of(dir));
            }
            Manifest after = change.apply(before);
            boolean isDone =
                    after.equals(before) || write(dir, disk, after, isCopied, () -> isStill(dir, before, lock));
            return isDone ? after : null;
        });
    }

    /**
     * Puts one in the place of one that is missing or damaged; what is left of that is kept beside it.
     *
     * @param change gets the one that somebody else has put there meanwhile, or {@code null}.
     * @return the new one.
     */
    static Manifest replaceLost(Path dir, Disk disk, UnaryOperator<Manifest> change) {
        return whileLocked(dir, lock -> {
            Manifest before = readUnlessLost(dir);
            Manifest after = change.apply(before);
            boolean isDone = after.equals(before)
                    || write(dir, disk, after, false, () -> {
                        boolean isStill = lock.isInPlace() && Objects.equals(before, readUnlessLost(dir));
                        if (isStill && before == null && exists(dir)) {
                            disk.replace(dir.resolve(DAMAGED_NAME), dir.resolve(NAME));
                        }
                        return isStill;
                    });
            return isDone ? after : null;
        });
    }

    /** Returns the manifest, {@code null} if it is missing or damaged. */
    static Manifest readUnlessLost(Path dir) {
        try {
            return read(dir);
        } catch (JournalDamagedException e) {
            return null;
        }
    }

    private static boolean isStill(Path dir, Manifest manifest, FileLocks.Lock lock) throws IOException {
        return lock.isInPlace() && Objects.equals(manifest, read(dir));
    }

    /** An attempt to change the manifest, made while its lock is held. */
    private interface Attempt {
        /** Returns the new one, {@code null} if somebody else changed it meanwhile. */
        Manifest run(FileLocks.Lock lock) throws IOException;
    }

    private static Manifest whileLocked(Path dir, Attempt attempt) {
        for (int i = 0; i < ATTEMPTS; i++) {
            try (FileLocks.Lock lock = lock(dir)) {
                Manifest after = lock.isInPlace() ? attempt.run(lock) : null;
                if (after != null && lock.isInPlace()) {
                    return after;
                }
            } catch (IOException e) {
                throw new JournalException("cannot look after " + dir.resolve(LOCK_NAME) + ": " + e, e);
            }
        }
        throw new JournalException(dir.resolve(LOCK_NAME) + " is deleted or replaced again and again");
    }

    /** Does some work during which nobody else changes the manifest. */
    static <T> T whileUnchanged(Path dir, Supplier<T> work) {
        FileLocks.Lock lock = lock(dir);
        try {
            return work.get();
        } finally {
            lock.close();
        }
    }

    /** Takes the lock: as long as it is held, nobody else changes the manifest. */
    static FileLocks.Lock lock(Path dir) {
        return FileLocks.await(dir.resolve(LOCK_NAME));
    }

    /** To be called where nobody else changes it. */
    static void write(Path dir, Disk disk, Manifest manifest) {
        if (!write(dir, disk, manifest, false, () -> true)) {
            throw new JournalException("somebody else writes the manifest of journal " + dir);
        }
    }

    /** Keeps a manifest that can be read from being replaced by one that cannot. */
    private static void checkReadable(Path dir, Manifest manifest) {
        try {
            ManifestLayout.decode(ManifestLayout.encode(manifest, 0).array());
        } catch (JournalDamagedException e) {
            throw new JournalException(
                    "the manifest of journal " + dir + " stays as it is, for the new one could not be read: "
                            + e.problem().message(),
                    e);
        }
    }

    /** Decides at the last moment whether a new manifest may take the place of the old one. */
    private interface LastCheck {
        boolean isAllowed() throws IOException;
    }

    /**
     * Returns whether it was written. The new file has a name of its own: two who both believe that they hold the lock, for
     * its file was deleted, must not write into the same one.
     */
    private static boolean write(Path dir, Disk disk, Manifest manifest, boolean isCopied, LastCheck check) {
        Path newFile = dir.resolve(
                NEW_PREFIX + "-" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        checkReadable(dir, manifest);
        try {
            for (Path left : newFiles(dir)) {
                disk.delete(left);
            }
            try (Disk.File out = disk.open(newFile)) {
                int inode = lockInode(dir);
                out.writeFully(ManifestLayout.encode(manifest, isCopied ? ~inode : inode), 0);
                Fsync.force(out, newFile);
            }
            if (!check.isAllowed()) {
                disk.delete(newFile);
                return false;
            }
            disk.replace(dir.resolve(NAME), newFile);
            Fsync.forceFolder(disk, dir);
            return true;
        } catch (NoSuchFileException e) {
            if (JournalFiles.isFolder(dir)) {
                return false; // Somebody else, who believes to hold the lock, too, has deleted the new file.
            }
            throw new JournalException("cannot write the manifest of journal " + dir + ": " + e, e);
        } catch (IOException e) {
            throw new JournalException("cannot write the manifest of journal " + dir + ": " + e, e);
        }
    }

    /** New ones that are being written, or were left when that was broken off. */
    static List<Path> newFiles(Path dir) {
        return JournalFiles.list(dir, NEW_PREFIX + "*", true);
    }
}
