package dev.braid.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * A file whose reads and writes are not broken off when the thread is interrupted: the channel, which an interrupt closes,
 * is opened again. The thread stays interrupted. For one thread at a time.
 */
final class ChannelFile implements Disk.File {
    private final Path path;
    private final OpenOption[] options;
    private FileChannel channel;

    ChannelFile(Path path, OpenOption... options) throws IOException {
        this.path = path;
        this.options = options;
        this.channel = FileChannel.open(path, options);
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
        try {
            while (true) {
                try {
                    return isWrite ? channel.write(bytes, position) : channel.read(bytes, position);
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    bytes.position(start);
                    channel = FileChannel.open(path, options);
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    /** Not tried again in any case: what became of the first attempt, nobody can tell. */
    @Override
    public void force() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            channel.force(false);
        } finally {
            restore(interrupted);
        }
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void truncate(long length) throws IOException {
        channel.truncate(length);
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
