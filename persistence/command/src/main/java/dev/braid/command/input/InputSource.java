package dev.braid.command.input;

import dev.braid.command.Progress;
import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.CloseHelper;

/**
 * The source of records: a file, an entry of an archive, standard input, or a resource of the class path. Packed data is
 * unpacked, text in other charsets is converted to UTF-8, and data that is not text is refused.
 */
public final class InputSource implements Closeable {
    private final String name;
    private final long size;
    private final PackedStream packed;
    private final Closeable container;
    private final TextEncoding.Decoded text;

    /**
     * Looks at the first bytes, and waits for them.
     *
     * @param mayWait   whether reading may block, and closing from another thread ends that.
     * @param container is closed after the input.
     * @param charset   {@code null} if none was named.
     */
    private InputSource(String name, long size, InputStream in, boolean mayWait, Closeable container, Charset charset)
            throws IOException {
        this.name = name;
        this.size = size;
        this.packed = new PackedStream(in, mayWait, mayWait ? size : 0);
        this.container = container;
        try {
            this.text = TextEncoding.decode(name, Packing.unpack(name, packed), charset);
        } catch (IOException e) {
            CloseHelper.quietCloseAll(packed, container);
            throw new IOException("cannot read " + name + ": " + Texts.reasonOf(e), e);
        } catch (RuntimeException e) {
            CloseHelper.quietCloseAll(packed, container);
            throw e;
        }
    }

    /**
     * Opens what {@code --input} names.
     *
     * @param charset {@code null} if none was named.
     * @throws UsageException if the input does not exist, or cannot have records.
     */
    static InputSource open(String input, InputStream standardInput, Charset charset) throws IOException {
        if (input.equals("-")) {
            return new InputSource("standard input", Progress.UNKNOWN, standardInput, true, () -> {}, charset);
        }
        ZipInput.Place place = ZipInput.find(input);
        if (place != null) {
            ZipInput.Opened opened = ZipInput.open(place);
            return new InputSource(input, opened.entry().getSize(), opened.stream(), false, opened.zip(), charset);
        }
        Path file = InputFiles.path(input);
        if (!Files.exists(file)) {
            throw new UsageException("--input " + input + ": no such file");
        }
        InputFiles.check("--input " + input, file);
        // A pipe or a device says that its size is 0.
        long size = Files.isRegularFile(file) ? Files.size(file) : Progress.UNKNOWN;
        return new InputSource(input, size, newInputStream(input, file), true, () -> {}, charset);
    }

    /** Opens a resource of the class path. */
    static InputSource openResource(String resource) throws IOException {
        URL url = InputSource.class.getResource("/" + resource);
        if (url == null) {
            throw new FileNotFoundException(resource + " is not on the class path");
        }
        URLConnection connection = url.openConnection();
        return new InputSource(
                resource, connection.getContentLengthLong(), connection.getInputStream(), false, () -> {}, null);
    }

    private static InputStream newInputStream(String input, Path file) throws IOException {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new IOException("cannot read " + input + ": " + Texts.reasonOf(e), e);
        }
    }

    /** Returns the name of the file that will be read, from which its format is derived. */
    static String fileName(String input) throws IOException {
        ZipInput.Place place = input.equals("-") ? null : ZipInput.find(input);
        if (place == null || place.entry() != null) {
            return input;
        }
        ZipInput.Opened opened = ZipInput.open(place);
        opened.zip().close();
        return opened.entry().getName();
    }

    /** Returns the name for messages. */
    public String name() {
        return name;
    }

    /** Returns the number of bytes before unpacking, or {@link Progress#UNKNOWN}. */
    public long size() {
        return size;
    }

    /** Returns the number of bytes before unpacking that were read so far. */
    public long consumed() {
        return packed.count;
    }

    /** Returns the bytes of the text, in UTF-8. */
    InputStream stream() {
        return text.stream();
    }

    TextEncoding encoding() {
        return text.encoding();
    }

    /** Ends the input at its present position; a blocked read ends, too. For any thread. */
    public void end() {
        packed.end();
    }

    public boolean isEnded() {
        return packed.ended;
    }

    @Override
    public void close() throws IOException {
        try {
            text.stream().close();
        } finally {
            container.close();
        }
    }

    /** Counts the bytes that are read, and can be ended. A file may grow while it is read, but not become shorter. */
    private static final class PackedStream extends FilterInputStream {
        private final boolean mayWait;
        private final long least;
        private volatile boolean ended;
        private long count;

        /** @param least how many bytes there are at least. */
        PackedStream(InputStream in, boolean mayWait, long least) {
            super(in);
            this.mayWait = mayWait;
            this.least = least;
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
            if (read < 0 && !ended && count < least) {
                throw new IOException("it ends after " + count + " bytes, but had " + least + " when it was opened");
            }
            count += Math.max(0, read);
            return read;
        }

        /** Returns 0: a pipe cannot tell. */
        @Override
        public int available() {
            return 0;
        }
    }
}
