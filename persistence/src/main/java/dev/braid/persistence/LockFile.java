package dev.braid.persistence;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * What is in a journal's lock file: who opened it last to write.
 * <pre>
 *   0  int   CRC-32C of the bytes from 4 on
 *   4  int   Magic: 'B', 'R', 'L', and the version
 *   8  int   Hash of the file's inode, 0 while it is not sure that a writer which has mapped another one has stopped
 *  12  int   Length of the host's name
 *  16  long  Epoch of the writer
 *  24  long  Its process id
 *  32  long  When it opened the journal, in ns since 1970-01-01T00:00Z
 *  40  …     Name of its host, UTF-8; then zeros up to 4,096
 * </pre>
 * In version 1 of a journal's format the file is empty.
 *
 * @param inode  of the file it was written to, as by {@link JournalFiles#inode}; 0 if not known. A copy has another one.
 * @param epoch  epoch of the writer; 0 if the file does not say.
 * @param pid    id of its process.
 * @param timeNs when it opened the journal.
 * @param host   it ran on.
 */
record LockFile(int inode, long epoch, long pid, long timeNs, String host) {
    static final int LENGTH = 4096;
    static final int EPOCH_OFFSET = 16;

    /** Content of a file that is empty, damaged, or has an impossible epoch. */
    static final LockFile NOBODY = new LockFile(0, 0, 0, 0, "");

    private static final int MAGIC = 'B' | 'R' << 8 | 'L' << 16 | 2 << 24;
    private static final int MAGIC_OFFSET = 4;
    private static final int INODE_OFFSET = 8;
    private static final int HOST_LENGTH_OFFSET = 12;
    private static final int PID_OFFSET = 24;
    private static final int TIME_OFFSET = 32;
    private static final int HOST_OFFSET = 40;
    private static final int MAX_HOST_LENGTH = 255;

    /** Returns the content for a writer of this process. */
    static LockFile ofThisProcess(int inode, long epoch) {
        Instant now = Instant.now();
        String name = System.getenv("HOSTNAME");
        return new LockFile(
                inode,
                epoch,
                ProcessHandle.current().pid(),
                TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano(),
                name == null ? "" : name);
    }

    static LockFile read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(LITTLE_ENDIAN);
        if (channel.read(bytes, 0) < LENGTH
                || bytes.getInt(MAGIC_OFFSET) != MAGIC
                || bytes.getInt(0) != checksum(bytes)
                || bytes.getLong(EPOCH_OFFSET) < 0
                || bytes.getLong(EPOCH_OFFSET) > FrameLayout.MAX_EPOCH) {
            return NOBODY;
        }
        int hostLength = Math.max(0, Math.min(MAX_HOST_LENGTH, bytes.getInt(HOST_LENGTH_OFFSET)));
        return new LockFile(
                bytes.getInt(INODE_OFFSET),
                bytes.getLong(EPOCH_OFFSET),
                bytes.getLong(PID_OFFSET),
                bytes.getLong(TIME_OFFSET),
                new String(bytes.array(), HOST_OFFSET, hostLength, StandardCharsets.UTF_8));
    }

    /**
     * Tells whether this was found in the very file that the last writer has mapped, if there was one: then that one sees an epoch
     * that is raised in it. Any doubt is a no, as on a file system that has no inodes.
     *
     * @param present inode of the file that this was read from.
     * @param known   epoch of the last writer, as by the journal; 0 if it had none.
     */
    boolean isOfLastWriter(int present, long known) {
        return epoch == known && (known == 0 || present != 0 && inode == present);
    }

    ByteBuffer encode() {
        byte[] name = host.getBytes(StandardCharsets.UTF_8);
        int hostLength = Math.min(name.length, MAX_HOST_LENGTH);
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(LITTLE_ENDIAN);
        bytes.putInt(MAGIC_OFFSET, MAGIC).putInt(INODE_OFFSET, inode).putInt(HOST_LENGTH_OFFSET, hostLength);
        bytes.putLong(EPOCH_OFFSET, epoch).putLong(PID_OFFSET, pid).putLong(TIME_OFFSET, timeNs);
        bytes.put(HOST_OFFSET, name, 0, hostLength);
        return bytes.putInt(0, checksum(bytes));
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), MAGIC_OFFSET, LENGTH - MAGIC_OFFSET);
        return (int) crc.getValue();
    }

    String describe() {
        if (equals(NOBODY)) {
            return "somebody who left no name";
        }
        long second = TimeUnit.SECONDS.toNanos(1);
        return "process " + pid + (host.isEmpty() ? "" : " on " + host) + ", which opened it at "
                + Instant.ofEpochSecond(Math.floorDiv(timeNs, second), Math.floorMod(timeNs, second));
    }
}
