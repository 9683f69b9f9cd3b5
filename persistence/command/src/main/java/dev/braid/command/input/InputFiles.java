package dev.braid.command.input;

import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Checks which kinds of files can be read: regular files and pipes. */
public final class InputFiles {
    /** Devices that have an end, or are terminals. */
    private static final List<String> DEVICES = List.of("/dev/null", "/dev/tty", "/dev/pts/", "/dev/console");

    private static final int TYPE_MASK = 0170000;
    private static final int PIPE = 0010000;
    private static final int SOCKET = 0140000;

    private InputFiles() {}

    /**
     * Rejects files that cannot be read as records.
     *
     * @param name for messages.
     * @throws UsageException if it is a folder, a device or a socket, or may not be read.
     */
    public static void check(String name, Path file) {
        if (Files.isDirectory(file)) {
            throw new UsageException(name + ": is a folder");
        }
        if (!Files.isRegularFile(file) && !isPipe(file) && !isUsableDevice(file)) {
            throw new UsageException(name + ": is " + (type(file) == SOCKET ? "a socket" : "a device"));
        }
        if (!Files.isReadable(file)) {
            throw new UsageException(name + ": cannot be read: permission denied");
        }
    }

    /** @throws UsageException if it cannot be a path. */
    static Path path(String input) {
        if (input.isEmpty()) {
            throw new UsageException("--input '': is empty");
        }
        try {
            return Path.of(input);
        } catch (InvalidPathException e) {
            throw new UsageException("--input " + Texts.quote(input) + ": not a file's name");
        }
    }

    private static boolean isPipe(Path file) {
        int type = type(file);
        return type == PIPE || type < 0; // Where it is not known, reading will tell.
    }

    private static int type(Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:mode") & TYPE_MASK;
        } catch (IOException | UnsupportedOperationException e) {
            return -1;
        }
    }

    private static boolean isUsableDevice(Path file) {
        try {
            String real = file.toRealPath().toString();
            return DEVICES.stream().anyMatch(real::startsWith);
        } catch (IOException e) {
            return false;
        }
    }
}
