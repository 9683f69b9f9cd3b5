package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes a copy of a journal one that was written where it is: its lock file and its manifest know their inodes. So a start need
 * not wait for a writer of the journal that it was copied from, and damage is not taken for that of a copy.
 */
public final class OriginalJournal {
    private static final String INPUT = "input";

    private OriginalJournal() {}

    /**
     * Makes a copy one, and its input journal.
     *
     * @param dir of a sound journal that nobody writes.
     * @throws IOException if it cannot be changed.
     */
    public static void make(Path dir) throws IOException {
        makeLock(dir);
        makeManifest(dir);
        if (Files.isDirectory(dir.resolve(INPUT))) {
            makeLock(dir.resolve(INPUT));
            makeManifest(dir.resolve(INPUT));
        }
    }

    private static void makeLock(Path dir) throws IOException {
        Path file = dir.resolve(JournalLock.FILE_NAME);
        try (FileChannel channel = JournalFiles.openToWrite(file).channel()) {
            LockFile lock = LockFile.read(channel);
            ByteBuffer bytes = new LockFile(
                            JournalFiles.inode(file), lock.epoch(), lock.pid(), lock.timeNs(), lock.host())
                    .encode();
            channel.write(bytes, 0);
        }
    }

    /**
     * Makes a manifest that was put there one of the journal's own.
     *
     * @param dir of a journal with a sound manifest.
     */
    public static void makeManifest(Path dir) {
        ManifestFile.write(dir, FileDisk.INSTANCE, ManifestFile.read(dir));
    }
}
