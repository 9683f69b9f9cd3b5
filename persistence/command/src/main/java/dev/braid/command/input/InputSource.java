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
 * Where records come from: a file, an entry of an archive, standard input, or a resource of the class path. What is packed is
 * unpacked, and other text than UTF-8 becomes that; what is no text is refused.
 */
public final class InputSource implements Closeable {
    private final String name;
    private final long size;
    private final PackedStream packed;
    private final Closeable container;
    private final TextEncoding.Decoded text;

    /**
     * Takes a look at the first bytes, and waits for them.
     *
     * @param mayWait   whether reading may wait for others, and closing from another thread ends that.
     * @param container is closed after the input.
     * @param charset   {@code null} if none was named.
     */
    private InputSource(String name, long size, InputStream in, boolean mayWait, Closeable container, Charset charset)
            throws IOException {
        this.name = name;
        this.size = size;
        this.packed = new PackedStream(in, mayWait);
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
     * @throws UsageException if there is no such thing, or it is none that has records.
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

    /** The name of the file whose bytes will be read, by which its format can be told. */
    static String fileName(String input) throws IOException {
        ZipInput.Place place = input.equals("-") ? null : ZipInput.find(input);
        if (place == null || place.entry() != null) {
            return input;
        }
        ZipInput.Opened opened = ZipInput.open(place);
        opened.zip().close();
        return opened.entry().getName();
    }

    /** For messages. */
    public String name() {
        return name;
    }

    /** How many bytes there are before unpacking, or {@link Progress#UNKNOWN}. */
    public long size() {
        return size;
    }

    /** How many of these were read so far. */
    public long consumed() {
        return packed.count;
    }

    /** The bytes of the text, in UTF-8. */
    InputStream stream() {
        return text.stream();
    }

    TextEncoding encoding() {
        return text.encoding();
    }

    /** Lets the input end where it has been read to, also a read that is waiting. For any thread. */
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
