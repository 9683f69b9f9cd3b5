package dev.braid.command;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The three standard streams, so that tests can have their own.
 *
 * @param in  what {@code --input -} reads; closing it ends a read that waits.
 * @param out takes results; not buffered, and its exceptions arrive, unlike those of {@link System#out}.
 * @param err takes messages and progress.
 */
public record Console(InputStream in, OutputStream out, PrintStream err) {
    /** Set by the scripts: whether results go to a terminal. */
    public static final String SCREEN_PROPERTY = "braid.screen";

    /** For the buffer before {@link #out}, where much is written. */
    public static final int BUFFER_SIZE = 256 * 1024;

    /** Prints a text. */
    public interface Printer {
        void printTo(PrintStream out) throws IOException;
    }

    /** Those of the process, but for what is read. */
    static Console system(InputStream in) {
        return new Console(
                in,
                new FileOutputStream(FileDescriptor.out),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    }

    /** Whether results go to a terminal that can show block characters. */
    public static boolean showsPictures() {
        return Boolean.getBoolean(SCREEN_PROPERTY) && !"dumb".equals(System.getenv("TERM"));
    }

    /**
     * Writes a text that is not long to standard output, all at once, for a {@link PrintStream} over it would keep its
     * failures to itself.
     *
     * @return false if whoever reads it has had enough.
     * @throws IOException if it cannot be written.
     */
    public boolean print(Printer printer) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (PrintStream lines = new PrintStream(text, false, StandardCharsets.UTF_8)) {
            printer.printTo(lines);
        }
        try {
            text.writeTo(out);
            out.flush();
            return true;
        } catch (IOException e) {
            checkOutputFailure(e);
            return false;
        }
    }

    /**
     * Throws unless the other end of the pipe has read all it wanted, as {@code head} does. Java tells by the system's
     * message alone; the scripts see to it that it is in English.
     */
    public static void checkOutputFailure(IOException e) throws IOException {
        if (!String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe")) {
            throw new IOException("cannot write results: " + Texts.messageOf(e), e);
        }
    }
}
