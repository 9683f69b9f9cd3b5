package dev.braid.persistence;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.agrona.CloseHelper;

/**
 * Knows the epoch in a journal's manifest at the price of one look at the file's attributes, for those who look often. The file is
 * read only where it is not the one that was read last: Braid replaces a manifest, and never writes into one. The file that was
 * read last stays open, so its inode cannot be given to another file meanwhile, and the comparison is exact. Its length and time are
 * compared, too, for tools that copy another manifest into it.
 * <p>
 * Where files have no keys, it is read each time.
 * <p>
 * <b>Threads:</b> any.
 */
final class ManifestWatch implements AutoCloseable {
    private final Path file;
    /** The manifest that was read last, and its attributes before; {@code null} if there is none to compare with. */
    private ChannelFile read;

    private BasicFileAttributes attributes;
    private long epoch;

    ManifestWatch(Path dir) {
        this.file = dir.resolve(ManifestFile.NAME);
    }

    /**
     * Returns the epoch in the manifest, if that is whole, which is not checked: a caller who finds an unexpected epoch reads all of
     * it.
     *
     * @return 0 if there is no manifest, or it has none.
     */
    synchronized long epochIfWhole() throws IOException {
        BasicFileAttributes now = JournalFiles.attributesOfFile(file);
        if (now == null) {
            close();
            return 0;
        }
        if (read == null || !isAsBefore(now)) {
            readAgain(now);
        }
        return epoch;
    }

    private boolean isAsBefore(BasicFileAttributes now) {
        return now.fileKey().equals(attributes.fileKey())
                && now.size() == attributes.size()
                && now.lastModifiedTime().equals(attributes.lastModifiedTime());
    }

    private void readAgain(BasicFileAttributes before) throws IOException {
        close();
        epoch = 0;
        ChannelFile opened;
        try {
            opened = ChannelFile.toRead(file);
        } catch (NoSuchFileException e) {
            return;
        }
        boolean isKept = false;
        try {
            epoch = ManifestLayout.epoch(opened);
            isKept = before.fileKey() != null && before.fileKey().equals(opened.key());
        } finally {
            if (isKept) {
                read = opened;
                attributes = before; // Older than what was read, so that a change in between is seen next time.
            } else {
                CloseHelper.quietClose(opened);
            }
        }
    }

    /** Closes the file. It is opened again if it is asked for. */
    @Override
    public synchronized void close() {
        CloseHelper.quietClose(read);
        read = null;
    }
}
