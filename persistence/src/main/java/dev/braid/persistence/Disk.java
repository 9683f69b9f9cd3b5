package dev.braid.persistence;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What writing a journal asks of files and folders, beyond what Chronicle Queue does for itself. In one place, so that
 * tests can let it fail.
 */
interface Disk {
    /** Makes a folder whose parent exists; does no harm if it is there. */
    void createFolder(Path folder) throws IOException;

    /** Makes sure that the names in a folder survive a loss of power. */
    void forceFolder(Path folder) throws IOException;

    /** Replaces a file by another of the same folder, at one stroke; or gives a folder another name. */
    void replace(Path file, Path by) throws IOException;

    /** Deletes a file, or a folder that is empty; does no harm if it is not there. */
    void delete(Path path) throws IOException;

    /** How much can still be written to the disk that holds a folder. */
    long usableBytes(Path folder) throws IOException;

    /** Which start of the machine this is. */
    default BootId bootId() {
        return BootId.CURRENT;
    }

    /** Opens a file to write to; makes it if it does not exist. */
    File open(Path file) throws IOException;

    /** A file to write to. A thread that is interrupted stays so, and what it writes is written all the same. */
    interface File extends Closeable {
        /** Writes at least one byte, and returns how many. */
        int write(ByteBuffer bytes, long position) throws IOException;

        /** Reads into a buffer from a position on, and returns how many bytes; -1 at the end of the file. */
        int read(ByteBuffer bytes, long position) throws IOException;

        /** Makes sure that all that was written to the file, in whatever way, survives a loss of power. */
        void force() throws IOException;

        void truncate(long length) throws IOException;

        long size() throws IOException;

        /** Writes all of it. */
        default void writeFully(ByteBuffer bytes, long position) throws IOException {
            long next = position;
            while (bytes.hasRemaining()) {
                int written = write(bytes, next);
                if (written <= 0) {
                    throw new EOFException("nothing was written at " + next);
                }
                next += written;
            }
        }
    }
}
