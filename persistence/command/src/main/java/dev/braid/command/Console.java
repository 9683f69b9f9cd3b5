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

/** The three standard streams, so that tests can have their own. What is told on them is told as {@link SafeText}. */
public final class Console {
    /** Set by the scripts: whether results go to a terminal. */
    public static final String SCREEN_PROPERTY = "braid.screen";

    /** For the buffer before {@link #out}, where much is written. */
    public static final int BUFFER_SIZE = 256 * 1024;

    private static final String CLEAR_SCREEN = "\033[H\033[J";

    private final InputStream in;
    private final OutputStream out;
    private final PrintStream rawErr;
    private final PrintStream err;

    /**
     * The streams of a command.
     *
     * @param in  what {@code --input -} reads; closing it ends a read that waits.
     * @param out takes results; not buffered, and its exceptions arrive, unlike those of {@link System#out}.
     * @param err takes messages and progress.
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

    /** Those of the process, but for what is read. */
    static Console system(InputStream in) {
        return new Console(
                in,
                new FileOutputStream(FileDescriptor.out),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    }

    /** What {@code --input -} reads. */
    public InputStream in() {
        return in;
    }

    /** Takes messages. */
    public PrintStream err() {
        return err;
    }

    /** Takes what moves the cursor. */
    PrintStream rawErr() {
        return rawErr;
    }

    /** Takes texts of ours, which may be coloured. */
    OutputStream rawOut() {
        return out;
    }

    /** Takes results that are no text of ours: byte by byte, but for a terminal, which might obey them. */
    public OutputStream out() {
        return isScreen() ? SafeText.of(out) : out;
    }

    /** Takes results in JSON, wherever they go: a terminal may be what shows them in the end. */
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
     * Writes a text that is not long to standard output, all at once, for a {@link PrintStream} over it would keep its
     * failures to itself.
     *
     * @return false if whoever reads it has had enough.
     * @throws IOException if it cannot be written.
     */
    public boolean print(Printer printer) throws IOException {
        return print(false, printer);
    }

    /** As {@link #print(Printer)}, in the place of what was there before where the terminal can do that. */
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
