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

/** The three standard streams, which tests replace by their own. All text is written as {@link SafeText}. */
public final class Console {
    /** System property set by the scripts: whether results go to a terminal. */
    public static final String SCREEN_PROPERTY = "braid.screen";

    /** Size of a buffer in front of {@link #out}, for large outputs. */
    public static final int BUFFER_SIZE = 256 * 1024;

    private static final String CLEAR_SCREEN = "\033[H\033[J";

    private final InputStream in;
    private final OutputStream out;
    private final PrintStream rawErr;
    private final PrintStream err;

    /**
     * The streams of a command.
     *
     * @param in  read by {@code --input -}; closing it ends a blocked read.
     * @param out receives results; it is not buffered, and throws its exceptions, unlike {@link System#out}.
     * @param err receives messages and progress.
     */
    public Console(InputStream in, OutputStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.rawErr = err;
        this.err = new PrintStream(SafeText.of(err), true, StandardCharsets.UTF_8);
    }

    /** Prints a text. */
    public interface Printer {
        void printTo(PrintStream out) throws IOException;
    }

    /** Returns the streams of the process, with another input. */
    static Console system(InputStream in) {
        return new Console(
                in,
                new FileOutputStream(FileDescriptor.out),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    }

    /** Returns the stream that {@code --input -} reads. */
    public InputStream in() {
        return in;
    }

    /** Returns the stream for messages. */
    public PrintStream err() {
        return err;
    }

    /** Returns the stream for messages with control sequences that move the cursor. */
    PrintStream rawErr() {
        return rawErr;
    }

    /**
     * Returns the stream for results that are not the command's own text: unchanged bytes, except on a terminal, which might
     * obey them.
     */
    public OutputStream out() {
        return isScreen() ? SafeText.of(out) : out;
    }

    /** Returns the stream for results in JSON. These are escaped wherever they go, since a terminal may show them in the end. */
    public OutputStream jsonOut() {
        return SafeText.ofJson(out);
    }

    /** Whether results go to a terminal. */
    public static boolean isScreen() {
        return Boolean.getBoolean(SCREEN_PROPERTY);
    }

    /** Whether results go to a terminal that can show block characters, and move its cursor. */
    public static boolean showsPictures() {
        return isScreen() && !isDumb();
    }

    /** Whether help may be coloured; see no-color.org. */
    static boolean showsColors() {
        String noColor = System.getenv("NO_COLOR");
        return showsPictures() && (noColor == null || noColor.isEmpty());
    }

    /** Whether messages go to a terminal that can go back in a line. */
    static boolean showsBars() {
        return Boolean.getBoolean(Progress.TERMINAL_PROPERTY) && !isDumb();
    }

    private static boolean isDumb() {
        return "dumb".equals(System.getenv("TERM"));
    }

    /**
     * Writes a short text to standard output at once; a {@link PrintStream} over it would swallow failures.
     *
     * @return {@code false} if the reader closed the pipe.
     * @throws IOException if it cannot be written.
     */
    public boolean print(Printer printer) throws IOException {
        return print(false, printer);
    }

    /** As {@link #print(Printer)}, but replaces the previous text if the terminal can do that. */
    public boolean printAnew(Printer printer) throws IOException {
        return print(showsPictures(), printer);
    }

    private boolean print(boolean clears, Printer printer) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        if (clears) {
            text.writeBytes(CLEAR_SCREEN.getBytes(StandardCharsets.US_ASCII));
        }
        try (PrintStream lines = new PrintStream(SafeText.of(text), false, StandardCharsets.UTF_8)) {
            printer.printTo(lines);
        }
        return write(text.toByteArray());
    }

    /**
     * Writes the command's own text, such as help, which may be coloured.
     *
     * @throws IOException if it cannot be written, unless the reader closed the pipe.
     */
    void printOwn(String text) throws IOException {
        if (!text.isEmpty()) {
            write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private boolean write(byte[] text) throws IOException {
        try {
            out.write(text);
            out.flush();
            return true;
        } catch (IOException e) {
            checkOutputFailure(e);
            return false;
        }
    }

    /**
     * Throws the exception unless it says that the reader closed the pipe, as {@code head} does. Only the system's message
     * tells; the scripts ensure that it is in English.
     */
    public static void checkOutputFailure(IOException e) throws IOException {
        if (!String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe")) {
            throw new IOException("cannot write results: " + Texts.messageOf(e), e);
        }
    }
}
