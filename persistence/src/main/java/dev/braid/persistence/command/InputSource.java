package dev.braid.persistence.command;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Where records come from: a file, an entry of a jar, standard input, or a resource of the class path. Whatever begins
 * with the magic bytes of gzip is unpacked.
 */
final class InputSource implements Closeable {
    private static final String JAR_SEPARATOR = "!/";
    private static final int BUFFER_SIZE = 64 * 1024;
    private static final int GZIP_MAGIC_0 = 0x1f;
    private static final int GZIP_MAGIC_1 = 0x8b;

    private final String name;
    private final long size;
    private final CountingStream packed;
    private final Closeable container;
    private final InputStream stream;

    private InputSource(String name, long size, InputStream in, Closeable container) throws IOException {
        this.name = name;
        this.size = size;
        this.packed = new CountingStream(in);
        this.container = container;
        try {
            this.stream = unpacked(new GzipMembers(packed));
        } catch (IOException e) {
            close();
            throw new FailureException("cannot read " + name + ": " + Texts.messageOf(e), e);
        }
    }

    /**
     * Opens what {@code --input} names.
     *
     * @throws UsageException if there is no such thing.
     */
    static InputSource open(String input, InputStream standardInput) throws IOException {
        if (input.equals("-")) {
            return new InputSource("standard input", Progress.UNKNOWN, standardInput, () -> {});
        }
        Path file = path(input);
        int separator = input.indexOf(JAR_SEPARATOR);
        if (separator > 0 && !Files.exists(file)) {
            return openEntry(
                    input, path(input.substring(0, separator)), input.substring(separator + JAR_SEPARATOR.length()));
        }
        checkFile(input, file);
        // A pipe or a device says that its size is 0.
        long size = Files.isRegularFile(file) ? Files.size(file) : Progress.UNKNOWN;
        return new InputSource(input, size, newInputStream(input, file), () -> {});
    }

    /** Opens a resource of the class path. */
    static InputSource openResource(String resource) throws IOException {
        URL url = InputSource.class.getResource("/" + resource);
        if (url == null) {
            throw new FileNotFoundException(resource + " is not on the class path");
        }
        URLConnection connection = url.openConnection();
        return new InputSource(resource, connection.getContentLengthLong(), connection.getInputStream(), () -> {});
    }

    private static Path path(String input) {
        try {
            return Path.of(input);
        } catch (InvalidPathException e) {
            throw new UsageException("--input " + Texts.quote(input) + ": not a file's name");
        }
    }

    private static void checkFile(String input, Path file) {
        if (!Files.exists(file)) {
            throw new UsageException("--input " + input + ": no such file");
        }
        if (Files.isDirectory(file)) {
            throw new UsageException("--input " + input + ": is a folder");
        }
    }

    private static InputStream newInputStream(String input, Path file) throws IOException {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new FailureException("cannot read " + input + ": " + Texts.messageOf(e), e);
        }
    }

    private static InputSource openEntry(String input, Path jar, String entryName) throws IOException {
        checkFile(input, jar);
        ZipFile zip;
        try {
            zip = new ZipFile(jar.toFile());
        } catch (IOException e) {
            throw new FailureException("cannot read " + jar + ": " + Texts.messageOf(e), e);
        }
        ZipEntry entry = zip.getEntry(entryName);
        if (entry == null || entry.isDirectory()) {
            zip.close();
            throw new UsageException("--input " + input + ": no such entry in " + jar);
        }
        return new InputSource(input, entry.getSize(), zip.getInputStream(entry), zip);
    }

    private static InputStream unpacked(GzipMembers in) throws IOException {
        in.mark(2);
        boolean gzip = in.read() == GZIP_MAGIC_0 && in.read() == GZIP_MAGIC_1;
        in.reset();
        return gzip ? new GZIPInputStream(in, BUFFER_SIZE) : in;
    }

    /** For messages. */
    String name() {
        return name;
    }

    /** How many bytes there are before unpacking, or {@link Progress#UNKNOWN}. */
    long size() {
        return size;
    }

    /** How many of these were read so far. */
    long consumed() {
        return packed.count;
    }

    /** The unpacked bytes. */
    InputStream stream() {
        return stream;
    }

    @Override
    public void close() throws IOException {
        try {
            packed.close();
        } finally {
            container.close();
        }
    }

    private static final class CountingStream extends FilterInputStream {
        private long count;

        CountingStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            if (b >= 0) {
                count++;
            }
            return b;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            int read = super.read(b, off, len);
            if (read > 0) {
                count += read;
            }
            return read;
        }
    }

    /**
     * {@link GZIPInputStream} goes on to a further member of the file only where bytes are available at once. From a pipe
     * they may come later, and what follows would be lost silently; so this waits until it knows.
     */
    private static final class GzipMembers extends BufferedInputStream {
        GzipMembers(InputStream in) {
            super(in, BUFFER_SIZE);
        }

        @Override
        public synchronized int available() throws IOException {
            mark(1);
            if (read() < 0) {
                return 0;
            }
            reset();
            return Math.max(1, super.available());
        }
    }
}
