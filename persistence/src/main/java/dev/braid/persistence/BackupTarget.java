package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of a backup, which is a journal: it can be opened as it is. What is new is put together beside what is there, in
 * a folder of its own, so that the backup before stays whole until then:
 * <pre>
 *  backup.new/      what is new, as far as it is copied: on its own, it is nothing
 *  backup.commit/   the same, once it is complete and on disk: by its name, at one stroke, it counts
 * </pre>
 * Then it is moved to its place, piece by piece. Where that is broken off nobody opens the folder, for it is neither the backup
 * before nor the new one; the next backup, or the one that finishes this, moves the rest. For one thread.
 */
final class BackupTarget implements AutoCloseable {
    private static final String NEW_NAME = "backup.new";
    private static final String COMMIT_NAME = "backup.commit";
    private static final String LOCK_NAME = "backup.lock";

    private final Path dir;
    private final Path staging;
    private final Path committed;
    private final FileLocks.Lock lock;
    private BackupStamp before;

    /** Takes the folder, and finishes a backup that was interrupted. */
    BackupTarget(Path target) {
        this.dir = target;
        this.staging = target.resolve(NEW_NAME);
        this.committed = target.resolve(COMMIT_NAME);
        checkUsable();
        try {
            Files.createDirectories(target);
            if (!JournalFiles.exists(committed)) {
                JournalFiles.createFolder(staging);
            }
        } catch (IOException e) {
            throw new JournalException("cannot make folder " + staging + ": " + e, e);
        }
        this.lock = FileLocks.tryTake(target.resolve(LOCK_NAME));
        if (lock == null) {
            throw new JournalLockedException("a backup is being made in " + target + " already");
        }
        try {
            begin();
        } catch (Throwable t) {
            lock.close();
            throw t;
        }
    }

    private void checkUsable() {
        if (Files.exists(dir) && !Files.isDirectory(dir)) {
            throw new JournalException(dir + " is not a folder");
        }
        if (Files.exists(dir) && !isBackup(dir) && !JournalFolder.isEmpty(dir)) {
            throw new JournalNotEmptyException(dir + " is neither empty nor a backup");
        }
    }

    private void begin() {
        try {
            if (JournalFiles.exists(committed)) {
                moveToPlace();
                JournalFiles.createFolder(staging);
            }
        } catch (IOException e) {
            throw new JournalException("cannot finish the backup in " + dir + ": " + e, e);
        }
        before = BackupStamp.read(dir);
        checkUnchanged();
    }

    private void checkUnchanged() {
        if (JournalLock.isHeld(dir)) {
            throw new JournalLockedException(dir + " is a journal that is being written");
        }
        boolean isSame = before == null
                ? !ManifestFile.exists(dir)
                : before.manifest().equals(BackupStamp.checksumOfManifest(dir))
                        && (before.input() == null
                                || before.input()
                                        .equals(BackupStamp.checksumOfManifest(dir.resolve(InputCheck.USUAL_FOLDER))));
        if (!isSame) {
            throw new JournalException(
                    dir + " was written since it was made, and is a journal of its own now: choose another folder");
        }
    }

    /** Tells whether a folder is a backup, complete or not. */
    static boolean isBackup(Path dir) {
        return isBegun(dir) || BackupStamp.read(dir) != null;
    }

    /** Tells whether a backup is being made in a folder, or was broken off. */
    static boolean isBegun(Path dir) {
        try {
            return JournalFiles.exists(dir.resolve(NEW_NAME)) || JournalFiles.exists(dir.resolve(COMMIT_NAME));
        } catch (IOException e) {
            throw new JournalException("cannot tell whether " + dir + " is a backup: " + e, e);
        }
    }

    /** Throws if a backup was begun in a folder, or in the one of which this is the input journal, that is not complete. */
    static void checkComplete(Path dir) {
        try {
            Path parent = dir.toAbsolutePath().normalize().getParent();
            boolean isInput = parent != null && dir.endsWith(InputCheck.USUAL_FOLDER);
            if (isIncomplete(dir) || isInput && isIncomplete(parent)) {
                throw new JournalException(
                        (isIncomplete(dir) ? dir : parent) + " is an incomplete backup: run journal backup again");
            }
        } catch (IOException e) {
            throw new JournalException("cannot tell whether " + dir + " is a backup: " + e, e);
        }
    }

