package dev.braid.persistence;

import dev.braid.persistence.JournalFiles.Opened;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * A file whose reads and writes are not broken off when the thread is interrupted: the channel, which an interrupt closes,
 * is opened again. The thread stays interrupted. For one thread at a time.
 */
final class ChannelFile implements Disk.File {
    /** A buffer on the heap goes through one outside of it, which the JDK keeps for each thread: that stays small. */
    private static final int MAX_HEAP_TRANSFER = 64 * 1024;

    private final Path path;
    private final boolean isToWrite;
    private final Object key;
    private FileChannel channel;

    private ChannelFile(Path path, boolean isToWrite, Opened opened) {
        this.path = path;
        this.isToWrite = isToWrite;
        this.key = opened.key();
        this.channel = opened.channel();
    }

    /** Opens an existing file. */
    static ChannelFile toRead(Path path) throws IOException {
        return new ChannelFile(path, false, JournalFiles.openToRead(path));
    }

    /** Opens a file, and makes it if it does not exist. */
    static ChannelFile toWrite(Path path) throws IOException {
        return new ChannelFile(path, true, JournalFiles.openToWrite(path));
    }

    /** Returns the key that tells it from all other files, {@code null} on systems that have none. */
    Object key() {
        return key;
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
        return transfer(bytes, position, true);
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
        return transfer(bytes, position, false);
    }

    private int transfer(ByteBuffer bytes, long position, boolean isWrite) throws IOException {
        boolean interrupted = Thread.interrupted();
        int start = bytes.position();
        int limit = bytes.limit();
        if (!bytes.isDirect() && bytes.remaining() > MAX_HEAP_TRANSFER) {
            bytes.limit(start + MAX_HEAP_TRANSFER);
        }
        try {
            while (true) {
                try {
                    return isWrite ? channel.write(bytes, position) : channel.read(bytes, position);
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    bytes.position(start);
                    openAgain();
                }
            }
        } finally {
            bytes.limit(limit);
            restore(interrupted);
        }
    }

    /** The file of before: one that has come in its place meanwhile is another's. */
    private void openAgain() throws IOException {
        if (!JournalFiles.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        Opened again = isToWrite ? JournalFiles.openToWrite(path) : JournalFiles.openToRead(path);
        channel = again.channel();
        if (!Objects.equals(key, again.key())) {
            channel.close();
            throw new IOException(path + " was replaced by another file");
        }
    }

    /** Forces the file; never retried, because the result of a failed attempt is unknown. */
    @Override
    public void force() throws IOException {
        Uninterrupted.call(() -> {
            channel.force(false);
            return null;
        });
    }

    /** Returns the whole content. */
    byte[] readAll() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size()));
        while (bytes.hasRemaining() && read(bytes, bytes.position()) >= 0) {
            // Go on.
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    @Override
    public long size() throws IOException {
        return retried(FileChannel::size);
    }

    @Override
    public void truncate(long length) throws IOException {
        retried(open -> open.truncate(length).position());
    }

    /** Work on a channel that can be repeated. */
    private interface Work {
        long on(FileChannel channel) throws IOException;
    }

    /** Like {@link #transfer}, for what is rare and may allocate. */
    private long retried(Work work) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return work.on(channel);
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    openAgain();
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
