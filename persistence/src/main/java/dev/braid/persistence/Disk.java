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
    /** Makes a folder whose parent exists; does nothing if the folder exists. */
    void createFolder(Path folder) throws IOException;

    /** Forces a folder, so that the names in it survive a loss of power. */
    void forceFolder(Path folder) throws IOException;

    /** Atomically replaces a file by another of the same folder, or renames a folder. */
    void replace(Path file, Path by) throws IOException;

    /** Deletes a file or an empty folder; does nothing if it does not exist. */
    void delete(Path path) throws IOException;

    /** Returns how many bytes can still be written to the disk that holds a folder. */
    long usableBytes(Path folder) throws IOException;

    /** Identifies the present start of the machine. */
    default BootId bootId() {
        return BootId.CURRENT;
    }

    /** Opens a file to write to; makes it if it does not exist. */
    File open(Path file) throws IOException;

    /** A file to write to. An interrupt of the writing thread neither stops a write nor is cleared. */
    interface File extends Closeable {
        /** Writes at least one byte, and returns how many. */
        int write(ByteBuffer bytes, long position) throws IOException;

        /** Reads into a buffer from a position on, and returns how many bytes; -1 at the end of the file. */
        int read(ByteBuffer bytes, long position) throws IOException;

        /** Forces all that was written to the file, so that it survives a loss of power. */
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
