package dev.braid.command.input;

import dev.braid.command.UsageException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process's standard input; it is checked when it is first read. Closing it ends a blocked read.
 * <p>
 * If a process is started with descriptor 0 closed, one of the JVM's own files takes that number: {@code lib/modules} would
 * be read as records, and closing it would end the JVM by a signal.
 */
public final class StandardInput extends FilterInputStream {
    private static final Path FILE = Path.of("/dev/stdin");

    private boolean isOurs;

    public StandardInput() {
        super(Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel()));
    }

    /** @throws UsageException if it is closed, a folder, or a device that has no records. */
    private void check() {
        if (isOurs || !Files.exists(FILE.getParent())) {
            return; // Its kind is unknown.
        }
        if (!Files.exists(FILE) || isOfJvm()) {
            throw new UsageException("standard input is closed");
        }
        InputFiles.check("standard input", FILE);
        isOurs = true;
    }

    private static boolean isOfJvm() {
        try {
            return FILE.toRealPath()
                    .startsWith(Path.of(System.getProperty("java.home")).toRealPath());
        } catch (IOException e) {
            return false; // A pipe has no path.
        }
    }

    @Override
    public int read() throws IOException {
        check();
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        check();
        return super.read(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        if (isOurs) {
            super.close();
        }
    }
}
