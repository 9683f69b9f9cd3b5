package dev.braid.persistence.command;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The three standard streams, so that tests can have their own.
 *
 * @param in  what {@code --input -} reads.
 * @param out takes results; not buffered, and its exceptions arrive, unlike those of {@link System#out}.
 * @param err takes messages and progress.
 */
record Console(InputStream in, OutputStream out, PrintStream err) {
    static Console system() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    }
}