    private static boolean isIncomplete(Path dir) throws IOException {
        return JournalFiles.exists(dir.resolve(COMMIT_NAME))
                || JournalFiles.exists(dir.resolve(NEW_NAME)) && !JournalFiles.exists(dir.resolve(ManifestFile.NAME));
    }

    /** Returns the folder for what is new. */
    Path staging() {
        return staging;
    }

    /** Makes the backup complete: all that is new is in {@link #staging()} and on disk, and counts from now on. */
    void commit(BackupStamp stamp) throws IOException {
        stamp.write(staging);
        FileDisk.INSTANCE.forceFolder(staging);
        FileDisk.INSTANCE.replace(committed, staging);
        FileDisk.INSTANCE.forceFolder(dir);
        try {
            checkUnchanged(); // From now on opening it is refused.
        } catch (JournalException e) {
            FileDisk.INSTANCE.replace(staging, committed);
            throw e;
        }
        moveToPlace();
    }

    /** Can be interrupted anywhere, and repeated. */
    private void moveToPlace() throws IOException {
        BackupStamp stamp = BackupStamp.read(committed);
        if (stamp == null) {
            stamp = BackupStamp.read(dir); // All but the last steps was done.
        }
        movePieces(committed, dir);
        if (stamp.input() != null) {
            Path input = dir.resolve(InputCheck.USUAL_FOLDER);
            JournalFiles.createFolder(input);
            movePieces(committed.resolve(InputCheck.USUAL_FOLDER), input);
        }
        for (Path snapshot : SnapshotFile.newestFirst(dir)) {
            if (!stamp.snapshots().contains(snapshot.getFileName().toString())) {
                JournalFiles.delete(snapshot);
            }
        }
        moveIfThere(committed.resolve(BackupStamp.FILE_NAME), dir.resolve(BackupStamp.FILE_NAME));
        FileDisk.INSTANCE.forceFolder(dir);
        JournalFiles.delete(committed);
        FileDisk.INSTANCE.forceFolder(dir);
    }

    /** Of one journal. */
    private static void movePieces(Path from, Path to) throws IOException {
        for (JournalFolder.Segment segment : JournalFolder.segments(from)) {
            JournalFolder.Segment old = JournalFolder.segment(to, segment.number());
            if (JournalFiles.isFolder(old.folder())) {
                SegmentContent.delete(old, FileDisk.INSTANCE);
            }
            JournalFiles.move(segment.folder(), old.folder());
        }
        Path snapshots = SnapshotFile.folder(from);
        if (JournalFiles.isFolder(snapshots)) {
            JournalFiles.createFolder(SnapshotFile.folder(to));
            for (Path snapshot : SnapshotFile.newestFirst(from)) {
                JournalFiles.move(snapshot, SnapshotFile.folder(to).resolve(snapshot.getFileName()));
            }
            FileDisk.INSTANCE.forceFolder(SnapshotFile.folder(to));
            JournalFiles.delete(snapshots);
        }
        moveIfThere(from.resolve(ManifestFile.NAME), to.resolve(ManifestFile.NAME));
        Manifest manifest = ManifestFile.read(to);
        for (JournalFolder.Segment segment : JournalFolder.segments(to)) {
            if (segment.number() < manifest.firstSegment() || segment.number() > manifest.begun()) {
                SegmentContent.delete(segment, manifest.journal(), FileDisk.INSTANCE);
            }
        }
        FileDisk.INSTANCE.forceFolder(to);
        if (from.endsWith(InputCheck.USUAL_FOLDER)) {
            JournalFiles.delete(from);
        }
    }

    private static void moveIfThere(Path from, Path to) throws IOException {
        if (JournalFiles.exists(from)) {
            JournalFiles.move(from, to);
        }
    }

    /** Lets go of the folder. What was put together is left, for the next backup to go on with, unless it is nothing. */
    @Override
    public void close() {
        try {
            boolean isNothing = JournalFiles.isFolder(staging) && JournalFolder.isEmpty(staging);
            if (isNothing && (before != null || ManifestFile.exists(dir))) {
                JournalFiles.delete(staging);
            }
        } catch (IOException e) {
            throw new JournalException("cannot delete " + staging + ": " + e, e);
        } finally {
            lock.close();
        }
    }
}
