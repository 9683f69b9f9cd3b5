package dev.braid.command;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The command, run within this JVM.
 *
 * @param out what it wrote to standard output.
 * @param err what it wrote to standard error.
 */
public record Braid(int status, byte[] out, String err) {
    public static Braid run(String... args) {
        return withInput(InputStream.nullInputStream(), args);
    }

    public static Braid withInput(String input, String... args) {
        return withInput(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), args);
    }

    public static Braid withInput(InputStream input, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Braid result = withStreams(input, out, args);
        return new Braid(result.status, out.toByteArray(), result.err);
    }

    public static Braid withStreams(InputStream input, OutputStream out, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(input, out, new PrintStream(err, true, StandardCharsets.UTF_8));
        int status = BraidCommand.execute(console, args);
        return new Braid(status, new byte[0], err.toString(StandardCharsets.UTF_8));
    }

    public String text() {
        return new String(out, StandardCharsets.UTF_8);
    }

    public List<String> lines() {
        return text().lines().toList();
    }
}
