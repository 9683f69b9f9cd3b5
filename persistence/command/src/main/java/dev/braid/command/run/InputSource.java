package dev.braid.command.run;

import dev.braid.command.Progress;
import dev.braid.command.Texts;
import dev.braid.command.UsageException;
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
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.agrona.CloseHelper;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Where records come from: a file, an entry of a jar, standard input, or a resource of the class path. Whatever begins
 * with the magic bytes of gzip is unpacked.
 */
final class InputSource implements Closeable {
    private static final String JAR_SEPARATOR = "!/";
    private static final int BUFFER_SIZE = 64 * 1024;

    private final String name;
    private final long size;
    private final PackedStream packed;
    private final Closeable container;
    private final InputStream stream;

    /**
     * Takes a look at the first bytes, and waits for them.
     *
     * @param mayWait   whether reading may wait for others, and closing from another thread ends that.
     * @param container is closed after the input.
     */
    private InputSource(String name, long size, InputStream in, boolean mayWait, Closeable container)
            throws IOException {
        this.name = name;
        this.size = size;
        this.packed = new PackedStream(in, mayWait);
        this.container = container;
        try {
            this.stream = unpacked(packed);
        } catch (IOException e) {
            CloseHelper.quietCloseAll(packed, container);
            throw new IOException("cannot read " + name + ": " + Texts.messageOf(e), e);
        }
    }

    /**
     * Opens what {@code --input} names.
     *
     * @throws UsageException if there is no such thing.
     */
    static InputSource open(String input, InputStream standardInput) throws IOException {
        if (input.equals("-")) {
            return new InputSource("standard input", Progress.UNKNOWN, standardInput, true, () -> {});
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
        return new InputSource(input, size, newInputStream(input, file), true, () -> {});
    }

    /** Opens a resource of the class path. */
    static InputSource openResource(String resource) throws IOException {
        URL url = InputSource.class.getResource("/" + resource);
        if (url == null) {
            throw new FileNotFoundException(resource + " is not on the class path");
        }
        URLConnection connection = url.openConnection();
        return new InputSource(
                resource, connection.getContentLengthLong(), connection.getInputStream(), false, () -> {});
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
            throw new IOException("cannot read " + input + ": " + Texts.messageOf(e), e);
        }
    }

    private static InputSource openEntry(String input, Path jar, String entryName) throws IOException {
        checkFile(input, jar);
        ZipFile zip;
        try {
            zip = new ZipFile(jar.toFile());
        } catch (IOException e) {
            throw new IOException("cannot read " + jar + ": " + Texts.messageOf(e), e);
        }
        ZipEntry entry = zip.getEntry(entryName);
        if (entry == null || entry.isDirectory()) {
            zip.close();
            throw new UsageException("--input " + input + ": no such entry in " + jar);
        }
        return new InputSource(input, entry.getSize(), zip.getInputStream(entry), false, zip);
    }

    private static InputStream unpacked(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, BUFFER_SIZE);
        buffered.mark(2);
        byte[] begin = buffered.readNBytes(2);
        boolean gzip = begin.length == 2 && GzipCompressorInputStream.matches(begin, 2);
        buffered.reset();
        // Not java.util.zip's: it takes whatever it cannot read after a member for the end, and records would be lost.
        return gzip
                ? GzipCompressorInputStream.builder()
                        .setInputStream(buffered)
                        .setDecompressConcatenated(true)
                        .get()
                : buffered;
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

    /** Lets the input end where it has been read to, also a read that is waiting. For any thread. */
    void end() {
        packed.end();
    }

    boolean isEnded() {
        return packed.ended;
    }

    @Override
    public void close() throws IOException {
        try {
            stream.close();
        } finally {
            container.close();
        }
    }

    /** Counts what is read, and can be made to end. */
    private static final class PackedStream extends FilterInputStream {
        private final boolean mayWait;
        private volatile boolean ended;
        private long count;

        PackedStream(InputStream in, boolean mayWait) {
            super(in);
            this.mayWait = mayWait;
        }

        void end() {
            ended = true;
            if (mayWait) {
                CloseHelper.quietClose(in); // Of a channel: that ends a read of it.
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            int read = -1;
            try {
                read = ended ? -1 : super.read(b, off, len);
            } catch (IOException e) {
                if (!ended) {
                    throw e;
                }
            }
            count += Math.max(0, read);
            return read;
        }

        /** None that are known: a pipe cannot tell. */
        @Override
        public int available() {
            return 0;
        }
    }
}
